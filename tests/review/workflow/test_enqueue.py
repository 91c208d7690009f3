"""Taking cases in, and the people of a queue."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.database.write_batch import WriteBatch
from accounts.permissions import NotAllowed
from moderation.intake.handover import Handed
from moderation.messages import LedgerCode, Message
from moderation.models import Case
from moderation.policy import Outcome, Route
from moderation.policy.priority import Term
from review.models import Lease, Queue, ReviewTask
from review.queues import configure
from review.workflow import enqueue
from tests.factories import tasks
from tests.factories.verdicts import take_lease
from tests.world import World

TERMS = (
    Term("severity", 30.0, Message(LedgerCode.PRIORITY_CRITICAL, label="porn")),
    Term("record", 6.0, Message(LedgerCode.PRIORITY_RECORD, number=3)),
)


@pytest.fixture
def case(world: World) -> Case:
    return Case.objects.create(app=world.web, request_id="r1", state="recorded")


def take_in(case: Case, queue: str = "", *, outcome: Outcome = Outcome.QUEUED, revision: int = 1) -> ReviewTask | None:
    route = Route(outcome, Message(LedgerCode.ROUTE_REVIEW), queue, TERMS)
    with WriteBatch() as batch:
        (taken,) = enqueue.take_in([Handed(case, route, revision)], at=timezone.now(), batch=batch)
    return ReviewTask.objects.get(case=case, closed_at=None) if taken else None


def test_a_task_is_due_after_the_service_level_and_ranked_before_it_by_its_terms(world: World, case: Case) -> None:
    configure.save(Queue(slug="fast", name="Fast", sla_minutes=5), by=world.dave)
    task = take_in(case, "fast")
    assert task
    assert task.due_at - task.entered_at == timedelta(minutes=5)
    assert task.due_at - task.rank_at == timedelta(minutes=36)
    assert [term["term"] for term in task.priority] == ["severity", "record"]


def test_an_unknown_queue_and_none_at_all_are_the_default_queue(world: World) -> None:
    assert enqueue.queue_for("no-such-queue") == enqueue.queue_for("") == world.default


@pytest.mark.parametrize("left", ["none", "one that is not the default"])
def test_a_default_queue_is_there_even_when_somebody_took_it_away(world: World, left: str) -> None:
    if left == "none":
        world.default.delete()
    else:
        Queue.objects.update(is_default=False)
    assert enqueue.queue_for("").slug == "default"


def test_what_needs_no_person_makes_no_task(world: World, case: Case) -> None:
    assert take_in(case, outcome=Outcome.RECORDED) is None
    assert not ReviewTask.objects.exists()


def test_a_revision_moves_the_task_in_place_and_keeps_when_it_entered(world: World, case: Case) -> None:
    first = take_in(case)
    second = take_in(case, "nudity", revision=2)
    assert first
    assert second
    assert (second.pk, second.entered_at) == (first.pk, first.entered_at)
    assert (second.queue, second.machine_revision) == (world.nudity, 2)


def test_who_holds_a_task_that_moves_to_another_queue_loses_it(world: World, case: Case) -> None:
    take_in(case)
    take_lease(world.default, by=world.alice)
    task = take_in(case, "nudity", revision=2)
    assert task
    assert task.leased_by is None
    assert Lease.objects.get().outcome == "closed"


def test_who_holds_a_task_that_stays_keeps_it(world: World, case: Case) -> None:
    take_in(case)
    leased = take_lease(world.default, by=world.alice)
    task = take_in(case, revision=2)
    assert task
    assert task.lease_token == leased.lease_token


def test_a_case_that_needs_nobody_any_more_closes_its_held_task(world: World, case: Case) -> None:
    take_in(case)
    take_lease(world.default, by=world.alice)
    take_in(case, outcome=Outcome.RECORDED, revision=2)
    task = ReviewTask.objects.get()
    assert (task.state, task.leased_by, Lease.objects.get().outcome) == ("closed", None, "closed")


def test_a_case_that_comes_again_is_a_new_round(world: World, case: Case) -> None:
    take_in(case)
    take_in(case, outcome=Outcome.RECORDED, revision=2)
    task = take_in(case, revision=3)
    assert task
    assert task.round == 2


def test_one_queue_is_the_default_and_making_another_moves_that(world: World) -> None:
    configure.save(Queue(slug="new", name="New", is_default=True), by=world.dave)
    assert list(Queue.objects.filter(is_default=True).values_list("slug", flat=True)) == ["new"]


def test_only_administrators_change_queues_and_their_people(world: World) -> None:
    for person in (world.alice, world.carol, world.erin, world.mallory):
        with pytest.raises(NotAllowed):
            configure.save(world.nudity, by=person)
        with pytest.raises(NotAllowed):
            configure.set_members(world.nudity, [person], by=person)


def test_a_changed_service_level_leaves_the_line_as_it_is(world: World) -> None:
    (task,) = tasks.waiting(world.nudity, app=world.web)
    world.nudity.sla_minutes = 1
    configure.save(world.nudity, by=world.dave)
    task.refresh_from_db()
    assert task.due_at - task.entered_at == timedelta(minutes=60)
