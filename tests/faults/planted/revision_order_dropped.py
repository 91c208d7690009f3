"""Planted: a correction does not wait for the result that it corrects."""

from __future__ import annotations

from types import ModuleType

from tests.faults.planted.texts import change


def _plant(lease_due: ModuleType) -> None:
    change(lease_due, "_LEASE", old="AND NOT EXISTS (", new="AND TRUE OR FALSE AND NOT EXISTS (")


PATCHES = {"moderation.webhooks.lease_due": _plant}
