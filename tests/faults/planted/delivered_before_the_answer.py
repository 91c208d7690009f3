"""Planted: a delivery is marked as delivered when it is about to be sent."""

from __future__ import annotations

from types import ModuleType

from tests.faults.planted.texts import change


def _plant(lease_due: ModuleType) -> None:
    done = "SET state = 'delivered', ended_at = clock_timestamp(), leased_until ="
    change(lease_due, "_LEASE", old="SET leased_until =", new=done)


PATCHES = {"moderation.webhooks.lease_due": _plant}
