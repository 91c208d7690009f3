"""The counters of gateway and engines: counted in the process, written together, joined to quarters, forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from moderation import call_tallies
from moderation.call_tallies import GATEWAY, KEPT, Traffic
from moderation.models import CallTally
from tests.world import World

NOON = datetime(2026, 11, 27, 12, 0, 30, tzinfo=UTC)
MIDNIGHT = NOON.replace(hour=0, second=0)


def counted(world: World, at: datetime, *milliseconds: int, **told: Any) -> None:
    with time_machine.travel(at, tick=False):
        for one in milliseconds:
            call_tallies.count(world.web.pk, milliseconds=one, **told)
    call_tallies.buffer.flush()


def traffic(world: World, *, engine: str = GATEWAY, since: datetime = MIDNIGHT, now: datetime = NOON) -> Traffic:
    return call_tallies.since(since, now=now)[world.web.pk, engine]


def test_nothing_is_written_before_the_buffer_is(world: World) -> None:
    call_tallies.count(world.web.pk, milliseconds=40)
    assert not CallTally.objects.exists()
    call_tallies.buffer.flush()
    assert (CallTally.objects.get().calls, CallTally.objects.get().milliseconds) == (1, 40)


def test_two_processes_add_to_the_same_counts(world: World) -> None:
    counted(world, NOON, 40, 41, failed=True)
    counted(world, NOON, 40, flagged=True)
    (row,) = CallTally.objects.all()
    assert (row.calls, row.failed, row.flagged, row.milliseconds) == (3, 2, 1, 121)


def test_average_and_p95(world: World) -> None:
    counted(world, NOON, *[100] * 94, *[1000] * 6)
    seen = traffic(world)
    assert seen.average_ms == (94 * 100 + 6 * 1000) / 100
    assert seen.p95_ms is not None
    assert 900 <= seen.p95_ms <= 1100


def test_engines_are_apart_from_the_gateway(world: World) -> None:
    counted(world, NOON, 30, engine="embedded")
    counted(world, NOON, 50)
    assert traffic(world, engine="embedded").average_ms == 30
    assert traffic(world).average_ms == 50


def test_the_pace_is_that_of_the_last_minutes(world: World) -> None:
    counted(world, NOON - timedelta(minutes=6), 10)
    counted(world, NOON, *[10] * 33)
    seen = traffic(world)
    assert (seen.calls, seen.lately, seen.lately_seconds) == (34, 33, 330)
    assert seen.per_second == pytest.approx(0.1)


def test_a_day_that_has_just_begun_counts_nothing_of_the_day_before(world: World) -> None:
    counted(world, MIDNIGHT - timedelta(minutes=1), 10, 10)
    counted(world, MIDNIGHT + timedelta(seconds=30), 10)
    seen = traffic(world, now=MIDNIGHT + timedelta(minutes=1))
    assert (seen.calls, seen.lately) == (1, 3)


def test_minutes_are_joined_to_quarters_without_losing_any(world: World) -> None:
    for minutes in range(0, 40, 4):
        counted(world, NOON + timedelta(minutes=minutes), 20, 20, 300, flagged=True)
    before = traffic(world, now=NOON + timedelta(hours=3))
    with time_machine.travel(NOON + timedelta(hours=3), tick=False):
        call_tallies.forget_old()
        call_tallies.forget_old()
    assert traffic(world, now=NOON + timedelta(hours=3)) == before
    assert CallTally.objects.count() == 3 * 2  # quarters × steps
    assert set(CallTally.objects.values_list("slot_seconds", flat=True)) == {900}


def test_counts_of_minutes_that_come_late_are_added_to_their_quarter(world: World) -> None:
    for _ in range(2):
        counted(world, NOON, 20)
        with time_machine.travel(NOON + timedelta(hours=3), tick=False):
            call_tallies.forget_old()
    assert CallTally.objects.get().calls == 2


def test_what_is_older_than_a_month_is_forgotten(world: World) -> None:
    counted(world, NOON, 20)
    with time_machine.travel(NOON + KEPT - timedelta(hours=1), tick=False):
        call_tallies.forget_old()
        assert CallTally.objects.exists()
    with time_machine.travel(NOON + KEPT + timedelta(hours=1), tick=False):
        call_tallies.forget_old()
        assert not CallTally.objects.exists()


def test_counts_of_an_app_that_is_gone_keep_no_others_from_being_written(world: World) -> None:
    call_tallies.count(world.web.pk + 1_000_000, milliseconds=20)
    call_tallies.count(world.web.pk, milliseconds=20)
    call_tallies.buffer.flush()
    assert CallTally.objects.get().app == world.web
