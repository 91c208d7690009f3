"""The priority weights of one queue, where they differ from the policy's. Saved, they rank the waiting cases anew."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.models import User
from moderation.policy.parse import MAX_MINUTES
from review.models import Queue, QueueJob, ReviewTask
from review.workflow import ranking

CHUNK = 200  # tasks ranked in one transaction
SEVERITIES = ("critical", "high", "moderate", "low")
OTHERS = ("confidence", "rejected_before", "rejected_before_at_most", "reach")
NAMES: Mapping[str, Any] = {
    "critical": _("Critical label"),
    "high": _("High"),
    "moderate": _("Moderate"),
    "low": _("Low"),
    "confidence": _("Confidence, at score 1000"),
    "rejected_before": _("Each picture rejected before"),
    "rejected_before_at_most": _("… at most"),
    "reach": _("Each user level"),
}
PREFIX = "weight_"  # of the names of their form fields
LABELS = {f"{PREFIX}{name}": label for name, label in NAMES.items()}
_RANKED = (ReviewTask.State.WAITING, ReviewTask.State.ESCALATED, ReviewTask.State.SNOOZED)
"""The states of what is ranked; each has an index. What is decided with another is ranked with it."""

Weights = Mapping[str, float]
"""By name, minutes; without those that are the policy's."""


def values(boosts: Mapping[str, Any]) -> dict[str, float | None]:
    """As form fields: None where the policy's weight holds."""
    given = {**boosts, **boosts.get("severity", {})}
    return {f"{PREFIX}{name}": plain(given.get(name)) for name in NAMES}


def plain(minutes: float | None) -> float | None:
    """Whole minutes without a point, as one writes them."""
    return int(minutes) if minutes is not None and minutes == int(minutes) else minutes


def boosts_of(weights: Weights) -> dict[str, Any]:
    """As a queue stores them."""
    severity = {name: weights[name] for name in SEVERITIES if name in weights}
    return {name: weights[name] for name in OTHERS if name in weights} | ({"severity": severity} if severity else {})


def put(queue: Queue, weights: Weights, *, by: User | str) -> bool:
    """Change the weights of a queue that the caller has locked, and begin to rank its cases anew. Returns whether
    something changed. Raises ValueError for a weight out of range.
    """
    wanted, before = boosts_of(weights), queue.boosts
    if wanted == before:
        return False
    if not all(abs(minutes) <= MAX_MINUTES for minutes in weights.values()):  # "not a number" is within no bounds
        raise ValueError(gettext("A weight is at most {n} minutes.").format(n=MAX_MINUTES))
    Queue.objects.filter(pk=queue.pk).update(boosts=wanted)
    queue.boosts = wanted
    audit.record(AuditAction.QUEUE_WEIGHTS_SET, by=by, on=queue, slug=queue.slug, before=before, after=wanted)
    _begin(queue, by=by)
    return True


def rank_left(*, for_seconds: float) -> int:
    """Rank what is left of the jobs that weights began. Returns how many tasks were ranked."""
    until, ranked = time.monotonic() + for_seconds, 0
    for job in QueueJob.objects.filter(kind=QueueJob.Kind.RANK, ended_at=None):
        while done := _rank_chunk(job.pk):
            ranked += done
            if time.monotonic() > until:
                return ranked
    return ranked


def _begin(queue: Queue, *, by: User | str) -> None:
    """One job a queue: weights that change while it runs begin it anew."""
    total = queue.tasks.filter(state=ReviewTask.State.WAITING).count()
    anew = {"after": 0, "done": 0, "total": total, "by": by if isinstance(by, User) else None, "started_at": Now()}
    QueueJob.objects.update_or_create(queue=queue, kind=QueueJob.Kind.RANK, ended_at=None, defaults=anew)


def _rank_chunk(job_id: int) -> int:
    """The job's row is locked: of two processes, one waits. Its queue is read after that, with the weights of whoever
    it waited for. Tasks are locked in the order of their ids, as leases are renewed.
    """
    with transaction.atomic():
        job = QueueJob.objects.select_for_update(no_key=True).get(pk=job_id)
        ids = _next(job)
        if job.ended_at is not None or not ids:
            QueueJob.objects.filter(pk=job_id, ended_at=None).update(ended_at=Now())
            return 0
        grouped = Q(grouped_with__in=ids, state=ReviewTask.State.GROUPED)
        concerned = ReviewTask.objects.filter(Q(pk__in=ids) | grouped, queue=job.queue, closed_at=None)
        tasks = list(concerned.select_for_update(no_key=True).order_by("pk"))
        terms = ranking.anew(tasks, ranking.weights_of(job.queue))
        for task in tasks:
            ranking.order(task, terms.get(task.pk, task.priority))
        ReviewTask.objects.bulk_update(tasks, ["priority", "rank_at"])
        QueueJob.objects.filter(pk=job_id).update(after=ids[-1], done=F("done") + len(ids))
        return len(ids)


def _next(job: QueueJob) -> list[int]:
    found: list[int] = []
    for state in _RANKED:
        left = job.queue.tasks.filter(state=state, pk__gt=job.after).order_by("pk")
        found += left.values_list("pk", flat=True)[:CHUNK]
    return sorted(found)[:CHUNK]
