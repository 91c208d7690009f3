"""Weights that change while the waiting cases are ranked."""

from __future__ import annotations

from functools import partial

from django.db import transaction

from review.models import Queue, QueueJob, ReviewTask
from review.queues import weights
from tests.factories import tasks
from tests.races.conftest import Floor
from tests.races.crowd import held_up


def put(floor: Floor, minutes: float) -> None:
    with transaction.atomic():
        queue = Queue.objects.select_for_update(no_key=True).get(pk=floor.world.nudity.pk)
        weights.put(queue, dict.fromkeys(weights.SEVERITIES, minutes), by="tests")


def test_who_waited_for_new_weights_ranks_by_them(floor: Floor) -> None:
    tasks.waiting(floor.world.nudity, app=floor.world.web)
    put(floor, 77)
    assert held_up(partial(put, floor, 78), partial(weights.rank_left, for_seconds=10)) == [1]
    (term,) = [term for term in ReviewTask.objects.get().priority if term["term"] == "severity"]
    assert term["minutes"] == 78
    assert not QueueJob.objects.filter(ended_at=None).exists()
