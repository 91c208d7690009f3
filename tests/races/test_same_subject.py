"""Two moderators and one subject: every case is decided once, and everybody is told."""

from __future__ import annotations

from functools import partial
from uuid import uuid4

from moderation.models import FinalResult
from review.models import Decision, Lease, ReviewTask
from review.refusals import AlreadyDecided, LeaseLost, WindowClosed
from review.workflow import decisions
from review.workflow import leases as leases
from review.workflow.same_subject import Taken, Wanted, decide_these, undo_these
from tests.factories import pictures, tasks
from tests.factories.verdicts import PASS, decide, lease_key_of
from tests.races.conftest import Floor
from tests.races.crowd import at_once, held_up, of_kind

MILD = {"riskLabel1": "ad", "riskLabel2": "contact", "riskLabel3": "", "allLabels": []}
OTHERS = 6


def arrive(floor: Floor, count: int) -> list[ReviewTask]:
    world = floor.world
    made = tasks.waiting(world.nudity, app=world.web, count=count, says=MILD)
    for task in made:
        pictures.show(task.case, pictures.still())
    return made


def wanted(found: list[ReviewTask]) -> list[Wanted]:
    return [Wanted(task.pk, uuid4(), 1) for task in found]


def test_two_who_take_the_same_cases_along_decide_each_once(floor: Floor) -> None:
    world = floor.world
    for _ in range(5):
        arrive(floor, 2 + OTHERS)
        people = (world.alice, world.bob)
        own = [leases.lease(queues=[], count=1, by=person)[0] for person in people]
        likes = [decide(task, by=person, judgement=PASS) for task, person in zip(own, people, strict=True)]
        others = list(ReviewTask.objects.filter(state="waiting"))
        takes = [partial(decide_these, like.pk, wanted=wanted(others), count=OTHERS, by=like.by) for like in likes]
        outcomes = at_once(takes)
        assert of_kind(outcomes, Exception) == []
        taken = [one.task_id for outcome in of_kind(outcomes, Taken) for one in outcome.decisions]
        assert sorted(taken) == sorted(task.pk for task in others)
        left = [one for outcome in of_kind(outcomes, Taken) for one in outcome.left]
        assert len(left) == OTHERS
        assert {one.why for one in left} == {"decided"}
        assert Decision.objects.filter(task__in=others).count() == OTHERS
        assert FinalResult.objects.filter(case__review_tasks__in=others).count() == OTHERS
        assert not Lease.objects.filter(ended_at=None).exists()


def test_against_single_decisions_on_the_same_cases_one_stands_for_each(floor: Floor) -> None:
    world = floor.world
    for _ in range(5):
        arrive(floor, 1 + OTHERS)
        like = decide(leases.lease(queues=[], count=1, by=world.alice)[0], by=world.alice, judgement=PASS)
        leased = leases.lease(queues=[], count=OTHERS, by=world.alice)
        singles = [partial(decide, task, by=world.alice) for task in leased]
        outcomes = at_once(
            [partial(decide_these, like.pk, wanted=wanted(leased), count=OTHERS, by=world.alice), *singles]
        )
        assert all(isinstance(one, (Taken, Decision, AlreadyDecided, LeaseLost)) for one in outcomes), outcomes
        (taken,) = of_kind(outcomes, Taken)
        assert len(taken.decisions) + len(of_kind(outcomes, Decision)) == OTHERS
        assert Decision.objects.filter(task__in=leased).count() == OTHERS
        assert FinalResult.objects.filter(case__review_tasks__in=leased).count() == OTHERS


def test_against_leases_of_the_same_cases_nobody_holds_what_is_decided(floor: Floor) -> None:
    world = floor.world
    for _ in range(5):
        made = arrive(floor, 1 + OTHERS)
        like = decide(leases.lease(queues=[], count=1, by=world.alice)[0], by=world.alice, judgement=PASS)
        others = made[1:]
        calls = [partial(leases.lease, queues=[], count=2, by=person) for person in floor.moderators[:3]]
        along = partial(decide_these, like.pk, wanted=wanted(others), count=OTHERS, by=world.alice)
        taken, *handed = at_once([along, *calls])
        leased = {task.pk for tasks_ in handed for task in tasks_}
        decided = {one.task_id for one in taken.decisions}
        assert leased & decided == set()
        assert {one.task_id for one in taken.left} | decided == {task.pk for task in others}
        assert {one.why for one in taken.left} <= {"leased"}
        for person, tasks_ in zip(floor.moderators, handed, strict=False):
            leases.release(map(lease_key_of, tasks_), by=person)
        ReviewTask.objects.filter(state="waiting").update(state="closed", closed_at=like.decided_at)


def test_while_the_decision_that_is_followed_is_being_undone_the_others_wait_and_stay(floor: Floor) -> None:
    world = floor.world
    arrive(floor, 1 + OTHERS)
    like = decide(leases.lease(queues=[], count=1, by=world.alice)[0], by=world.alice, judgement=PASS)
    others = list(ReviewTask.objects.filter(state="waiting"))
    along = partial(decide_these, like.pk, wanted=wanted(others), count=OTHERS, by=world.alice)
    (taken,) = held_up(partial(decisions.undo, like.pk, by=world.alice), along)
    assert taken.decisions == []
    assert [one.why for one in taken.left] == ["refused"] * OTHERS


def test_undos_at_once_are_one_undo(floor: Floor) -> None:
    world = floor.world
    arrive(floor, 1 + OTHERS)
    like = decide(leases.lease(queues=[], count=1, by=world.alice)[0], by=world.alice, judgement=PASS)
    others = list(ReviewTask.objects.filter(state="waiting"))
    taken = decide_these(like.pk, wanted=wanted(others), count=OTHERS, by=world.alice)
    ids = [one.pk for one in taken.decisions]
    outcomes = at_once([partial(undo_these, ids, by=world.alice)] * 6)
    assert of_kind(outcomes, Exception) == of_kind(outcomes, WindowClosed) == []
    assert ReviewTask.objects.filter(state="waiting", leased_by=None).count() == OTHERS
    assert FinalResult.objects.filter(voided_at=None).count() == 1
