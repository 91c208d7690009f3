"""How engines fare: noted in each process, written together, and told as one state."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from moderation import engine_health
from moderation.engine_health import State
from moderation.messages import LedgerCode, Message
from moderation.models import EngineHealth
from tests.world import World

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
BROKEN = Message(LedgerCode.ENGINE_STATUS, engine="other", status=500)
LATE = Message(LedgerCode.ENGINE_LATE, engine="other", seconds=3)
RESTS = Message(LedgerCode.ENGINE_RESTS, engine="other", number=5, seconds=10)


def noted(world: World, why: Message | None, seconds: int = 0) -> None:
    with time_machine.travel(NOON + timedelta(seconds=seconds), tick=False):
        engine_health.note(world.web.pk, "other", why)
    engine_health.buffer.flush()


def state(seconds: int = 0) -> State:
    return engine_health.state_of(EngineHealth.objects.first(), now=NOON + timedelta(seconds=seconds))


def test_nothing_is_written_before_the_buffer_is(world: World) -> None:
    engine_health.note(world.web.pk, "other", None)
    assert not EngineHealth.objects.exists()
    engine_health.buffer.flush()
    assert EngineHealth.objects.get().answered_at is not None


def test_it_is_unknown_before_it_was_asked_and_works_after_an_answer(world: World) -> None:
    assert state() == State.UNKNOWN
    noted(world, None)
    assert state() == State.WORKS


def test_it_fails_until_it_answers_again(world: World) -> None:
    noted(world, None)
    noted(world, BROKEN, 1)
    noted(world, LATE, 2)
    assert (state(3), EngineHealth.objects.get().failure) == (State.FAILING, LATE)
    noted(world, None, 3)
    assert (state(4), EngineHealth.objects.get().failure) == (State.WORKS, LATE)


def test_it_rests_while_it_is_left_alone_and_fails_after_that(world: World) -> None:
    noted(world, BROKEN)
    noted(world, RESTS, 1)
    assert (state(30), EngineHealth.objects.get().failure) == (State.RESTING, BROKEN)
    assert state(90) == State.FAILING
    noted(world, None, 20)
    assert state(30) == State.WORKS


def test_what_another_process_writes_later_but_heard_earlier_changes_nothing(world: World) -> None:
    noted(world, LATE, 5)
    noted(world, BROKEN, 1)
    row = EngineHealth.objects.get()
    assert (row.failed_at, row.failure) == (NOON + timedelta(seconds=5), LATE)


def test_an_app_that_is_gone_stops_nobody(world: World) -> None:
    engine_health.note(10**9, "other", None)
    noted(world, None)
    assert EngineHealth.objects.count() == 1


@pytest.mark.parametrize("row", [{"failed_at": NOON}, {"failure": BROKEN}])
def test_a_failure_has_its_time(world: World, row: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        EngineHealth.objects.create(app=world.web, engine="other", **row)
