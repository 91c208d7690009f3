"""Planted: a decision that is sent again is not known by its id."""

from __future__ import annotations

from types import ModuleType

from tests.faults.planted.texts import replace


class _Unknown:
    def first(self, **given: object) -> None:
        return None


def _plant(decisions: ModuleType) -> None:
    replace(decisions, "_KNOWN", _Unknown())


PATCHES = {"review.workflow.decisions": _plant}
