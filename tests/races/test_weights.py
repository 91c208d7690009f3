"""Weights that change while the waiting cases are ranked."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

from django.db import connections, transaction

from review.models import Queue, QueueJob, ReviewTask
from review.queues import configure, weights
from review.queues.configure import Parts
from review.workflow import leases
from tests.factories import tasks
from tests.races.conftest import Floor
from tests.races.crowd import held_up, wait_for_waiters


def put(floor: Floor, minutes: float) -> None:
    with transaction.atomic():
        queue = Queue.objects.select_for_update(no_key=True).get(pk=floor.world.nudity.pk)
        weights.put(queue, dict.fromkeys(weights.SEVERITIES, minutes), by="tests")


def rank_left() -> int:
    try:
        return weights.rank_left(for_seconds=10)
    finally:
        connections.close_all()


def change(floor: Floor, minutes: float) -> None:
    """Bob leaves, and a weight changes."""
    queue, world = Queue.objects.get(pk=floor.world.nudity.pk), floor.world
    people = [person for person in queue.members.all() if person != world.bob]
    parts = Parts(people=people, teams=[], reasons=list(queue.reasons.all()), weights={"reach": minutes})
    configure.change(queue, parts, by=world.dave, expected_version=configure.EDITED.version(queue))


def test_who_waited_for_new_weights_ranks_by_them(floor: Floor) -> None:
    tasks.waiting(floor.world.nudity, app=floor.world.web)
    put(floor, 77)
    assert held_up(partial(put, floor, 78), rank_left) == [1]
    (term,) = [term for term in ReviewTask.objects.get().priority if term["term"] == "severity"]
    assert term["minutes"] == 78
    assert not QueueJob.objects.filter(ended_at=None).exists()


def test_a_queue_is_changed_while_its_cases_are_ranked(floor: Floor) -> None:
    """The change comes as far as the second of the leased tasks, then ranking begins."""
    world = floor.world
    _, second = tasks.waiting(world.nudity, app=world.web, count=2)
    leases.lease(queues=["nudity"], count=2, by=world.bob)
    put(floor, 77)
    with ThreadPoolExecutor(1) as threads:
        ranking: list[Future[int]] = []

        def rank() -> None:
            ranking.append(threads.submit(rank_left))
            assert wait_for_waiters(2)

        somebody = partial(ReviewTask.objects.select_for_update().get, pk=second.pk)
        assert held_up(somebody, partial(change, floor, 9), meanwhile=rank) == [None]
        assert ranking[0].result() == 2
    assert not ReviewTask.objects.filter(leased_by=world.bob).exists()
    assert Queue.objects.get(pk=world.nudity.pk).boosts == {"reach": 9}
