"""Queues: make and change them, and take in the cases that the ledger hands over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.models import User
from accounts.permissions import check
from accounts.roles import Permission
from moderation.intake.accept import TakenIn
from moderation.models import Case
from moderation.policy import Outcome, Route
from review import claims
from review.models import Claim, Membership, Queue, Reason, ReviewTask
from review.transitions import after

DEFAULT = {"name": "Default", "is_default": True}


def take_in(*, case: Case, route: Route, revision: int, at: datetime) -> TakenIn | None:
    """Queue a case, or re-route the task it already waits as; whoever holds a task that changes queues loses it.
    Runs in the transaction of the intake, with the case's row locked.
    """
    task = ReviewTask.objects.select_for_update().filter(case=case, closed_at=None).first()
    if route.outcome != Outcome.QUEUED:
        if task:
            _close(task, at=at, why=route.why)
        return None
    queue = queue_for(route.queue)
    task = _place(task or ReviewTask(case=case, round=_next_round(case), entered_at=at), queue, route, revision)
    return TakenIn(queue.slug, task.due_at)


def queue_for(slug: str) -> Queue:
    """The named queue; the default one when there is none of that name, made on the spot if it is missing."""
    named = Queue.objects.filter(slug=slug).first() if slug else None
    return named or Queue.objects.filter(is_default=True).first() or _made_default()


def save(queue: Queue, *, by: User | str) -> Queue:
    """Create or change a queue. The new service level counts for tasks that enter from now on.

    Raises ValueError when no queue would be the default one any more.
    """
    _check(by)
    with transaction.atomic():
        action = "queue.created" if queue.pk is None else "queue.changed"
        _pass_default_on(queue)
        queue.save()
        audit.record(action, by=by, on=queue, slug=queue.slug, service_level_minutes=queue.service_level_minutes)
    return queue


def set_members(queue: Queue, users: Iterable[User], *, by: User | str) -> None:
    """Make exactly these people members. Who leaves loses what they hold in the queue."""
    _check(by)
    with transaction.atomic():
        _lock(queue)
        before = set(queue.memberships.values_list("user_id", flat=True))
        wanted = {user.pk for user in users}
        if wanted == before:
            return
        Membership.objects.filter(queue=queue, user_id__in=before - wanted).delete()
        Membership.objects.bulk_create(Membership(queue=queue, user_id=pk) for pk in wanted - before)
        claims.release_all(queue=queue, users=before - wanted)
        audit.record(
            "queue.members-set", by=by, on=queue, added=sorted(wanted - before), removed=sorted(before - wanted)
        )


def set_reasons(queue: Queue, reasons: Iterable[Reason], *, by: User | str) -> None:
    """Make exactly these the queue's reasons. Raises ValueError when none are left where rejections need one."""
    _check(by)
    wanted = sorted(reasons, key=lambda reason: reason.key)
    if queue.reason_required and not wanted:
        raise ValueError("A rejection needs a reason here, so the queue needs at least one reason.")
    with transaction.atomic():
        _lock(queue)
        if [_told(reason) for reason in queue.reasons.all()] == [_told(reason) for reason in wanted]:
            return
        queue.reasons.all().delete()  # first, because two that swap keys would be in each other's way
        for reason in wanted:
            reason.pk, reason.queue = None, queue
        Reason.objects.bulk_create(wanted)
        audit.record("queue.reasons-set", by=by, on=queue, reasons=[_told(reason) for reason in wanted])


def _next_round(case: Case) -> int:
    return ReviewTask.objects.filter(case=case).count() + 1


def _made_default() -> Queue:
    return Queue.objects.get_or_create(slug="default", defaults=DEFAULT)[0]


def _pass_default_on(queue: Queue) -> None:
    """One queue is the default: a new one takes over, and none just stops being it."""
    others = Queue.objects.exclude(pk=queue.pk).filter(is_default=True)
    if queue.is_default:
        others.update(is_default=False)
    elif Queue.objects.filter(pk=queue.pk, is_default=True).exists():
        raise ValueError("This is the default queue. Make another queue the default one instead.")


def _told(reason: Reason) -> dict[str, Any]:
    names = ("key", "code", "name", "risk_label1", "risk_label2", "risk_label3")
    return {name: getattr(reason, name) for name in names}


def _lock(queue: Queue) -> None:
    """Two who edit one queue wait for each other; its name stays free for tasks that enter meanwhile."""
    Queue.objects.select_for_update(no_key=True).get(pk=queue.pk)


def _check(by: User | str) -> None:
    if isinstance(by, User):
        check(by, Permission.ADMINISTER)


def _place(task: ReviewTask, queue: Queue, route: Route, revision: int) -> ReviewTask:
    if task.pk and task.queue_id != queue.pk:
        claims.end(Claim.objects.filter(task=task), outcome=Claim.Outcome.CLOSED)
        claims.let_go(task)
    task.queue = queue
    task.why = route.why
    task.machine_revision = revision
    task.due_at = task.entered_at + timedelta(minutes=queue.service_level_minutes)
    task.rank_at = task.due_at - timedelta(minutes=sum(term.minutes for term in route.terms))
    task.priority = route.as_json()["terms"]
    if task.pk:
        task.state = after("reroute", task.state)
    task.save()
    return task


def _close(task: ReviewTask, *, at: datetime, why: str) -> None:
    claims.end(Claim.objects.filter(task=task), outcome=Claim.Outcome.CLOSED)
    task.state = after("close", task.state)
    task.closed_at, task.why = at, why
    claims.let_go(task)
    task.save()
