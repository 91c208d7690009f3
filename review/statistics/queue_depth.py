"""How long each queue is. Counting a long one is expensive, so a count may be two seconds old; short ones are exact."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import caches
from django.db.models import Count, Min, Q
from django.db.models.functions import Now

from accounts.models import User
from accounts.times import iso
from review.models import Queue, ReviewTask
from review.models.review_task import IS_LEASED

STALE_SECONDS = 2
EXACT_UP_TO = 1000
EMPTY: dict[str, Any] = {"waiting": 0, "leased": 0, "overdue": 0, "oldest_at": None, "due_at": None}
ASIDE = ("escalated", "snoozed")  # states outside the queue's order, each with an index of its own
_OVERDUE = Count("pk", filter=Q(due_at__lt=Now()))


@dataclass(frozen=True, slots=True)
class QueueDepth:
    """One queue's counts. `waiting` tasks are free, `leased` ones are not; `escalated` and `snoozed` ones are counted
    apart. `overdue` ones, of all of these, are past their due time, the first of which is `due_at`. `reviewers` are
    people with leases.
    """

    slug: str
    waiting: int
    leased: int
    overdue: int
    oldest_at: datetime | None
    due_at: datetime | None = None
    escalated: int = 0
    snoozed: int = 0
    reviewers: frozenset[int] = frozenset()

    def as_json(self) -> dict[str, Any]:
        oldest = iso(self.oldest_at)
        counts = {"waiting": self.waiting, "leased": self.leased, "overdue": self.overdue}
        return {"slug": self.slug, **counts, "oldestAt": oldest}


def lines(queues: Sequence[Queue]) -> list[QueueDepth]:
    """The counts of these queues, in their order, at most two seconds old."""
    cache = caches["process"]
    counted: dict[int, dict[str, Any]] | None = cache.get("lines")
    if counted is None:
        counted = _count()
        cache.set("lines", counted, STALE_SECONDS)
    return [QueueDepth(queue.slug, **counted.get(queue.pk, EMPTY)) for queue in queues]


def reviewing(lines: Iterable[QueueDepth]) -> dict[str, int]:
    """How many people have leases, by the queue's slug; under "" in all queues together."""
    some = [line for line in lines if line.reviewers]
    everybody: frozenset[int] = frozenset().union(*(line.reviewers for line in some))
    return {"": len(everybody), **{line.slug: len(line.reviewers) for line in some}}


def waiting_and_leased_by_others(queues: Sequence[Queue], *, user: User) -> tuple[int, int]:
    """For the stage: how many tasks are free, and how many are leased by others, in these queues together."""
    in_line = ReviewTask.objects.filter(queue__in=queues, state="waiting")
    waiting = in_line.exclude(IS_LEASED)[:EXACT_UP_TO].count()
    if waiting == EXACT_UP_TO:
        waiting = sum(line.waiting for line in lines(queues))
    leased = (
        ReviewTask.objects.filter(IS_LEASED, queue__in=queues, leased_by__isnull=False).exclude(leased_by=user).count()
    )
    return waiting, leased


def _count() -> dict[int, dict[str, Any]]:
    """All queues with open tasks at once: one count serves all viewers."""
    by_queue = ReviewTask.objects.filter(state="waiting").values_list("queue").order_by()
    counted = by_queue.annotate(
        waiting=Count("pk", filter=~IS_LEASED),
        leased=Count("pk", filter=IS_LEASED),
        overdue=_OVERDUE,
        oldest_at=Min("entered_at"),
        due_at=Min("due_at"),
    )
    lines = {queue: dict(zip(EMPTY, figures, strict=True)) for queue, *figures in counted}
    for queue, state, number, overdue, due_at in _aside():
        line = lines.setdefault(queue, dict(EMPTY))
        line |= {state: number, "overdue": line["overdue"] + overdue}
        line["due_at"] = min(due_at, line["due_at"] or due_at)
    for queue, reviewers in _reviewers().items():
        lines.setdefault(queue, dict(EMPTY))["reviewers"] = frozenset(reviewers)
    return lines


def _aside() -> Iterable[tuple[int, str, int, int, datetime]]:
    """One statement, in which each state has its own index."""
    first, *others = (
        ReviewTask.objects.filter(state=state)
        .order_by()
        .values_list("queue", "state")
        .annotate(number=Count("pk"), overdue=_OVERDUE, first_due_at=Min("due_at"))
        for state in ASIDE
    )
    return first.union(*others, all=True)


def _reviewers() -> dict[int, set[int]]:
    leased = ReviewTask.objects.filter(IS_LEASED, leased_by__isnull=False)
    found: dict[int, set[int]] = {}
    for queue, person in leased.order_by().values_list("queue", "leased_by").distinct():
        found.setdefault(queue, set()).add(person)
    return found
