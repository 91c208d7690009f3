"""What everybody who is left has skipped goes up, however the others went away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts import people
from accounts.models import AuditEvent, User
from accounts.roles import Role
from moderation.messages import Message
from review.maintenance import maintain
from review.models import ReviewTask, Skip
from review.queues import configure
from review.workflow import defer, leases
from review.workflow.message_codes import WorkflowCode
from tests.factories import tasks
from tests.factories.verdicts import lease_key_of, take_lease
from tests.world import World


@pytest.fixture
def skipped(world: World) -> ReviewTask:
    """Alice has skipped it; Bob has not."""
    tasks.waiting(world.nudity, app=world.web)
    return skip(world, "alice")


def skip(world: World, name: str) -> ReviewTask:
    task = take_lease(world.nudity, by=getattr(world, name))
    defer.skip(lease_key_of(task), by=getattr(world, name))
    return ReviewTask.objects.get(pk=task.pk)


def leave(world: World) -> None:
    configure.set_members(world.nudity, [world.alice, world.carol], by="tests")


def state(task: ReviewTask) -> str:
    task.refresh_from_db()
    return task.state


def test_when_the_last_moderator_leaves_the_queue(world: World, skipped: ReviewTask) -> None:
    assert maintain()["handed up"] == 0
    leave(world)
    assert maintain()["handed up"] == 1
    assert state(skipped) == "escalated"
    assert take_lease(world.nudity, by=world.carol).pk == skipped.pk
    told = AuditEvent.objects.get(action="case.escalated")
    assert (told.by_name, told.details["why"]) == ("maintenance", Message(WorkflowCode.SKIPPED_BY_ALL))


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": Role.AUDITOR}, {"role": Role.LEAD}])
def test_when_the_last_moderator_is_deactivated_or_is_none_any_more(
    world: World, skipped: ReviewTask, change: dict[str, Any]
) -> None:
    facts: dict[str, Any] = {"name": "Bob", "role": Role.MODERATOR, "is_active": True}
    people.change(world.bob, by=world.dave, **(facts | change))
    assert maintain()["handed up"] == 1
    assert state(skipped) == "escalated"


def test_not_while_somebody_is_left_and_not_what_nobody_has_skipped(world: World, skipped: ReviewTask) -> None:
    (other,) = tasks.waiting(world.nudity, app=world.web)
    maintain()
    assert (state(skipped), state(other)) == ("waiting", "waiting")
    leave(world)
    maintain()
    assert state(other) == "waiting"


def test_not_what_somebody_looks_at(world: World, skipped: ReviewTask) -> None:
    take_lease(world.nudity, by=world.carol)
    leave(world)
    assert maintain()["handed up"] == 0
    ReviewTask.objects.update(leased_until="2020-01-01T00:00Z")
    assert maintain()["handed up"] == 1
    assert list(skipped.leases.order_by("pk").values_list("outcome", flat=True)) == ["skipped", "expired"]


def test_not_what_is_with_a_named_person_who_can_take_it(world: World, skipped: ReviewTask) -> None:
    ReviewTask.objects.update(owner=world.carol)
    leave(world)
    assert maintain()["handed up"] == 0
    configure.set_members(world.nudity, [world.alice], by="tests")
    assert maintain()["handed up"] == 1
    assert ReviewTask.objects.get().owner is None


def test_when_the_lead_who_had_not_skipped_it_leaves_the_others_are_asked_again(world: World) -> None:
    erin = User.objects.get(email="erin@example.test")
    people.change(erin, by=world.dave, name="Erin", role=Role.LEAD, is_active=True)
    configure.set_members(world.nudity, [world.alice, world.carol, erin], by="tests")
    tasks.waiting(world.nudity, app=world.web, state="escalated")
    task = skip(world, "carol")
    assert maintain()["handed up"] == 0
    assert leases.lease(queues=[], count=1, by=world.carol) == []
    configure.set_members(world.nudity, [world.alice, world.carol], by="tests")
    assert maintain()["handed up"] == 1
    assert take_lease(world.nudity, by=world.carol).pk == task.pk
    assert maintain()["handed up"] == 0


def test_what_comes_back_from_hold_to_a_line_of_nobody_goes_up_in_the_same_sweep(world: World) -> None:
    tasks.waiting(world.nudity, app=world.web)
    skip(world, "alice")
    leased = take_lease(world.nudity, by=world.bob)
    defer.snooze(lease_key_of(leased), by=world.bob, until=None)
    leave(world)
    ReviewTask.objects.update(wait_until="2020-01-01T00:00Z")
    maintain()
    assert state(leased) == "escalated"


def test_who_skipped_it_is_not_handed_it_again_when_it_has_gone_up(world: World, skipped: ReviewTask) -> None:
    leave(world)
    maintain()
    assert leases.lease(queues=[], count=5, by=world.alice) == []


def test_skips_of_what_has_long_been_closed_are_forgotten(world: World, skipped: ReviewTask) -> None:
    defer.forget_skips()
    assert Skip.objects.count() == 1
    for hours, left in ((23, 1), (25, 0)):
        closed_at = timezone.now() - timedelta(hours=hours)
        ReviewTask.objects.update(state="closed", closed_at=closed_at)
        maintain()
        assert Skip.objects.count() == left
