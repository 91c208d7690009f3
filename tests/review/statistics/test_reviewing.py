"""How many people review, as the call for counts tells the stage."""

from __future__ import annotations

from typing import Any

from django.core.cache import caches

from review.models import ReviewTask
from review.workflow import leases
from tests.factories import tasks
from tests.stage import signed_in
from tests.world import World


def counted(world: World) -> Any:
    caches["process"].clear()
    return signed_in(world.alice).get("/review/api/counts").json()["reviewing"]


def test_a_person_who_holds_cases_of_two_queues_is_one(world: World) -> None:
    assert counted(world) == {"": 0}
    for queue in (world.nudity, world.default):
        tasks.waiting(queue, app=world.web, count=3)
        leases.lease(queues=[queue.slug], count=2, by=world.alice)
    leases.lease(queues=["nudity"], count=1, by=world.bob)
    assert counted(world) == {"": 2, "default": 1, "nudity": 2}


def test_who_let_a_lease_run_out_does_not_review(world: World) -> None:
    tasks.waiting(world.nudity, app=world.web, count=2)
    leases.lease(queues=["nudity"], count=1, by=world.alice)
    ReviewTask.objects.filter(leased_by=world.alice).update(leased_until="2020-01-01T00:00Z")
    assert counted(world) == {"": 0}


def test_nobody_is_told_of_queues_they_do_not_see(world: World) -> None:
    tasks.waiting(world.nudity, app=world.web)
    leases.lease(queues=["nudity"], count=1, by=world.alice)
    caches["process"].clear()
    assert signed_in(world.mallory).get("/review/api/counts").json() == {"queues": [], "reviewing": {"": 0}}
