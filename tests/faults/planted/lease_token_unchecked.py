"""Planted: a decision is taken whoever has the lease, as long as the task is open."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from tests.faults.planted.texts import replace


def _plant(leases: ModuleType) -> None:
    def check_leased(task: Any, lease_key: Any, *, by: Any) -> None:
        leases.check_open(task)

    replace(leases, "check_leased", check_leased)


PATCHES = {"review.workflow.leases": _plant}
