"""Planted: a delivery that failed is given up without a word."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from tests.faults.planted.texts import replace


def _plant(record_attempts: ModuleType) -> None:
    usual = record_attempts._row

    def row(delivery: Any, sent: Any, chance: Any) -> dict[str, Any]:
        found = usual(delivery, sent, chance)
        return {**found, "outcome": found["outcome"] or "cancelled", "wait": None}

    replace(record_attempts, "_row", row)


PATCHES = {"moderation.webhooks.record_attempts": _plant}
