"""A paused queue takes cases in and hands none out, on every way; what is leased stays leased."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import AuditEvent
from accounts.permissions import NotAllowed
from review.models import ReviewTask
from review.queues import pause
from review.refusals import NotAcceptable
from review.workflow import grid, lease_directly, leases
from tests.factories import bodies, grids, tasks
from tests.factories.verdicts import decide, take_lease
from tests.stage import lease, signed_in
from tests.world import World


def paused(world: World) -> None:
    pause.pause(world.nudity, reason="new guideline", by=world.dave)


WAYS: list[Callable[[World, ReviewTask], object]] = [
    lambda world, one: leases.lease(queues=["nudity"], count=5, by=world.alice),
    lambda world, one: leases.lease(queues=[], count=5, by=world.alice),
    lambda world, one: grid.lease(queue="nudity", by=world.alice).tasks,
    lambda world, one: lease_directly.lease_these([one.pk], by=world.alice)[0],
]


@pytest.mark.parametrize("way", WAYS)
def test_it_hands_out_nothing(world: World, way: Callable[[World, ReviewTask], list[ReviewTask]]) -> None:
    one = grids.entered(world.web)
    ReviewTask.objects.filter(pk=one.pk).update(queue=world.nudity)
    paused(world)
    assert way(world, one) == []
    assert ReviewTask.objects.get().leased_by is None
    pause.resume(world.nudity, by=world.dave)
    assert [task.pk for task in way(world, one)] == [one.pk]


def test_its_reason_is_stored_in_bounds(world: World) -> None:
    pause.pause(world.nudity, reason=" a\0b" + "x" * 400, by=world.dave)
    assert world.nudity.pause_reason == "ab" + "x" * 298


def test_a_case_of_it_is_not_opened_directly(world: World) -> None:
    (one,) = tasks.waiting(world.nudity, app=world.web, owner=world.alice)
    paused(world)
    with pytest.raises(NotAcceptable, match="new guideline"):
        lease_directly.lease_one(one.pk, by=world.alice)
    assert not lease_directly.can_lease(ReviewTask.objects.get(), by=world.alice)
    (_, (refused,)) = lease_directly.lease_these([one.pk], by=world.alice)
    assert refused.outcome == "paused"


def test_what_is_leased_stays_leased_and_is_decided(world: World) -> None:
    tasks.waiting(world.nudity, app=world.web, count=2)
    leased = take_lease(world.nudity, by=world.alice)
    paused(world)
    assert lease_directly.can_lease(ReviewTask.objects.get(pk=leased.pk), by=world.alice)
    assert lease_directly.lease_one(leased.pk, by=world.alice).lease_token == leased.lease_token
    assert [task.pk for task in leases.lease(queues=[], count=5, by=world.alice)] == [leased.pk]
    decide(leased, by=world.alice)
    assert leases.lease(queues=[], count=5, by=world.alice) == []


def test_cases_come_in_and_wait(client: Client, world: World) -> None:
    pause.pause(world.default, reason="", by=world.dave)
    client.post("/api/v1/results", bodies.envelope(), content_type="application/json", headers=world.bearer)
    assert ReviewTask.objects.get().queue == world.default


def test_the_stage_is_told_why(world: World) -> None:
    tasks.waiting(world.nudity, app=world.web)
    paused(world)
    told = lease(signed_in(world.alice), queues=["nudity"])
    assert told["paused"] == [{"queue": "nudity", "name": "Nudity", "why": "new guideline"}]
    assert (told["tasks"], told["waiting"]) == ([], 0)


def test_it_is_paused_once_and_audited(world: World) -> None:
    paused(world)
    with pytest.raises(ValueError, match="paused already, by Dave"):
        paused(world)
    pause.resume(world.nudity, by=world.dave)
    pause.resume(world.nudity, by=world.dave)
    actions = AuditEvent.objects.filter(action__startswith="queue.paused") | AuditEvent.objects.filter(
        action="queue.resumed"
    )
    assert [event.details["reason"] for event in actions.order_by("pk")] == ["new guideline", "new guideline"]


def test_only_administrators_pause(world: World) -> None:
    for person in (world.alice, world.carol, world.erin):
        with pytest.raises(NotAllowed):
            pause.pause(world.nudity, reason="", by=person)
        with pytest.raises(NotAllowed):
            pause.resume(world.nudity, by=person)
