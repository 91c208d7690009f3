"""Close a queue: new cases go to another one at once, those that wait are moved there in chunks. What is leased is
moved when its lease has ended. No decision and no lease is lost.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext

from accounts import audit
from accounts.audit import Actor
from accounts.audit_actions import AuditAction
from accounts.models import User
from accounts.permissions import check
from accounts.roles import Permission
from review.models import Queue, QueueJob, ReviewTask
from review.models.review_task import IS_LEASED
from review.refusals import AlreadyDecided, LeaseLost
from review.workflow import leases
from review.workflow.enqueue import queue_for
from review.workflow.move import AlreadyThere, move_locked
from review.workflow.transitions import WrongState

CHUNK = 100  # tasks, each moved in a transaction of its own
_SHOWN = (ReviewTask.State.WAITING, ReviewTask.State.ESCALATED, ReviewTask.State.SNOOZED)
"""The states of what is moved; each has an index. What is decided with another comes along with it."""


def count(queue: Queue) -> int:
    """How many cases closing would move, without those that are decided with another."""
    return sum(queue.tasks.filter(state=state).count() for state in _SHOWN)


def close(queue: Queue, *, into: Queue, by: User | str) -> QueueJob:
    """New cases go to `into` from now on; maintenance moves those that wait. Returns the job that shows its progress.

    Raises ValueError for the default queue, a closed one, and an `into` that is closed or the same.
    """
    _check(by)
    with transaction.atomic():
        rows = Queue.objects.select_for_update(no_key=True).filter(pk__in=[queue.pk, into.pk]).order_by("pk")
        locked = {row.pk: row for row in rows}
        _check_can_close(locked[queue.pk], locked[into.pk])
        Queue.objects.filter(pk=queue.pk).update(closed_at=Now(), closed_into=into)
        total = count(queue)
        told = {"slug": queue.slug, "into": into.slug, "count": total}
        audit.record(AuditAction.QUEUE_CLOSED, by=by, on=queue, **told)
        job = QueueJob.objects.create(
            queue=queue, kind=QueueJob.Kind.MOVE, total=total, by=by if isinstance(by, User) else None
        )
    queue.refresh_from_db()
    return job


def reopen(queue: Queue, *, by: User | str) -> None:
    """Take cases in again. What was moved stays where it is."""
    _check(by)
    with transaction.atomic():
        locked = Queue.objects.select_for_update(no_key=True).get(pk=queue.pk)
        if locked.closed_at is None:
            return
        Queue.objects.filter(pk=queue.pk).update(closed_at=None, closed_into=None)
        QueueJob.objects.filter(queue=queue, kind=QueueJob.Kind.MOVE, ended_at=None).update(ended_at=Now())
        audit.record(AuditAction.QUEUE_REOPENED, by=by, on=locked, slug=locked.slug)
    queue.refresh_from_db()


def move_left(*, for_seconds: float) -> int:
    """Move what can be moved out of closed queues; also what came back to one by an undo. Returns how many."""
    until, moved = time.monotonic() + for_seconds, 0
    for queue in Queue.objects.filter(closed_at__isnull=False).select_related("closed_into"):
        job = queue.jobs.filter(kind=QueueJob.Kind.MOVE, ended_at=None).select_related("by").first()
        for chunk in _chunks(queue):
            done = sum(_moved(task_id, queue, job) for task_id in chunk)
            moved += done
            if job:
                QueueJob.objects.filter(pk=job.pk).update(done=F("done") + done)
            if not done or time.monotonic() > until:
                break
        _end(queue, job)
    return moved


def _chunks(queue: Queue) -> Iterator[list[int]]:
    """The tasks that nobody has leased, in their order, as they are each time."""
    for state in _SHOWN:
        free = queue.tasks.filter(~IS_LEASED, state=state).order_by("rank_at", "pk").values_list("pk", flat=True)
        while chunk := list(free[:CHUNK]):
            yield chunk


def _moved(task_id: int, queue: Queue, job: QueueJob | None) -> bool:
    by: Actor = job.by if job and job.by else "maintenance"
    try:
        with transaction.atomic():
            task, now = leases.locked(task_id)
            move_locked(task, to=queue_for(queue.slug), by=by, now=now)
    except (LeaseLost, AlreadyDecided, WrongState, AlreadyThere, ReviewTask.DoesNotExist):
        return False  # somebody was quicker
    return True


def _end(queue: Queue, job: QueueJob | None) -> None:
    if job and not any(queue.tasks.filter(state=state).exists() for state in _SHOWN):
        QueueJob.objects.filter(pk=job.pk, ended_at=None).update(ended_at=Now())


def _check_can_close(queue: Queue, into: Queue) -> None:
    if queue.closed_at is not None:
        raise ValueError(gettext("This queue is closed."))
    if queue.is_default:
        raise ValueError(gettext("This is the default queue. Make another queue the default one first."))
    if into.pk == queue.pk or into.closed_at is not None:
        raise ValueError(gettext("Choose an open queue for its cases."))


def _check(by: User | str) -> None:
    if isinstance(by, User):
        check(by, Permission.ADMINISTER)
