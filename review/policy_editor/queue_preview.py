"""The order at the heads of the queues if another policy ranked them now. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from moderation import labels
from moderation.models import MachineResult
from moderation.policy import Policy, route
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


def preview(policy: Policy) -> list[Preview]:
    """Each queue that has a waiting task. Tasks stay in their queues; only the order is computed anew."""
    waiting = ReviewTask.objects.filter(state=ReviewTask.State.WAITING).select_related("case__app")
    in_line = waiting.order_by("rank_at", "id")
    lines = ((queue, list(in_line.filter(queue=queue)[:LOOKED_AT])) for queue in Queue.objects.all())
    return [_reordered(queue, line, policy) for queue, line in lines if line]


def _reordered(queue: Queue, line: Sequence[ReviewTask], policy: Policy) -> Preview:
    boosts = ranking.weighed(policy.boosts, queue.boosts)
    minutes = _minutes(line, replace(policy, boosts=boosts, sections=()))  # they wait, whatever sections say now
    ranked = sorted(enumerate(line, start=1), key=lambda placed: _rank(placed[1], minutes))
    steps = [Step(task, now, then, minutes[task.pk]) for then, (now, task) in enumerate(ranked[:SHOWN], start=1)]
    return Preview(queue, len(line), tuple(steps))


def _rank(task: ReviewTask, minutes: dict[int, float]) -> tuple[datetime, int]:
    return task.due_at - timedelta(minutes=minutes[task.pk]), task.pk


def _minutes(line: Sequence[ReviewTask], policy: Policy) -> dict[int, float]:
    """By task: how far it would be moved up."""
    taxonomy = labels.in_force()
    found = MachineResult.objects.filter(case__in=[task.case_id for task in line]).select_related("case__app")
    results = {(result.case_id, result.revision): result for result in found}
    facts = past_facts.facts_of(results[task.case_id, task.machine_revision] for task in line)
    routes = (route(one, policy=policy, taxonomy=taxonomy) for one in facts)
    return {task.pk: sum(term.minutes for term in routed.terms) for task, routed in zip(line, routes, strict=True)}
