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
from review.models import Claim, ReviewTask
from review.refusals import AlreadyDecided, HoldLost, NotAcceptable
from review.workflow import defer, leases
from tests.factories import tasks
from tests.factories.verdicts import decide, hold_of, leased
from tests.world import World

VERBS: dict[str, Callable[..., None]] = {
    "skip": defer.skip,
    "escalate": defer.escalate,
    "hold": partial(defer.put_on_hold, until=None),
}


@pytest.fixture
def held(world: World) -> ReviewTask:
    tasks.waiting(world.nudity, app=world.web)
    return leased(world.nudity, by=world.alice)


@pytest.mark.parametrize(
    ("verb", "state", "outcome"),
    [("skip", "waiting", "skipped"), ("escalate", "escalated", "escalated"), ("hold", "on_hold", "on_hold")],
)
def test_the_hold_ends_and_the_claim_says_how(
    world: World, held: ReviewTask, verb: str, state: str, outcome: str
) -> None:
    VERBS[verb](hold_of(held), by=world.alice)
    held.refresh_from_db()
    assert (held.state, held.held_by, held.hold_token) == (state, None, None)
    assert Claim.objects.get().outcome == outcome
    assert AuditEvent.objects.latest("pk").action == f"case.{outcome}"


@pytest.mark.parametrize("verb", VERBS)
def test_each_needs_the_hold(world: World, held: ReviewTask, verb: str) -> None:
    with pytest.raises(HoldLost):
        VERBS[verb](hold_of(held), by=world.bob)
    with pytest.raises(NotAllowed):
        VERBS[verb](hold_of(held), by=world.mallory)
    decide(held, by=world.alice)
    with pytest.raises(AlreadyDecided):
        VERBS[verb](hold_of(held), by=world.alice)


def test_an_escalation_carries_its_note_and_the_lead_it_is_for(world: World, held: ReviewTask) -> None:
    defer.escalate(hold_of(held), by=world.alice, note="is this art?", to=world.carol)
    held.refresh_from_db()
    assert (held.owner, held.note) == (world.carol, "is this art?")


@pytest.mark.parametrize("name", ["bob", "mallory", "dave", "erin"])
def test_nothing_is_escalated_to_somebody_who_could_not_take_it(world: World, held: ReviewTask, name: str) -> None:
    with pytest.raises(NotAcceptable, match="/to"):
        defer.escalate(hold_of(held), by=world.alice, to=getattr(world, name))
    held.refresh_from_db()
    assert held.state == "waiting"


def test_a_lead_can_hand_an_escalation_on(world: World, held: ReviewTask) -> None:
    defer.escalate(hold_of(held), by=world.alice, to=world.carol)
    defer.escalate(hold_of(leased(world.nudity, by=world.carol)), by=world.carol)
    held.refresh_from_db()
    assert (held.state, held.owner) == ("escalated", None)


def test_on_hold_it_is_handed_to_nobody(world: World, held: ReviewTask) -> None:
    defer.put_on_hold(hold_of(held), by=world.alice, until=timezone.now() + timedelta(minutes=5))
    for person in (world.alice, world.bob, world.carol):
        assert leases.lease(queues=[], count=1, by=person) == []


def test_it_comes_back_to_its_place_when_its_time_has_come_and_not_before(world: World, held: ReviewTask) -> None:
    defer.put_on_hold(hold_of(held), by=world.alice, until=timezone.now() + timedelta(minutes=5), note="ask legal")
    assert defer.return_from_hold() == 0
    come_due()
    assert defer.return_from_hold() == 1
    back = leased(world.nudity, by=world.bob)
    assert (back.pk, back.rank_at, back.owner, back.wait_until) == (held.pk, held.rank_at, None, None)


def test_a_hold_without_a_time_comes_back_too(world: World, held: ReviewTask) -> None:
    defer.put_on_hold(hold_of(held), by=world.alice, until=None)
    held.refresh_from_db()
    assert held.wait_until is not None
    assert held.wait_until - timezone.now() <= defer.HOLD


def test_a_time_that_has_passed_is_refused(world: World, held: ReviewTask) -> None:
    with pytest.raises(NotAcceptable, match="/until"):
        defer.put_on_hold(hold_of(held), by=world.alice, until=timezone.now() - timedelta(seconds=1))


def test_an_escalated_case_comes_back_from_hold_to_the_leads(world: World, held: ReviewTask) -> None:
    defer.escalate(hold_of(held), by=world.alice)
    defer.put_on_hold(hold_of(leased(world.nudity, by=world.carol)), by=world.carol, until=None)
    come_due()
    assert defer.return_from_hold() == 1
    assert leases.lease(queues=[], count=1, by=world.bob) == []
    assert leased(world.nudity, by=world.carol).pk == held.pk


def test_an_escalated_one_that_falls_due_while_others_return_is_still_the_leads(world: World, held: ReviewTask) -> None:
    defer.escalate(hold_of(held), by=world.alice)
    defer.put_on_hold(hold_of(leased(world.nudity, by=world.carol)), by=world.carol, until=None)
    ran: list[str] = []

    def meanwhile(run: Any, sql: str, *more: Any) -> Any:
        done = run(sql, *more)
        if not ran and sql.startswith("UPDATE"):
            ran.append(sql)
            come_due()
        return done

    with connection.execute_wrapper(meanwhile):
        defer.return_from_hold()
    defer.return_from_hold()
    assert ReviewTask.objects.get().state == "escalated"


def come_due() -> None:
    ReviewTask.objects.update(wait_until=timezone.now())
