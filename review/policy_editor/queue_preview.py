"""The order at the heads of the queues if another policy ranked them now. Reads only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from moderation import labels
from moderation.models import MachineResult
from moderation.policy import Facts, Policy, route
from moderation.policy_versions import past_facts
from review.models import Queue, ReviewTask
from review.presentation import rules
from review.workflow import ranking

LOOKED_AT = 100  # tasks at the head of each queue
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Step:
    """A task that is at place `now` of its queue and would be at `then`; `minutes` is the sum of its terms."""

    task: ReviewTask
    now: int
    then: int
    minutes: float

    @property
    def moved(self) -> str:
        return rules.minutes(self.minutes)


@dataclass(frozen=True, slots=True)
class Preview:
    """`first` are the tasks that would stand first, of those `looked_at`."""

    queue: Queue
    looked_at: int
    first: tuple[Step, ...]

    @property
    def changes(self) -> bool:
        return any(step.now != step.then for step in self.first)


def lines() -> list[tuple[Queue, list[int]]]:
    """Every queue, with the keys of the tasks at its head."""
    waiting = ReviewTask.objects.filter(state=ReviewTask.State.WAITING, queue=OuterRef("pk"))
    head = ArraySubquery(waiting.order_by("rank_at", "id").values("pk")[:LOOKED_AT])
    return [(queue, queue.head) for queue in Queue.objects.annotate(head=head)]


def preview(policy: Policy, lines: Sequence[tuple[Queue, list[int]]]) -> list[Preview]:
    """Each queue that has a waiting task. Tasks stay in their queues; only the order is computed anew. It takes as many
    queries for many queues as for one.
    """
    tasks = ReviewTask.objects.select_related("case__app").in_bulk([pk for _, line in lines for pk in line])
    facts = _facts(list(tasks.values()))
    found = ((queue, [tasks[pk] for pk in line if pk in tasks]) for queue, line in lines)
    return [_reordered(queue, line, policy, facts) for queue, line in found if line]


def _reordered(queue: Queue, line: Sequence[ReviewTask], policy: Policy, facts: Mapping[int, Facts]) -> Preview:
    boosts = ranking.weighed(policy.boosts, queue.boosts)
    minutes = _minutes(line, replace(policy, boosts=boosts, sections=()), facts)  # they wait, whatever sections say now
    ranked = sorted(enumerate(line, start=1), key=lambda placed: _rank(placed[1], minutes))
    steps = [Step(task, now, then, minutes[task.pk]) for then, (now, task) in enumerate(ranked[:SHOWN], start=1)]
    return Preview(queue, len(line), tuple(steps))


def _rank(task: ReviewTask, minutes: dict[int, float]) -> tuple[datetime, int]:
    return task.due_at - timedelta(minutes=minutes[task.pk]), task.pk


def _facts(tasks: Sequence[ReviewTask]) -> Mapping[int, Facts]:
    """By task."""
    found = MachineResult.objects.filter(case__in=[task.case_id for task in tasks]).select_related("case__app")
    results = {(result.case_id, result.revision): result for result in found}
    facts = past_facts.facts_of(results[task.case_id, task.machine_revision] for task in tasks)
    return {task.pk: one for task, one in zip(tasks, facts, strict=True)}


def _minutes(line: Sequence[ReviewTask], policy: Policy, facts: Mapping[int, Facts]) -> dict[int, float]:
    """By task: how far it would be moved up."""
    taxonomy = labels.in_force()
    routes = {task.pk: route(facts[task.pk], policy=policy, taxonomy=taxonomy) for task in line}
    return {task: sum(term.minutes for term in routed.terms) for task, routed in routes.items()}
