"""Planted: a result that comes again is taken for a new one of the same case."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from tests.faults.planted.texts import replace


def _plant(accept: ModuleType) -> None:
    def same(arrival: Any, earlier: Any) -> None:
        return None

    replace(accept, "_same", same)


PATCHES = {"moderation.intake.accept": _plant}
