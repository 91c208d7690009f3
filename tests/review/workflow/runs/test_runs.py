"""A list of cases as a run: what of it can be reviewed, and what became of each."""

from __future__ import annotations

import uuid

import pytest

from accounts.models import User
from accounts.permissions import NotAllowed
from review.models import Membership, Run
from review.refusals import NotAcceptable
from review.workflow import defer, leases, runs
from review.workflow.assign import assign
from tests.factories import tasks
from tests.factories.verdicts import decide, lease_key_of, take_lease
from tests.world import World


def start(task_ids: list[int], by: User) -> Run:
    return runs.start(task_ids, source=Run.Source.CASES, back="/review/cases/", by=by)


def outcomes(run: Run) -> list[tuple[str, str]]:
    return [(stop.outcome, stop.by) for stop in runs.stops(run)]


def test_what_can_be_reviewed_keeps_the_order_of_the_list(world: World) -> None:
    first, second, third = (task.pk for task in tasks.waiting(world.nudity, app=world.web, count=3))
    assert runs.reviewable([third, first, second, third], by=world.alice) == [third, first, second]


def test_permission_and_state_say_what_can_be_reviewed(world: World) -> None:
    free, leased, escalated, theirs, mine, decided, snoozed = tasks.waiting(world.nudity, app=world.web, count=7)
    ids = [task.pk for task in (free, leased, escalated, theirs, mine, decided, snoozed)]
    taken = {task.pk: task for task in leases.lease(queues=[], count=7, by=world.bob)}
    defer.escalate(lease_key_of(taken[escalated.pk]), by=world.bob)
    defer.snooze(lease_key_of(taken[snoozed.pk]), by=world.bob, until=None)
    decide(taken[decided.pk], by=world.bob)
    leases.release([lease_key_of(taken[task.pk]) for task in (free, theirs, mine)], by=world.bob)
    assign(theirs.pk, to=world.bob, by=world.carol)
    assign(mine.pk, to=world.alice, by=world.carol)
    assert runs.reviewable(ids, by=world.alice) == [free.pk, leased.pk, mine.pk]
    assert runs.reviewable(ids, by=world.carol) == [free.pk, leased.pk, escalated.pk]
    for stranger in (world.mallory, world.dave, world.erin):
        assert runs.reviewable(ids, by=stranger) == []


def test_what_is_assigned_to_somebody_who_left_can_be_reviewed_by_others(world: World) -> None:
    (task,) = tasks.waiting(world.nudity, app=world.web)
    assign(task.pk, to=world.bob, by=world.carol)
    assert runs.reviewable([task.pk], by=world.alice) == []
    Membership.objects.filter(user=world.bob).delete()
    assert runs.reviewable([task.pk], by=world.alice) == [task.pk]


def test_a_run_keeps_those_that_can_be_reviewed_and_how_many_were_listed(world: World) -> None:
    here = [task.pk for task in tasks.waiting(world.nudity, app=world.web, count=2)]
    Membership.objects.filter(user=world.alice, queue=world.default).delete()
    (elsewhere,) = tasks.waiting(world.default, app=world.web)
    run = start([elsewhere.pk, *here, 2**40], world.alice)
    assert (run.tasks, run.listed) == (here, 4)


def test_a_run_of_nothing_of_too_much_or_by_an_auditor_is_refused(world: World) -> None:
    with pytest.raises(NotAcceptable, match="None of these cases"):
        start([], world.alice)
    with pytest.raises(NotAcceptable, match="at most 500"):
        start(list(range(501)), world.alice)
    with pytest.raises(NotAllowed):
        start([1], world.erin)
    assert not Run.objects.exists()


def test_a_run_is_its_persons_alone(world: World) -> None:
    (task,) = tasks.waiting(world.nudity, app=world.web)
    run = start([task.pk], world.alice)
    assert runs.read(run.pk, by=world.alice) == run
    for stranger in (world.bob, world.dave):
        with pytest.raises(Run.DoesNotExist):
            runs.read(run.pk, by=stranger)
    with pytest.raises(Run.DoesNotExist):
        runs.read(uuid.uuid4(), by=world.alice)


def test_the_last_runs_of_a_person_are_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "MOST_RUNS", 2)
    (task,) = tasks.waiting(world.nudity, app=world.web)
    other = start([task.pk], world.bob)
    made = [start([task.pk], world.alice) for _ in range(3)]
    assert set(Run.objects.all()) == {other, *made[1:]}


def test_what_became_of_each_is_told_whoever_did_it(world: World) -> None:
    made = tasks.waiting(world.nudity, app=world.web, count=8)
    run = start([task.pk for task in made], world.alice)
    assert outcomes(run) == [("", "")] * 8
    taken = {task.pk: task for task in leases.lease(queues=[], count=8, by=world.bob)}
    decide(taken[made[0].pk], by=world.bob)
    leases.release([lease_key_of(taken[task.pk]) for task in made[1:] if task != made[7]], by=world.bob)
    decide(take_lease(world.nudity, by=world.alice), by=world.alice)
    defer.skip(lease_key_of(take_lease(world.nudity, by=world.alice)), by=world.alice)
    defer.snooze(lease_key_of(take_lease(world.nudity, by=world.alice)), by=world.alice, until=None)
    defer.escalate(lease_key_of(take_lease(world.nudity, by=world.alice)), by=world.alice)
    assign(made[5].pk, to=world.bob, by=world.carol)
    assert outcomes(run) == [
        ("decided", "Bob"),
        ("decided", "Alice"),
        ("skipped", ""),
        ("deferred", ""),
        ("deferred", ""),
        ("assigned", "Bob"),
        ("", ""),
        ("leased", "Bob"),
    ]
    assert [stop.is_own for stop in runs.stops(run)[:2]] == [False, True]


def test_what_was_skipped_before_the_run_is_to_be_reviewed(world: World) -> None:
    (task,) = tasks.waiting(world.nudity, app=world.web)
    defer.skip(lease_key_of(take_lease(world.nudity, by=world.alice)), by=world.alice)
    assert outcomes(start([task.pk], world.alice)) == [("", "")]
