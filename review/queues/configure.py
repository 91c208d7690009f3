"""Make and change queues: their settings, members, reasons and weights. Guidelines are written by `guidelines`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
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
from review.models import Queue, Reason, Team
from review.queues import members, weights
from review.queues import teams as queue_teams
from review.queues.weights import Weights

KEYS = range(1, 10)  # of reasons: the digits


class UnknownLabel(ValueError):
    """Labels that are not in the catalogue and were not marked as new. `paths` names each."""

    def __init__(self, paths: Sequence[LabelPath]) -> None:
        self.paths = tuple(map(str, paths))
        super().__init__(" ".join(map(labels.refusal, self.paths)))


SETTINGS = (
    *("name", "name_zh", "is_default", "sla_minutes", "warn_minutes", "lease_seconds", "allowed_verdicts"),
    *("reason_required", "note_required", "grid", "practice_first", "blur"),
)


@dataclass(frozen=True, slots=True)
class Parts:
    """What belongs to a queue beside its settings. `new_labels` are the paths that may be registered."""

    people: Collection[User]
    teams: Collection[Team]
    reasons: Collection[Reason]
    weights: Weights
    new_labels: Collection[str] = ()


def change(queue: Queue, parts: Parts, *, by: User, expected_version: str) -> None:
    """Change all of a queue that its page shows, or nothing. `queue` has the new settings.

    Raises as `save`, `set_members`, `set_reasons` and `weights.put` do.
    """
    _check(by)
    with transaction.atomic():
        queue_teams.lock([*parts.teams, *queue.teams.all()])
        _check_version(queue, expected_version, parts=())
        kept = Queue.objects.get(pk=queue.pk)
        if any(getattr(queue, name) != getattr(kept, name) for name in SETTINGS):
            save(queue, by=by)
        set_reasons(queue, parts.reasons, by=by, new_labels=parts.new_labels)
        weights.put(kept, parts.weights, by=by)  # locks the job before members' tasks, as ranking does
        _put_members(kept, {user.pk for user in parts.people}, by=by, teams=parts.teams)
    queue.refresh_from_db()


def save(queue: Queue, *, by: User | str, expected_version: str | None = None) -> Queue:
    """Create or change a queue; an existing one's guideline is changed by `guidelines.write` only. The new SLA
    counts for tasks that enter from now on.

    Raises Conflict, and ValueError when no queue would be the default one any more, for a closed default one, and for
    a warning that would come after the SLA.
    """
    _check(by)
    if queue.warn_minutes is not None and queue.warn_minutes >= queue.sla_minutes:
        raise ValueError(gettext("The warning has to come before the SLA ends."))
    with transaction.atomic():
        _check_version(queue, expected_version, parts=SETTINGS)
        before = Queue.objects.filter(pk=queue.pk).values(*SETTINGS).first() or {}
        action = AuditAction.QUEUE_CHANGED if before else AuditAction.QUEUE_CREATED
        _pass_default_on(queue)
        queue.save(update_fields=SETTINGS if before else None)
        audit.record(action, by=by, on=queue, slug=queue.slug, before=before, after=_settings(queue))
    return queue


def set_members(queue: Queue, users: Iterable[User], *, by: User | str, expected_version: str | None = None) -> None:
    """Make exactly these people members, beside those of the queue's teams. What a removed member has leased or
    snoozed there is returned to the queue.

    Raises Conflict.
    """
    _check(by)
    with transaction.atomic():
        _check_version(queue, expected_version, parts=["people"])
        _put_members(queue, {user.pk for user in users}, by=by)


def _put_members(queue: Queue, people: set[int], *, by: User | str, teams: Collection[Team] | None = None) -> None:
    """The caller has locked the queue. `teams` None: as they are."""
    if teams is not None:
        queue_teams.set_teams(queue, teams, by=by)
    if changed := members.bring_up_to_date(queue, people, by=by).details():
        audit.record(AuditAction.QUEUE_MEMBERS_SET, by=by, on=queue, **changed)


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
    wanted = sorted(with_keys(list(reasons)), key=lambda reason: reason.key)
    _check_distinct(wanted)
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


def _check_distinct(wanted: Collection[Reason]) -> None:
    for name, refused in (
        ("key", gettext("Two reasons have the key {value}.")),
        ("code", gettext("Two reasons have the short name {value}.")),
    ):
        value, times = Counter(getattr(reason, name) for reason in wanted).most_common(1)[0] if wanted else ("", 0)
        if times > 1:
            raise ValueError(refused.format(value=value))
    if not all(reason.code for reason in wanted):
        raise ValueError(gettext("A reason needs a short name."))


def with_keys(reasons: list[Reason]) -> list[Reason]:
    """Gives a key to those that have none."""
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
    if queue.is_default and queue.closed_at is not None:
        raise ValueError(gettext("A closed queue cannot be the default one."))
    if queue.is_default:
        others.update(is_default=False)
    elif Queue.objects.filter(pk=queue.pk, is_default=True).exists():
        raise ValueError(gettext("This is the default queue. Make another queue the default one instead."))


def _settings(queue: Queue) -> dict[str, Any]:
    return {name: getattr(queue, name) for name in SETTINGS}


def _told(reason: Reason) -> dict[str, Any]:
    names = ("key", "code", "name", "name_zh", "risk_label1", "risk_label2", "risk_label3")
    return {name: getattr(reason, name) for name in names}


def _check_version(queue: Queue, expected: str | None, *, parts: Iterable[str]) -> None:
    """Serialise edits of one queue, without blocking the foreign keys of tasks that enter meanwhile."""
    if queue.pk is not None:
        EDITED.check(expected, Queue.objects.select_for_update(no_key=True).get(pk=queue.pk), parts=tuple(parts))


def _values(queue: Queue) -> dict[str, Any]:
    named = queue.members.filter(memberships__queue=queue, memberships__is_direct=True).order_by("email")
    return {
        **_settings(queue),
        **weights.values(queue.boosts),
        "people": {str(pk): email for pk, email in named.values_list("pk", "email")},
        "teams": {str(team.pk): team.name for team in queue.teams.all()},
        "reasons": reason_values(queue.reasons.all()),
    }


def reason_values(reasons: Iterable[Reason]) -> dict[str, dict[str, str]]:
    """As a version has them: by short name, in the order of their keys."""
    names = ("key", "name", "name_zh", "risk_label1", "risk_label2", "risk_label3")
    ordered = sorted(reasons, key=lambda reason: reason.key)
    return {reason.code: {name: str(getattr(reason, name)) for name in names} for reason in ordered}


EDITED = Edited(
    _values,
    recorded_as=[
        *(AuditAction.QUEUE_CHANGED, AuditAction.QUEUE_MEMBERS_SET, AuditAction.QUEUE_REASONS_SET),
        *(AuditAction.QUEUE_TEAMS_SET, AuditAction.QUEUE_WEIGHTS_SET),
    ],
    labels={"people": _("Members"), "teams": _("teams"), "reasons": _("reasons"), **weights.LABELS},
)


def _check(by: User | str) -> None:
    if isinstance(by, User):
        check(by, Permission.ADMINISTER)
