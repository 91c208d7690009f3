"""Planted: a delivery that failed is sent again under another webhook-id."""

from __future__ import annotations

from types import ModuleType

from tests.faults.planted.texts import change


def _plant(record_attempts: ModuleType) -> None:
    usual = "SET state = coalesce(ended.outcome, d.state),"
    new_id = "webhook_id = CASE WHEN ended.outcome IS NULL THEN 'msg_' || gen_random_uuid() ELSE d.webhook_id END,"
    change(record_attempts, "_RECORD", old=usual, new=f"{usual} {new_id}")


PATCHES = {"moderation.webhooks.record_attempts": _plant}
