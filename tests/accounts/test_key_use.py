"""Uses of a key are counted by day, and told in the audit once the day is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine
from django.test import Client
from django.utils import timezone

from accounts import key_use
from accounts.models import AuditEvent, KeyUse
from tests.world import World

DAY = datetime(2026, 11, 27, 23, 59, tzinfo=UTC)


def called(client: Client, world: World, **headers: Any) -> int:
    return client.get("/api/v1/results", headers=headers or world.bearer).status_code


def test_a_call_is_counted_and_writes_nothing(world: World, client: Client) -> None:
    key_use.buffer.flush()
    called(client, world)
    called(client, world)
    called(client, world, Authorization="Bearer wrong")
    assert KeyUse.objects.count() == 0
    key_use.buffer.flush()
    (use,) = KeyUse.objects.all()
    assert (use.key, use.calls, use.day) == (world.key, 2, timezone.now().astimezone(UTC).date())
    called(client, world)
    key_use.buffer.flush()
    assert KeyUse.objects.get().calls == 3


def test_a_day_is_told_when_it_is_over(world: World) -> None:
    key_use.buffer.flush()
    with time_machine.travel(DAY, tick=False):
        key_use.count(world.key)
        key_use.count(world.key)
    key_use.buffer.flush()
    with time_machine.travel(DAY + timedelta(minutes=3), tick=False):
        assert key_use.tell_days() == 0
    with time_machine.travel(DAY + timedelta(minutes=10), tick=False):
        assert key_use.tell_days() == 1
        assert key_use.tell_days() == 0
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.on_id, event.details) == (
        "key.used",
        str(world.key.pk),
        {"day": "2026-11-27", "calls": 2},
    )


def test_what_is_written_late_is_told_as_well(world: World) -> None:
    with time_machine.travel(DAY, tick=False):
        key_use.count(world.key)
    key_use.buffer.flush()
    with time_machine.travel(DAY + timedelta(minutes=10), tick=False):
        key_use.tell_days()
        key_use.buffer.add((world.key.pk, DAY.date()), count=3)
        key_use.buffer.flush()
        assert key_use.tell_days() == 1
    assert AuditEvent.objects.latest("pk").details["calls"] == 3
