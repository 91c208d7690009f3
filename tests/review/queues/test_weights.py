"""A queue weighs priority by itself where it says so: for new cases at once, for those that wait in chunks."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from accounts.models import AuditEvent
from moderation.policy.policy import Boosts
from review.models import Queue, QueueJob, ReviewTask
from review.policy_editor import queue_order
from review.queues import weights
from review.workflow import ranking
from tests.factories import bodies, tasks
from tests.world import World


def put(queue: Queue, world: World, **wanted: float) -> None:
    with transaction.atomic():
        weights.put(Queue.objects.select_for_update(no_key=True).get(pk=queue.pk), wanted, by=world.dave)
    queue.refresh_from_db()


def send(client: Client, world: World, **said: Any) -> ReviewTask:
    body = bodies.envelope(**said)
    answer = client.post("/api/v1/results", body, content_type="application/json", headers=world.bearer)
    assert answer.status_code == 201, answer.content
    return ReviewTask.objects.latest("pk")


def minutes(task: ReviewTask) -> dict[str, float]:
    task.refresh_from_db()
    assert task.rank_at == task.due_at - timedelta(minutes=ranking.minutes_of(task.priority))
    return {term["term"]: term["minutes"] for term in task.priority}


def test_new_cases_are_ranked_by_the_queues_own_weights(client: Client, world: World) -> None:
    usual = minutes(send(client, world))
    assert usual["severity"] > 0
    severities = dict.fromkeys(weights.SEVERITIES, 77.0)
    put(world.default, world, **severities)
    assert minutes(send(client, world))["severity"] == 77
    assert AuditEvent.objects.latest("pk").action != "queue.weights-set"
    event = AuditEvent.objects.get(action="queue.weights-set")
    assert event.details["before"] == {}
    assert event.details["after"] == {"severity": severities}


def test_what_waits_is_ranked_anew_and_back_again(client: Client, world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(weights, "CHUNK", 2)
    waiting = [send(client, world) for _ in range(5)]
    usual = [minutes(one) for one in waiting]
    put(world.default, world, **dict.fromkeys(weights.SEVERITIES, 77.0))
    assert weights.rank_left(for_seconds=10) == 5
    assert [minutes(one)["severity"] for one in waiting] == [77] * 5
    job = QueueJob.objects.get()
    assert (job.done, job.total, job.ended_at is not None) == (5, 5, True)
    put(world.default, world)
    weights.rank_left(for_seconds=10)
    assert [minutes(one) for one in waiting] == usual


def test_what_was_ranked_when_time_is_up_is_counted(client: Client, world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(weights, "CHUNK", 2)
    for _ in range(3):
        send(client, world)
    put(world.default, world, confidence=0.0)
    assert [weights.rank_left(for_seconds=0) for _ in range(3)] == [2, 1, 0]


def test_what_a_rule_gave_stays(client: Client, world: World) -> None:
    one = send(client, world)
    rule = {"term": "rule", "minutes": 9, "why": {"code": "text", "text": "VIP"}}
    ReviewTask.objects.filter(pk=one.pk).update(priority=[rule, *one.priority])
    put(world.default, world, confidence=0.0)
    weights.rank_left(for_seconds=10)
    assert minutes(one)["rule"] == 9
    assert "confidence" not in minutes(one)


def test_weights_that_change_while_they_rank_begin_anew(client: Client, world: World) -> None:
    one = send(client, world)
    put(world.default, world, **dict.fromkeys(weights.SEVERITIES, 77.0))
    put(world.default, world, **dict.fromkeys(weights.SEVERITIES, 78.0))
    assert QueueJob.objects.count() == 1
    weights.rank_left(for_seconds=10)
    assert minutes(one)["severity"] == 78


def test_only_given_weights_differ_from_the_policy() -> None:
    found = ranking.weighed(Boosts(), {"severity": {"high": 1}, "reach": 9})
    assert (found.severity["high"], found.severity["critical"], found.reach, found.confidence) == (1, 30, 9, 10)


@pytest.mark.parametrize("minutes", [1e9, -1e9, math.inf, math.nan])
def test_a_weight_has_a_bound(world: World, minutes: float) -> None:
    with pytest.raises(ValueError, match="at most"):
        put(world.default, world, reach=minutes)


def test_the_preview_is_the_order_that_saving_makes(client: Client, world: World) -> None:
    first = send(client, world)
    second = send(client, world)
    ReviewTask.objects.filter(pk=first.pk).update(
        rank_at=first.due_at - timedelta(minutes=500), priority=[{"term": "severity", "minutes": 500, "why": {}}]
    )
    before = queue_order.order(world.default)
    assert [one.task.pk for one in before.before] == [one.task.pk for one in before.after] == [first.pk, second.pk]
    assert (before.changed, before.strokes) == (0, ())
    ReviewTask.objects.filter(pk=second.pk).update(due_at=first.due_at - timedelta(minutes=1))
    foreseen = queue_order.order(world.default, ranking.weighed(Boosts(), {"confidence": 0.0}))
    assert [one.task.pk for one in foreseen.after] == [second.pk, first.pk]
    assert (foreseen.changed, len(foreseen.strokes)) == (2, 2)
    put(world.default, world, confidence=0.0)
    weights.rank_left(for_seconds=10)
    line = ReviewTask.objects.filter(queue=world.default).order_by("rank_at", "pk")
    assert list(line.values_list("pk", flat=True)) == [second.pk, first.pk]


def test_an_empty_queue_has_no_order(world: World) -> None:
    assert queue_order.order(world.nudity).looked_at == 0
    assert tasks.waiting(world.nudity, app=world.web)
    assert queue_order.order(world.nudity, Boosts()).looked_at == 1
