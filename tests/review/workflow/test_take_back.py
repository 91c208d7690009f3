"""Handing a task on, or setting it aside, is undone while nobody has looked at it; and whom it can be handed to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from accounts.permissions import NotAllowed
from review.cases import my_work
from review.models import ReviewTask
from review.refusals import AlreadyDecided, LeaseLost
from review.workflow import defer, leases
from review.workflow.assign import ask_second_opinion, assign, colleagues, take_back
from review.workflow.decisions import undo
from tests.factories import tasks
from tests.factories.verdicts import decide, lease_key_of, take_lease
from tests.stage import call, signed_in
from tests.world import World

Slip = Callable[[World, ReviewTask], None]


@pytest.fixture
def asked(world: World) -> ReviewTask:
    """Alice has asked Bob."""
    tasks.waiting(world.nudity, app=world.web)
    return ask_second_opinion(
        lease_key_of(take_lease(world.nudity, by=world.alice)), to=world.bob, by=world.alice, note="look at the badge"
    )


def test_it_is_held_again_and_with_nobody_by_name(world: World, asked: ReviewTask) -> None:
    task = take_back(asked.pk, by=world.alice)
    assert (task.leased_by, task.owner, task.note) == (world.alice, None, "")
    assert decide(task, by=world.alice)


def test_so_is_what_a_lead_assigned_from_their_stage(world: World) -> None:
    tasks.waiting(world.nudity, app=world.web)
    task = take_lease(world.nudity, by=world.carol)
    assign(task.pk, to=world.bob, by=world.carol)
    assert [one.pk for one in my_work.assigned_to(world.bob)] == [task.pk]
    assert take_back(task.pk, by=world.carol).leased_by == world.carol
    assert my_work.assigned_to(world.bob) == []


def test_sent_again_it_is_the_same_hold(world: World, asked: ReviewTask) -> None:
    once = take_back(asked.pk, by=world.alice)
    assert take_back(asked.pk, by=world.alice).lease_token == once.lease_token


def test_once_the_colleague_looks_at_it_it_is_theirs(world: World, asked: ReviewTask) -> None:
    leased = take_lease(world.nudity, by=world.bob)
    with pytest.raises(LeaseLost, match="Bob"):
        take_back(asked.pk, by=world.alice)
    leases.release([lease_key_of(leased)], by=world.bob)
    with pytest.raises(LeaseLost, match="Bob"):
        take_back(asked.pk, by=world.alice)


def test_once_a_lead_has_handed_it_on_it_stays_there(world: World, asked: ReviewTask) -> None:
    assign(asked.pk, to=world.carol, by=world.carol)
    with pytest.raises(LeaseLost, match="Carol"):
        take_back(asked.pk, by=world.alice)
    assert ReviewTask.objects.get().owner == world.carol


def test_once_it_is_decided_that_stands(world: World, asked: ReviewTask) -> None:
    decide(take_lease(world.nudity, by=world.bob), by=world.bob)
    with pytest.raises(AlreadyDecided, match="Bob"):
        take_back(asked.pk, by=world.alice)


@pytest.mark.parametrize("name", ["bob", "carol"])
def test_nobody_else_takes_it_back(world: World, asked: ReviewTask, name: str) -> None:
    with pytest.raises(LeaseLost):
        take_back(asked.pk, by=getattr(world, name))
    with pytest.raises(NotAllowed):
        take_back(asked.pk, by=world.mallory)


def skipped(world: World, task: ReviewTask) -> None:
    defer.skip(lease_key_of(task), by=world.alice)


def escalated(world: World, task: ReviewTask) -> None:
    defer.escalate(lease_key_of(task), by=world.alice, note="a slip")


def snoozed(world: World, task: ReviewTask) -> None:
    defer.snooze(lease_key_of(task), by=world.alice, until=None)


def back_from_snooze(world: World, task: ReviewTask) -> None:
    snoozed(world, task)
    ReviewTask.objects.update(wait_until="2020-01-01T00:00Z")
    defer.return_from_snooze()


class TestWhatWasSetAside:
    @pytest.mark.parametrize("slip", [skipped, escalated, snoozed])
    def test_is_held_again_in_the_line_it_came_from(self, world: World, slip: Slip) -> None:
        tasks.waiting(world.nudity, app=world.web)
        task = take_lease(world.nudity, by=world.alice)
        slip(world, task)
        back = take_back(task.pk, by=world.alice)
        assert (back.state, back.leased_by, back.owner, back.wait_until) == ("waiting", world.alice, None, None)
        leases.release([lease_key_of(back)], by=world.alice)
        assert take_lease(world.nudity, by=world.alice).pk == task.pk, "it counts as passed over no more"

    @pytest.mark.parametrize("slip", [skipped, escalated, snoozed])
    def test_leaves_a_decision_to_be_undone_where_it_was_made(self, world: World, slip: Slip) -> None:
        tasks.waiting(world.nudity, app=world.web)
        task = take_lease(world.nudity, by=world.alice)
        slip(world, task)
        made = decide(take_back(task.pk, by=world.alice), by=world.alice)
        assert undo(made.pk, by=world.alice).state == "waiting"

    def test_stays_with_whoever_took_it_meanwhile(self, world: World) -> None:
        tasks.waiting(world.nudity, app=world.web)
        task = take_lease(world.nudity, by=world.alice)
        skipped(world, task)
        take_lease(world.nudity, by=world.bob)
        with pytest.raises(LeaseLost, match="Bob"):
            take_back(task.pk, by=world.alice)

    @pytest.mark.parametrize("slip", [skipped, escalated, back_from_snooze])
    def test_stays_where_a_lead_has_put_it_meanwhile(self, world: World, slip: Slip) -> None:
        tasks.waiting(world.nudity, app=world.web)
        task = take_lease(world.nudity, by=world.alice)
        slip(world, task)
        assign(task.pk, to=world.carol, by=world.carol)
        with pytest.raises(LeaseLost, match="Carol"):
            take_back(task.pk, by=world.alice)

    def test_stays_passed_over_by_the_others_who_skipped_it(self, world: World) -> None:
        tasks.waiting(world.nudity, app=world.web)
        defer.skip(lease_key_of(take_lease(world.nudity, by=world.bob)), by=world.bob)
        task = take_lease(world.nudity, by=world.alice)
        skipped(world, task)
        take_back(task.pk, by=world.alice)
        assert [skip.by for skip in task.skips.all()] == [world.bob]

    def test_goes_back_to_the_leads_when_it_was_theirs(self, world: World) -> None:
        tasks.waiting(world.nudity, app=world.web)
        escalated(world, take_lease(world.nudity, by=world.alice))
        task = take_lease(world.nudity, by=world.carol)
        defer.snooze(lease_key_of(task), by=world.carol, until=None)
        assert take_back(task.pk, by=world.carol).state == "escalated"

    def test_keeps_the_note_it_had_when_it_was_skipped(self, world: World, asked: ReviewTask) -> None:
        task = take_lease(world.nudity, by=world.bob)
        defer.skip(lease_key_of(task), by=world.bob)
        assert take_back(task.pk, by=world.bob).note == "look at the badge"

    def test_is_not_a_moderators_any_more_once_it_has_gone_up(self, world: World) -> None:
        tasks.waiting(world.nudity, app=world.web)
        task = take_lease(world.nudity, by=world.alice)
        skipped(world, task)
        ReviewTask.objects.update(**tasks.ESCALATED)
        with pytest.raises(LeaseLost):
            take_back(task.pk, by=world.alice)


class TestColleagues:
    def names(self, world: World, task: ReviewTask, by: User) -> dict[str, bool]:
        return {str(one.user): one.has_skipped for one in colleagues(task.pk, by=by)}

    def test_are_those_who_could_take_it_without_oneself(self, world: World) -> None:
        (task,) = tasks.waiting(world.nudity, app=world.web)
        assert self.names(world, task, world.alice) == {"Bob": False, "Carol": False}
        defer.skip(lease_key_of(take_lease(world.nudity, by=world.bob)), by=world.bob)
        assert self.names(world, task, world.alice) == {"Bob": True, "Carol": False}

    def test_of_an_escalated_task_are_leads(self, world: World) -> None:
        (task,) = tasks.waiting(world.nudity, app=world.web, state="escalated")
        assert self.names(world, task, world.alice) == {"Carol": False}

    def test_of_a_closed_one_are_none(self, world: World) -> None:
        tasks.waiting(world.nudity, app=world.web)
        task = take_lease(world.nudity, by=world.alice)
        decide(task, by=world.alice)
        assert self.names(world, task, world.alice) == {}

    def test_are_told_to_who_works_there(self, world: World) -> None:
        (task,) = tasks.waiting(world.nudity, app=world.web)
        answer = call(signed_in(world.alice), "colleagues", {"taskId": task.pk}).json()
        told: dict[str, Any] = answer["colleagues"][0]
        assert told == {"email": "bob@example.test", "name": "Bob", "hasSkipped": False}
        assert call(signed_in(world.mallory), "colleagues", {"taskId": task.pk}).status_code == 403
