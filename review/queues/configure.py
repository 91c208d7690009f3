"""Make and change queues: their settings, members and reasons. Guidelines are written by `guidelines`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.models import User
from accounts.permissions import check
from accounts.roles import Permission
from review.models import Membership, Queue, Reason
from review.queues import onboarding
from review.workflow import leases

KEYS = range(1, 10)  # of reasons: the digits


def save(queue: Queue, *, by: User | str) -> Queue:
    """Create or change a queue; an existing one's guideline is changed by `guidelines.write` only. The new SLA
    counts for tasks that enter from now on.

    Raises ValueError when no queue would be the default one any more.
    """
    _check(by)
    with transaction.atomic():
        action = AuditAction.QUEUE_CREATED if queue.pk is None else AuditAction.QUEUE_CHANGED
        _pass_default_on(queue)
        queue.save(update_fields=_all_but("guideline") if queue.pk else None)
        audit.record(action, by=by, on=queue, slug=queue.slug, sla_minutes=queue.sla_minutes)
    return queue


def set_members(queue: Queue, users: Iterable[User], *, by: User | str) -> None:
    """Make exactly these people members. A removed member's leases in the queue are released."""
    _check(by)
    with transaction.atomic():
        _lock(queue)
        before = set(queue.memberships.values_list("user_id", flat=True))
        wanted = {user.pk for user in users}
        if wanted == before:
            return
        Membership.objects.filter(queue=queue, user_id__in=before - wanted).delete()
        new = onboarding.among(wanted - before, queue=queue)
        Membership.objects.bulk_create(
            Membership(queue=queue, user_id=pk, practises=pk in new) for pk in sorted(wanted - before)
        )
        leases.release_all(queue=queue, users=before - wanted)
        audit.record(
            AuditAction.QUEUE_MEMBERS_SET,
            by=by,
            on=queue,
            added=sorted(wanted - before),
            removed=sorted(before - wanted),
        )


def set_reasons(queue: Queue, reasons: Iterable[Reason], *, by: User | str) -> None:
    """Make exactly these the queue's reasons. One without a key gets the key it has in other queues, where that is free
    here, else the first free one. Raises ValueError when none are left where rejections need one.
    """
    _check(by)
    wanted = sorted(_with_keys(list(reasons)), key=lambda reason: reason.key)
    if queue.reason_required and not wanted:
        raise ValueError(gettext("A rejection needs a reason here, so the queue needs at least one reason."))
    with transaction.atomic():
        _lock(queue)
        if [_told(reason) for reason in queue.reasons.all()] == [_told(reason) for reason in wanted]:
            return
        queue.reasons.all().delete()  # first, because two that swap keys would violate the unique constraint
        for reason in wanted:
            reason.pk, reason.queue = None, queue
        Reason.objects.bulk_create(wanted)
        audit.record(AuditAction.QUEUE_REASONS_SET, by=by, on=queue, reasons=[_told(reason) for reason in wanted])


def _with_keys(reasons: list[Reason]) -> list[Reason]:
    if len(reasons) > len(KEYS):
        raise ValueError(gettext("A queue has at most nine reasons, one for each digit."))
    missing = [reason for reason in reasons if reason.key is None]
    taken = {reason.key for reason in reasons if reason.key is not None}
    usual_keys = _usual_keys({reason.code for reason in missing})
    for reason in missing:
        usual = usual_keys.get(reason.code, [])
        reason.key = next(key for key in (*usual, *KEYS) if key not in taken)
        taken.add(reason.key)
    return reasons


def _usual_keys(codes: Collection[str]) -> dict[str, list[int]]:
    """By code, the keys that it has in the queues, the most frequent first."""
    found: dict[str, Counter[int]] = {}
    for code, key in Reason.objects.filter(code__in=codes).values_list("code", "key"):
        found.setdefault(code, Counter())[key] += 1
    return {code: [key for key, _ in keys.most_common()] for code, keys in found.items()}


def _pass_default_on(queue: Queue) -> None:
    """Exactly one queue is the default: a new default replaces the old one; without a successor it cannot be unset."""
    others = Queue.objects.exclude(pk=queue.pk).filter(is_default=True)
    if queue.is_default:
        others.update(is_default=False)
    elif Queue.objects.filter(pk=queue.pk, is_default=True).exists():
        raise ValueError(gettext("This is the default queue. Make another queue the default one instead."))


def _all_but(name: str) -> list[str]:
    return [field.name for field in Queue._meta.concrete_fields if field.name != name and not field.primary_key]


def _told(reason: Reason) -> dict[str, Any]:
    names = ("key", "code", "name", "risk_label1", "risk_label2", "risk_label3")
    return {name: getattr(reason, name) for name in names}


def _lock(queue: Queue) -> None:
    """Serialise edits of one queue, without blocking the foreign keys of tasks that enter meanwhile."""
    Queue.objects.select_for_update(no_key=True).get(pk=queue.pk)


def _check(by: User | str) -> None:
    if isinstance(by, User):
        check(by, Permission.ADMINISTER)
