"""Skip, escalate, hold, and coming back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.permissions import NotAllowed
from review.models import Lease, ReviewTask
from review.refusals import AlreadyDecided, LeaseLost, NotAcceptable
from review.workflow import defer, leases
from tests.factories import tasks
from tests.factories.verdicts import decide, lease_key_of, take_lease
from tests.world import World

VERBS: dict[str, Callable[..., None]] = {
    "skip": defer.skip,
    "escalate": defer.escalate,
    "snooze": partial(defer.snooze, until=None),
}


@pytest.fixture
def leased(world: World) -> ReviewTask:
    tasks.waiting(world.nudity, app=world.web)
    return take_lease(world.nudity, by=world.alice)


@pytest.mark.parametrize(
    ("verb", "state", "outcome"),
    [("skip", "waiting", "skipped"), ("escalate", "escalated", "escalated"), ("snooze", "snoozed", "snoozed")],
)
def test_the_hold_ends_and_the_claim_says_how(
    world: World, leased: ReviewTask, verb: str, state: str, outcome: str
) -> None:
    VERBS[verb](lease_key_of(leased), by=world.alice)
    leased.refresh_from_db()
    assert (leased.state, leased.leased_by, leased.lease_token) == (state, None, None)
    assert Lease.objects.get().outcome == outcome
    assert AuditEvent.objects.latest("pk").action == f"case.{outcome}"


@pytest.mark.parametrize("verb", VERBS)
def test_each_needs_the_hold(world: World, leased: ReviewTask, verb: str) -> None:
    with pytest.raises(LeaseLost):
        VERBS[verb](lease_key_of(leased), by=world.bob)
    with pytest.raises(NotAllowed):
        VERBS[verb](lease_key_of(leased), by=world.mallory)
    decide(leased, by=world.alice)
    with pytest.raises(AlreadyDecided):
        VERBS[verb](lease_key_of(leased), by=world.alice)


def test_an_escalation_carries_its_note_and_the_lead_it_is_for(world: World, leased: ReviewTask) -> None:
    defer.escalate(lease_key_of(leased), by=world.alice, note="is this art?", to=world.carol)
    leased.refresh_from_db()
    assert (leased.owner, leased.note) == (world.carol, "is this art?")


@pytest.mark.parametrize("name", ["bob", "mallory", "dave", "erin"])
def test_nothing_is_escalated_to_somebody_who_could_not_take_it(world: World, leased: ReviewTask, name: str) -> None:
    with pytest.raises(NotAcceptable, match="/to"):
        defer.escalate(lease_key_of(leased), by=world.alice, to=getattr(world, name))
    leased.refresh_from_db()
    assert leased.state == "waiting"


def test_a_lead_can_hand_an_escalation_on(world: World, leased: ReviewTask) -> None:
    defer.escalate(lease_key_of(leased), by=world.alice, to=world.carol)
    defer.escalate(lease_key_of(take_lease(world.nudity, by=world.carol)), by=world.carol)
    leased.refresh_from_db()
    assert (leased.state, leased.owner) == ("escalated", None)


def test_on_hold_it_is_handed_to_nobody(world: World, leased: ReviewTask) -> None:
    defer.snooze(lease_key_of(leased), by=world.alice, until=timezone.now() + timedelta(minutes=5))
    for person in (world.alice, world.bob, world.carol):
        assert leases.lease(queues=[], count=1, by=person) == []


def test_it_comes_back_to_its_place_when_its_time_has_come_and_not_before(world: World, leased: ReviewTask) -> None:
    defer.snooze(lease_key_of(leased), by=world.alice, until=timezone.now() + timedelta(minutes=5), note="ask legal")
    assert defer.return_from_snooze() == 0
    come_due()
    assert defer.return_from_snooze() == 1
    back = take_lease(world.nudity, by=world.bob)
    assert (back.pk, back.rank_at, back.owner, back.wait_until) == (leased.pk, leased.rank_at, None, None)


def test_a_hold_without_a_time_comes_back_too(world: World, leased: ReviewTask) -> None:
    defer.snooze(lease_key_of(leased), by=world.alice, until=None)
    leased.refresh_from_db()
    assert leased.wait_until is not None
    assert leased.wait_until - timezone.now() <= defer.SNOOZE


def test_a_time_that_has_passed_is_refused(world: World, leased: ReviewTask) -> None:
    with pytest.raises(NotAcceptable, match="/until"):
        defer.snooze(lease_key_of(leased), by=world.alice, until=timezone.now() - timedelta(seconds=1))


def test_an_escalated_case_comes_back_from_hold_to_the_leads(world: World, leased: ReviewTask) -> None:
    defer.escalate(lease_key_of(leased), by=world.alice)
    defer.snooze(lease_key_of(take_lease(world.nudity, by=world.carol)), by=world.carol, until=None)
    come_due()
    assert defer.return_from_snooze() == 1
    assert leases.lease(queues=[], count=1, by=world.bob) == []
    assert take_lease(world.nudity, by=world.carol).pk == leased.pk


def test_an_escalated_one_that_falls_due_while_others_return_is_still_the_leads(
    world: World, leased: ReviewTask
) -> None:
    defer.escalate(lease_key_of(leased), by=world.alice)
    defer.snooze(lease_key_of(take_lease(world.nudity, by=world.carol)), by=world.carol, until=None)
    ran: list[str] = []

    def meanwhile(run: Any, sql: str, *more: Any) -> Any:
        done = run(sql, *more)
        if not ran and sql.startswith("UPDATE"):
            ran.append(sql)
            come_due()
        return done

    with connection.execute_wrapper(meanwhile):
        defer.return_from_snooze()
    defer.return_from_snooze()
    assert ReviewTask.objects.get().state == "escalated"


def come_due() -> None:
    ReviewTask.objects.update(wait_until=timezone.now())
