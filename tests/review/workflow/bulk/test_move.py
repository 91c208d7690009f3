"""Moving cases to another queue: what is decided together stays together, and nobody loses what they have leased."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.permissions import NotAllowed
from review.models import Lease, Queue, ReviewTask
from review.queues import configure
from review.refusals import NotAcceptable
from review.workflow import leases
from review.workflow.assign import assign, assign_all
from review.workflow.move import MOST, move
from tests.factories import tasks
from tests.factories.verdicts import decide, lease_key_of, take_lease
from tests.world import World, queue


@pytest.fixture
def ads(world: World) -> Queue:
    made = queue("ads", members=[world.bob, world.carol])
    Queue.objects.filter(pk=made.pk).update(sla_minutes=5)
    made.refresh_from_db()
    return made


def of(task: ReviewTask) -> ReviewTask:
    return ReviewTask.objects.get(pk=task.pk)


def test_it_is_due_and_ranked_by_the_queue_it_is_moved_to(world: World, ads: Queue) -> None:
    terms = [{"term": "severity", "minutes": 3, "why": {"code": "text", "text": ""}}]
    (one,) = tasks.waiting(world.nudity, app=world.web, priority=terms)
    outcome = move([one.pk], to=ads, by=world.carol)
    assert (outcome.moved, outcome.skipped) == ((one.pk,), {})
    moved = of(one)
    assert (moved.queue, moved.state) == (ads, "waiting")
    assert moved.due_at == moved.entered_at + timedelta(minutes=5)
    assert moved.rank_at == moved.due_at - timedelta(minutes=3)
    event = AuditEvent.objects.get(action="case.moved")
    assert (event.by, event.details) == (world.carol, {"from": "nudity", "to_queue": "ads"})


def test_what_another_person_has_leased_stays_with_them(world: World, ads: Queue) -> None:
    first, second = tasks.waiting(world.nudity, app=world.web, count=2)
    leased = take_lease(world.nudity, by=world.alice)
    outcome = move([first.pk, second.pk], to=ads, by=world.carol)
    assert (outcome.moved, outcome.skipped, outcome.reasons) == ((second.pk,), {first.pk: "leased"}, {"leased": 1})
    decide(leased, by=world.alice)
    assert of(first).state == "decided"


def test_ones_own_lease_and_one_that_ran_out_end(world: World, ads: Queue) -> None:
    (one,) = tasks.waiting(world.nudity, app=world.web)
    take_lease(world.nudity, by=world.carol)
    assert move([one.pk], to=ads, by=world.carol).moved == (one.pk,)
    assert of(one).leased_by is None
    assert Lease.objects.get(task=one).outcome == "released"

    (two,) = tasks.waiting(world.nudity, app=world.web)
    lost = take_lease(world.nudity, by=world.alice)
    ReviewTask.objects.filter(pk=two.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
    assert move([two.pk], to=ads, by=world.carol).moved == (two.pk,)
    assert Lease.objects.get(task=two).outcome == "expired"
    assert leases.renew([lease_key_of(lost)], by=world.alice).lost == [two.pk]


def test_what_is_decided_together_is_moved_together(world: World, ads: Queue) -> None:
    leader, *others = tasks.waiting(world.nudity, app=world.web, count=3)
    ReviewTask.objects.filter(pk__in=[one.pk for one in others]).update(state="grouped", grouped_with=leader)
    assert move([others[0].pk], to=ads, by=world.carol).skipped == {others[0].pk: "grouped"}
    assert move([leader.pk], to=ads, by=world.carol).moved == (leader.pk,)
    assert {of(one).queue for one in others} == {ads}
    assert {of(one).grouped_with for one in others} == {leader}
    decide(take_lease(ads, by=world.bob), by=world.bob)
    assert {of(one).state for one in others} == {"decided"}


def test_an_assignee_who_does_not_work_there_is_none_any_more(world: World, ads: Queue) -> None:
    first, second = tasks.waiting(world.nudity, app=world.web, count=2)
    assign(first.pk, to=world.alice, by=world.carol)
    assign(second.pk, to=world.bob, by=world.carol)
    move([first.pk, second.pk], to=ads, by=world.carol)
    assert (of(first).owner, of(second).owner) == (None, world.bob)


def test_who_snoozed_it_keeps_it_until_it_returns(world: World, ads: Queue) -> None:
    (one,) = tasks.waiting(
        world.nudity, app=world.web, state="snoozed", owner=world.alice, wait_until=timezone.now() + timedelta(hours=1)
    )
    assert move([one.pk], to=ads, by=world.carol).moved == (one.pk,)
    assert (of(one).state, of(one).owner) == ("snoozed", world.alice)


def test_each_refusal_has_its_name(world: World, ads: Queue) -> None:
    decided, there, foreign = (tasks.waiting(one, app=world.web)[0] for one in (world.nudity, ads, world.default))
    decide(take_lease(world.nudity, by=world.alice), by=world.alice)
    configure.set_members(world.default, [world.alice], by="tests")
    outcome = move([decided.pk, there.pk, foreign.pk, 10**9], to=ads, by=world.carol)
    assert outcome.skipped == {
        decided.pk: "decided",
        there.pk: "there",
        foreign.pk: "not-allowed",
        10**9: "gone",
    }


def test_only_who_leads_in_both_queues_moves(world: World, ads: Queue) -> None:
    (one,) = tasks.waiting(world.nudity, app=world.web)
    for nobody in (world.alice, world.mallory, world.erin):
        with pytest.raises(NotAllowed):
            move([one.pk], to=ads, by=nobody)
    configure.set_members(ads, [world.bob], by="tests")
    with pytest.raises(NotAllowed):
        move([one.pk], to=ads, by=world.carol)
    assert move([one.pk], to=ads, by=world.dave).moved == (one.pk,)


def test_no_more_than_can_be_moved_while_one_waits(world: World, ads: Queue) -> None:
    with pytest.raises(NotAcceptable):
        move(range(MOST + 1), to=ads, by=world.carol)


def test_chosen_cases_are_assigned_and_counted(world: World, ads: Queue) -> None:
    first, second, third = tasks.waiting(world.nudity, app=world.web, count=3)
    (other,) = tasks.waiting(ads, app=world.web)
    ReviewTask.objects.filter(pk=third.pk).update(state="grouped", grouped_with=second)
    configure.set_members(ads, [world.bob], by="tests")
    take_lease(world.nudity, by=world.alice)
    outcome = assign_all([first.pk, second.pk, third.pk, other.pk], to=world.bob, by=world.carol, note="yours")
    assert outcome.assigned == (second.pk,)
    assert outcome.skipped == {first.pk: "leased", third.pk: "grouped", other.pk: "not-allowed"}
    assert (of(second).owner, of(second).note) == (world.bob, "yours")


def test_a_person_who_cannot_take_them_is_assigned_none(world: World) -> None:
    waiting = [one.pk for one in tasks.waiting(world.nudity, app=world.web, count=2)]
    assert assign_all(waiting, to=world.mallory, by=world.carol).reasons == {"not-taker": 2}
    with pytest.raises(NotAllowed):
        assign_all(waiting, to=world.bob, by=world.alice)
