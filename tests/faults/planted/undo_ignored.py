"""Planted: an undo takes the decision back and leaves its deliveries."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from tests.faults.planted.texts import replace


def _plant(outbox: ModuleType) -> None:
    def cancel(results: Any, *, why: Any) -> bool:
        return True

    replace(outbox, "cancel", cancel)


PATCHES = {"moderation.webhooks.outbox": _plant}
