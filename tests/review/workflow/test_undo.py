"""Taking a decision back."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from accounts.permissions import NotAllowed
from moderation.messages import english
from moderation.models import Case, Delivery, FinalResult
from review.models import Decision, Lease, ReviewTask
from review.queues import configure
from review.refusals import WindowClosed
from review.workflow import decisions, defer
from tests.factories import endpoints, tasks
from tests.factories.verdicts import PASS, decide, lease_key_of, take_lease
from tests.world import World


@pytest.fixture
def decision(world: World) -> Decision:
    endpoints.subscribed()
    tasks.waiting(world.nudity, app=world.web)
    return decide(take_lease(world.nudity, by=world.alice), by=world.alice)


def test_the_task_is_held_again_under_a_new_token(world: World, decision: Decision) -> None:
    task = decisions.undo(decision.pk, by=world.alice)
    assert (task.state, task.leased_by, task.closed_at) == ("waiting", world.alice, None)
    assert list(Lease.objects.order_by("pk").values_list("outcome", flat=True)) == ["decided", ""]
    assert Lease.objects.latest("pk").lease_token == task.lease_token


def test_the_customer_never_hears_of_it(world: World, decision: Decision) -> None:
    decisions.undo(decision.pk, by=world.alice)
    assert FinalResult.objects.get().voided_at is not None
    assert (Delivery.objects.get().state, english(Delivery.objects.get().why)) == ("cancelled", "undone before it left")
    assert Case.objects.get().state == "queued"


def test_the_next_decision_is_revision_one_again(world: World, decision: Decision) -> None:
    decide(decisions.undo(decision.pk, by=world.alice), by=world.alice, judgement=PASS)
    standing = FinalResult.objects.get(voided_at=None)
    assert (standing.revision, standing.risk_level) == (1, "PASS")
    assert set(Delivery.objects.values_list("state", "type")) == {
        ("cancelled", "result.final"),
        ("pending", "result.final"),
    }


def test_twice_is_once(world: World, decision: Decision) -> None:
    tokens = {decisions.undo(decision.pk, by=world.alice).lease_token for _ in range(2)}
    assert len(tokens) == 1
    assert Lease.objects.count() == 2


def test_after_the_window_it_is_too_late(world: World, settings: Any) -> None:
    settings.UNDO_SECONDS = 0
    tasks.waiting(world.nudity, app=world.web)
    decision = decide(take_lease(world.nudity, by=world.alice), by=world.alice)
    with pytest.raises(WindowClosed):
        decisions.undo(decision.pk, by=world.alice)
    decision.refresh_from_db()
    assert decision.undone_at is None
    assert Case.objects.get().state == "final"


def test_an_undone_decision_whose_task_somebody_else_holds_cannot_be_undone_again(
    world: World, decision: Decision
) -> None:
    decisions.undo(decision.pk, by=world.alice)
    ReviewTask.objects.update(leased_until="2020-01-01T00:00Z")
    take_lease(world.nudity, by=world.bob)
    with pytest.raises(WindowClosed):
        decisions.undo(decision.pk, by=world.alice)


def test_nobody_undoes_the_decision_of_somebody_else(world: World, decision: Decision) -> None:
    for person in (world.bob, world.carol, world.dave, world.mallory):
        with pytest.raises(Decision.DoesNotExist):
            decisions.undo(decision.pk, by=person)
    with pytest.raises(Decision.DoesNotExist):
        decisions.undo(uuid4(), by=world.alice)


def test_who_left_the_queue_cannot_undo_in_it(world: World, decision: Decision) -> None:
    configure.set_members(world.nudity, [world.bob], by="tests")
    with pytest.raises(NotAllowed):
        decisions.undo(decision.pk, by=world.alice)


def test_an_escalated_case_is_escalated_again(world: World) -> None:
    tasks.waiting(world.nudity, app=world.web)
    defer.escalate(lease_key_of(take_lease(world.nudity, by=world.alice)), by=world.alice)
    decision = decide(take_lease(world.nudity, by=world.carol), by=world.carol)
    assert decisions.undo(decision.pk, by=world.carol).state == "escalated"
