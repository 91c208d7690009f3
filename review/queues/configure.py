"""Make and change queues: their settings, members and reasons. Guidelines are written by `guidelines`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.models import User
from accounts.permissions import check
from accounts.roles import Permission
from accounts.versions import Edited
from moderation import labels
from moderation.contract.values import LabelPath
from review.models import Membership, Queue, Reason
from review.queues import onboarding
from review.workflow import leavers

KEYS = range(1, 10)  # of reasons: the digits


class UnknownLabel(ValueError):
    """Labels that are not in the catalogue and were not marked as new. `paths` names each."""

    def __init__(self, paths: Sequence[LabelPath]) -> None:
        self.paths = tuple(map(str, paths))
        super().__init__(" ".join(map(labels.refusal, self.paths)))


SETTINGS = (
    *("name", "is_default", "sla_minutes", "lease_seconds", "allowed_verdicts"),
    *("reason_required", "note_required", "grid", "practice_first"),
)


def save(queue: Queue, *, by: User | str, expected_version: str | None = None) -> Queue:
    """Create or change a queue; an existing one's guideline is changed by `guidelines.write` only. The new SLA
    counts for tasks that enter from now on.

    Raises Conflict, and ValueError when no queue would be the default one any more.
    """
    _check(by)
    with transaction.atomic():
        _check_version(queue, expected_version, parts=SETTINGS)
        action = AuditAction.QUEUE_CREATED if queue.pk is None else AuditAction.QUEUE_CHANGED
        before = Queue.objects.filter(pk=queue.pk).values(*SETTINGS).first()
        _pass_default_on(queue)
        queue.save(update_fields=_all_but("guideline") if queue.pk else None)
        after = {name: getattr(queue, name) for name in SETTINGS}
        audit.record(action, by=by, on=queue, slug=queue.slug, before=before, after=after)
    return queue


def set_members(queue: Queue, users: Iterable[User], *, by: User | str, expected_version: str | None = None) -> None:
    """Make exactly these people members. What a removed member has leased or snoozed there is returned to the queue.

    Raises Conflict.
    """
    _check(by)
    with transaction.atomic():
        _check_version(queue, expected_version, parts=["people"])
        before = set(queue.memberships.values_list("user_id", flat=True))
        wanted = {user.pk for user in users}
        if wanted == before:
            return
        Membership.objects.filter(queue=queue, user_id__in=before - wanted).delete()
        new = onboarding.among(wanted - before, queue=queue)
        Membership.objects.bulk_create(
            Membership(queue=queue, user_id=pk, practises=pk in new) for pk in sorted(wanted - before)
        )
        leavers.removed_from(queue, before - wanted, by=by)
        audit.record(
            AuditAction.QUEUE_MEMBERS_SET,
            by=by,
            on=queue,
            added=sorted(wanted - before),
            removed=sorted(before - wanted),
        )


def set_reasons(
    queue: Queue,
    reasons: Iterable[Reason],
    *,
    by: User | str,
    expected_version: str | None = None,
    new_labels: Collection[str] = (),
) -> None:
    """Make exactly these the queue's reasons. One without a key gets the key it has in other queues, where that is free
    here, else the first free one. A label that is neither in the catalogue nor a reason here already must
    be named in `new_labels`, as its path; it is registered then.

    Raises Conflict, UnknownLabel, and ValueError when none are left where rejections need one.
    """
    _check(by)
    wanted = sorted(_with_keys(list(reasons)), key=lambda reason: reason.key)
    if queue.reason_required and not wanted:
        raise ValueError(gettext("A rejection needs a reason here, so the queue needs at least one reason."))
    with transaction.atomic():
        _check_version(queue, expected_version, parts=["reasons"])
        before, after = ([_told(reason) for reason in some] for some in (queue.reasons.all(), wanted))
        if before == after:
            return
        _check_labels(queue, wanted, new_labels)
        queue.reasons.all().delete()  # first, because two that swap keys would violate the unique constraint
        for reason in wanted:
            reason.pk, reason.queue = None, queue
        Reason.objects.bulk_create(wanted)
        audit.record(AuditAction.QUEUE_REASONS_SET, by=by, on=queue, before=before, reasons=after)


def _check_labels(queue: Queue, wanted: Iterable[Reason], new_labels: Collection[str]) -> None:
    """What a reason says goes out under our signature, so a slip of the pen must not become a label."""
    here = {reason.path for reason in queue.reasons.all()}
    unknown = labels.unknown(reason.path for reason in wanted if reason.path not in here)
    refused = [path for path in unknown if str(path) not in new_labels]
    if refused:
        raise UnknownLabel(refused)
    labels.register(unknown)
    if left := labels.unknown(unknown):
        refused_text = gettext("“{path}” cannot be a label: it is no category, or the catalogue is full.")
        raise ValueError(refused_text.format(path=left[0]))


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


def _check_version(queue: Queue, expected: str | None, *, parts: Iterable[str]) -> None:
    """Serialise edits of one queue, without blocking the foreign keys of tasks that enter meanwhile."""
    if queue.pk is not None:
        EDITED.check(expected, Queue.objects.select_for_update(no_key=True).get(pk=queue.pk), parts=tuple(parts))


def _values(queue: Queue) -> dict[str, Any]:
    members = {str(pk): email for pk, email in queue.members.order_by("email").values_list("pk", "email")}
    names = ("key", "name", "risk_label1", "risk_label2", "risk_label3")
    reasons = {reason.code: {name: str(getattr(reason, name)) for name in names} for reason in queue.reasons.all()}
    return {name: getattr(queue, name) for name in SETTINGS} | {"people": members, "reasons": reasons}


EDITED = Edited(
    _values,
    recorded_as=[AuditAction.QUEUE_CHANGED, AuditAction.QUEUE_MEMBERS_SET, AuditAction.QUEUE_REASONS_SET],
    labels={"people": _("Members"), "reasons": _("reasons")},
)


def _check(by: User | str) -> None:
    if isinstance(by, User):
        check(by, Permission.ADMINISTER)
