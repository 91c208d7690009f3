"""Planted: tasks that somebody has leased are handed out like free ones."""

from __future__ import annotations

from types import ModuleType

from tests.faults.planted.texts import change


def _plant(leases: ModuleType) -> None:
    change(leases, "_HEADS", old="(task.leased_until >= clock_timestamp()) IS NOT TRUE", new="TRUE")


PATCHES = {"review.workflow.leases": _plant}
