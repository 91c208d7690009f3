"""Leases are told in the audit by person, queue and hour, each once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine

from accounts.models import AuditEvent, User
from review.cases import lease_hours
from review.models import Lease, ReviewTask
from tests.factories import tasks
from tests.world import World

TEN = datetime(2026, 11, 28, 10, 0, tzinfo=UTC)


@pytest.fixture
def waiting(world: World) -> list[ReviewTask]:
    return tasks.waiting(world.nudity, app=world.web, count=3)


def leased(task: ReviewTask, by: User, at: datetime, outcome: str = "decided") -> None:
    ended = at + timedelta(seconds=9) if outcome else None
    Lease.objects.create(task=task, by=by, lease_token=uuid4(), leased_at=at, ended_at=ended, outcome=outcome)


def told(at: datetime) -> list[AuditEvent]:
    with time_machine.travel(at, tick=False):
        lease_hours.tell()
    return list(AuditEvent.objects.filter(action="leases.taken").order_by("pk"))


def test_the_leases_of_an_hour_are_one_event_an_hour_later(world: World, waiting: list[ReviewTask]) -> None:
    leased(waiting[0], world.alice, TEN)
    leased(waiting[0], world.alice, TEN + timedelta(minutes=5), "released")
    leased(waiting[1], world.alice, TEN + timedelta(minutes=59), "")
    leased(waiting[2], world.bob, TEN)
    assert told(TEN + timedelta(hours=1, minutes=59)) == []
    alice, bob = told(TEN + timedelta(hours=2))
    assert (alice.by, alice.on_type, alice.on_id) == (world.alice, "queue", str(world.nudity.pk))
    assert alice.details == {
        "hour": "2026-11-28T10:00:00Z",
        "count": 3,
        "outcomes": {"decided": 1, "released": 1, "open": 1},
        "cases": sorted(task.case_id for task in waiting[:2]),
    }
    assert (bob.by, bob.details["count"]) == (world.bob, 1)


def test_an_hour_is_told_once(world: World, waiting: list[ReviewTask]) -> None:
    leased(waiting[0], world.alice, TEN)
    told(TEN + timedelta(hours=2))
    leased(waiting[1], world.alice, TEN + timedelta(hours=1))
    assert len(told(TEN + timedelta(hours=2, minutes=30))) == 1
    assert [event.details["hour"][11:16] for event in told(TEN + timedelta(hours=3))] == ["10:00", "11:00"]
    assert len(told(TEN + timedelta(hours=9))) == 2
