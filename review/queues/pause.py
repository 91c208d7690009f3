"""Pause a queue: it hands out nothing and still takes cases in. Leases that run are not ended."""

from __future__ import annotations

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.models import User
from accounts.permissions import check
from accounts.roles import Permission
from review.models import Queue

LONGEST_REASON = 300


def pause(queue: Queue, *, reason: str, by: User | str) -> None:
    """`reason` is told to those who work there, its first LONGEST_REASON characters. Raises ValueError for a queue that
    is paused or closed already.
    """
    _check(by)
    reason = reason.replace("\0", "").strip()[:LONGEST_REASON]
    with transaction.atomic():
        locked = Queue.objects.select_for_update(no_key=True).get(pk=queue.pk)
        if locked.closed_at is not None:
            raise ValueError(gettext("This queue is closed."))
        if locked.paused_at is not None:
            raise ValueError(gettext("This queue is paused already, by {who}.").format(who=locked.paused_by or "–"))
        paused_by = by if isinstance(by, User) else None
        Queue.objects.filter(pk=queue.pk).update(paused_at=Now(), paused_by=paused_by, pause_reason=reason)
        audit.record(AuditAction.QUEUE_PAUSED, by=by, on=locked, slug=locked.slug, reason=reason)
    queue.refresh_from_db()


def resume(queue: Queue, *, by: User | str) -> None:
    """Hand out cases again. Resuming one that is not paused changes nothing."""
    _check(by)
    with transaction.atomic():
        locked = Queue.objects.select_for_update(no_key=True).get(pk=queue.pk)
        if locked.paused_at is None:
            return
        Queue.objects.filter(pk=queue.pk).update(paused_at=None, paused_by=None, pause_reason="")
        told = {"slug": locked.slug, "since": locked.paused_at.isoformat(), "reason": locked.pause_reason}
        audit.record(AuditAction.QUEUE_RESUMED, by=by, on=locked, **told)
    queue.refresh_from_db()


def _check(by: User | str) -> None:
    if isinstance(by, User):
        check(by, Permission.ADMINISTER)
