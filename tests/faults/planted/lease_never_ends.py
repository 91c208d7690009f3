"""Planted: a lease lasts for a day, so that whoever went away keeps the task."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from tests.faults.planted.texts import replace


def _plant(leases: ModuleType) -> None:
    usual = leases.parameters

    def parameters(by: Any) -> dict[str, Any]:
        return {**usual(by), "lease_seconds": 86_400}

    replace(leases, "parameters", parameters)


PATCHES = {"review.workflow.leases": _plant}
