"""Once escalated, a task stays with the leads: whoever escalated it, and whatever happens to it after."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts import people
from accounts.models import User
from accounts.roles import Role
from review.maintenance import maintain
from review.models import Queue, ReviewTask
from review.queues import close, configure
from review.refusals import LeaseLost
from review.workflow import decisions, defer, leases, move, reopen, snoozed
from review.workflow.assign import ask_second_opinion, assign, take_back
from tests.factories import grids, tasks
from tests.factories.verdicts import decide, lease_key_of, take_lease
from tests.world import World

PAST = "2020-01-01T00:00Z"
Step = Callable[[World, ReviewTask], None]


def held(queue: Queue, by: User) -> ReviewTask:
    return take_lease(queue, by=by)


def by_a_person(world: World) -> None:
    defer.escalate(lease_key_of(held(world.nudity, world.alice)), by=world.alice)


def by_the_last_skip(world: World) -> None:
    for person in (world.alice, world.bob):
        defer.skip(lease_key_of(held(world.nudity, person)), by=person)


def by_maintenance(world: World) -> None:
    """Bob leaves the queue, whose others have skipped it, and comes back when it has gone up."""
    defer.skip(lease_key_of(held(world.nudity, world.alice)), by=world.alice)
    configure.set_members(world.nudity, [world.alice, world.carol, world.erin], by="tests")
    assert maintain()["handed up"] == 1
    configure.set_members(world.nudity, [world.alice, world.bob, world.carol, world.erin], by="tests")


WAYS = [by_a_person, by_the_last_skip, by_maintenance]


def snooze(world: World, task: ReviewTask) -> None:
    defer.snooze(lease_key_of(held(task.queue, world.carol)), by=world.carol, until=None)


def snooze_ends(world: World, task: ReviewTask) -> None:
    snooze(world, task)
    ReviewTask.objects.update(wait_until=PAST)
    assert defer.return_from_snooze() == 1


def snooze_is_ended(world: World, task: ReviewTask) -> None:
    snooze(world, task)
    snoozed.bring_back(task.pk, by=world.carol)


def snoozer_is_deactivated(world: World, task: ReviewTask) -> None:
    snooze(world, task)
    people.change(world.carol, by=world.dave, name="Carol", role=Role.LEAD, is_active=False)
    people.change(world.carol, by=world.dave, name="Carol", role=Role.LEAD, is_active=True)


def snooze_is_taken_back(world: World, task: ReviewTask) -> None:
    snooze(world, task)
    take_back(task.pk, by=world.carol)


def machine_has_news_of_a_snoozed_one(world: World, task: ReviewTask) -> None:
    snooze(world, task)
    grids.revised(task, "minor")


def machine_has_news(world: World, task: ReviewTask) -> None:
    grids.revised(task, "minor")


def decision_is_undone(world: World, task: ReviewTask) -> None:
    decisions.undo(decide(held(task.queue, world.carol), by=world.carol).pk, by=world.carol)


def decision_after_a_snooze_is_undone(world: World, task: ReviewTask) -> None:
    snooze_ends(world, task)
    decision_is_undone(world, task)


def lease_expires(world: World, task: ReviewTask) -> None:
    held(task.queue, world.carol)
    ReviewTask.objects.update(leased_until=PAST)


def lease_is_released(world: World, task: ReviewTask) -> None:
    leases.release([lease_key_of(held(task.queue, world.carol))], by=world.carol)


def lead_skips_it(world: World, task: ReviewTask) -> None:
    defer.skip(lease_key_of(held(task.queue, world.erin)), by=world.erin)


def lead_takes_the_skip_back(world: World, task: ReviewTask) -> None:
    defer.skip(lease_key_of(held(task.queue, world.carol)), by=world.carol)
    take_back(task.pk, by=world.carol)


def lead_escalates_to_another(world: World, task: ReviewTask) -> None:
    defer.escalate(lease_key_of(held(task.queue, world.erin)), by=world.erin, to=world.carol)


def lead_takes_that_back(world: World, task: ReviewTask) -> None:
    defer.escalate(lease_key_of(held(task.queue, world.carol)), by=world.carol, to=world.erin)
    take_back(task.pk, by=world.carol)


def lead_asks_another(world: World, task: ReviewTask) -> None:
    ask_second_opinion(lease_key_of(held(task.queue, world.erin)), to=world.carol, by=world.erin)


def lead_is_assigned_it(world: World, task: ReviewTask) -> None:
    assign(task.pk, to=world.carol, by=world.erin)


def is_moved(world: World, task: ReviewTask) -> None:
    assert move.move([task.pk], to=world.default, by=world.carol).moved == (task.pk,)


def is_moved_while_snoozed(world: World, task: ReviewTask) -> None:
    snooze(world, task)
    is_moved(world, task)
    ReviewTask.objects.update(wait_until=PAST)
    assert defer.return_from_snooze() == 1


def queue_is_closed(world: World, task: ReviewTask) -> None:
    close.close(world.nudity, into=world.default, by=world.dave)
    assert close.move_left(for_seconds=10) == 1


def queue_is_closed_while_it_is_decided(world: World, task: ReviewTask) -> None:
    """Undone, it comes back to the closed queue, and is moved from there."""
    decision = decide(held(task.queue, world.carol), by=world.carol)
    close.close(world.nudity, into=world.default, by=world.dave)
    decisions.undo(decision.pk, by=world.carol)
    ReviewTask.objects.update(leased_until=PAST)
    assert close.move_left(for_seconds=10) == 1


STEPS: list[Step] = [
    *(snooze_ends, snooze_is_ended, snoozer_is_deactivated, snooze_is_taken_back, machine_has_news_of_a_snoozed_one),
    *(machine_has_news, decision_is_undone, decision_after_a_snooze_is_undone, lease_expires, lease_is_released),
    *(lead_skips_it, lead_takes_the_skip_back, lead_escalates_to_another, lead_takes_that_back, lead_asks_another),
    *(lead_is_assigned_it, is_moved, is_moved_while_snoozed, queue_is_closed, queue_is_closed_while_it_is_decided),
]


@pytest.fixture
def task(world: World) -> ReviewTask:
    """Erin is a lead too, so that a lead can hand it to another."""
    people.change(world.erin, by=world.dave, name="Erin", role=Role.LEAD, is_active=True)
    world.erin.refresh_from_db()
    everybody = [world.alice, world.bob, world.carol, world.erin]
    for queue in (world.nudity, world.default):
        configure.set_members(queue, everybody, by="tests")
    return tasks.waiting(world.nudity, app=world.web)[0]


def offered(person: User) -> list[int]:
    """What the queues hand out to this person, however it stands with leases."""
    ReviewTask.objects.filter(closed_at=None, leased_until__isnull=False).update(leased_until=PAST)
    found = [one.pk for one in leases.lease(queues=[], count=5, by=person)]
    ReviewTask.objects.filter(pk__in=found).update(leased_until=PAST)
    return found


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("way", WAYS)
def test_it_stays_with_the_leads(world: World, task: ReviewTask, way: Callable[[World], None], step: Step) -> None:
    way(world)
    task.refresh_from_db()
    since = task.escalated_at
    step(world, task)
    task.refresh_from_db()
    assert (task.state, task.escalated_at) == ("escalated", since)
    assert since is not None
    assert offered(world.alice) == offered(world.bob) == []
    assert offered(world.carol) == [task.pk]


@pytest.mark.parametrize("way", [by_a_person, by_the_last_skip])
def test_who_escalated_it_by_mistake_has_it_again_as_it_was(
    world: World, task: ReviewTask, way: Callable[[World], None]
) -> None:
    way(world)
    by = world.alice if way is by_a_person else world.bob
    back = take_back(task.pk, by=by)
    assert (back.state, back.escalated_at, back.leased_by) == ("waiting", None, by)
    defer.snooze(lease_key_of(back), by=by, until=None)
    ReviewTask.objects.update(wait_until=PAST)
    defer.return_from_snooze()
    task.refresh_from_db()
    assert task.state == "waiting"


def test_a_skip_is_not_taken_back_once_maintenance_has_escalated_it(world: World, task: ReviewTask) -> None:
    by_maintenance(world)
    with pytest.raises(LeaseLost):
        take_back(task.pk, by=world.alice)
    assert ReviewTask.objects.get(pk=task.pk).state == "escalated"


@pytest.mark.parametrize("way", WAYS)
def test_a_reopened_case_is_a_round_of_its_own(
    world: World, task: ReviewTask, way: Callable[[World], None], settings: object
) -> None:
    settings.UNDO_SECONDS = 0  # type: ignore[attr-defined]
    way(world)
    decide(held(world.nudity, world.carol), by=world.carol)
    again = reopen.reopen(task.case_id, by=world.carol)
    assert (again.state, again.escalated_at, again.round) == ("waiting", None, 2)
