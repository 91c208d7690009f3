"""Read and change how long data is kept. What is erased cannot be brought back: it is counted first (`dry_run`), and
nothing is saved that was not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.signing import BadSignature, Signer
from django.db import connection, transaction
from django.db.models.functions import Now
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
from moderation.erasure.kinds import Kind
from moderation.labels.catalogue_file import levels_of as levels_of_text
from review.models import Queue, RetentionRule
from review.retention.candidates import levels_of
from review.retention.clocks import Rule

COLUMNS: Mapping[Kind, str] = {kind: f"{kind}_days" for kind in Kind}
_ONE_AT_A_TIME = 0x5EC7  # advisory lock of who changes rules
_SIGNER = Signer(salt="review.retention.counted")

Days = Mapping[Kind, int | None]


def _values(rule: RetentionRule) -> dict[str, Any]:
    """Of the rule of this queue and label as it is now: the default has no row before somebody changes it."""
    row = find(rule.queue, rule.label) or RetentionRule()
    return {column: getattr(row, column) for column in COLUMNS.values()}


EDITED = Edited(_values, {AuditAction.RETENTION_CHANGED}, {"label": _("Label")})


class RuleRefused(ValueError):
    """The text is for the person who asked."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """That a person was told what a rule would erase: what `signed` made of the count, and the number of cases as it
    was typed.
    """

    signed: str
    typed: str = ""


def every() -> list[RetentionRule]:
    """The default first, then by queue and label."""
    rows = list(RetentionRule.objects.select_related("queue").order_by("queue__name", "label", "pk"))
    others = [row for row in rows if not row.is_default]
    return [default(), *others]


def default() -> RetentionRule:
    """The rule for all that no other rule says; without a row until it is changed."""
    return find(None, "") or RetentionRule()


def find(queue: Queue | None, label: str) -> RetentionRule | None:
    return RetentionRule.objects.filter(queue=queue, label=label).first()


def in_force() -> list[Rule]:
    return [as_rule(row) for row in RetentionRule.objects.all()]


def as_rule(row: RetentionRule) -> Rule:
    levels = levels_of_text(row.label) if row.label else None
    path = LabelPath(*levels) if levels else LabelPath("")
    days = {kind: getattr(row, column) for kind, column in COLUMNS.items()}
    return Rule(row.queue_id, levels_of(path, labels.in_force()) if levels else (), days)


def instead(changed: RetentionRule, *, days: Days) -> list[Rule]:
    """The rules as they would be with these days for the changed one, which need not exist."""
    new = RetentionRule(queue=changed.queue, label=changed.label, **{COLUMNS[kind]: days[kind] for kind in Kind})
    rows = RetentionRule.objects.exclude(queue=changed.queue, label=changed.label)
    return [*map(as_rule, rows), as_rule(new)]


def signed(queue: Queue | None, label: str, *, days: Days, cases: int) -> str:
    """A note that this rule would erase something of so many cases now."""
    return _SIGNER.sign_object([*_facts(queue, label, days), cases])


def add(queue: Queue | None, label: str, *, days: Days, by: User, confirmed: Confirmed) -> RetentionRule:
    """A rule for a queue and label that have none. Raises NotAllowed and RuleRefused, as `save` does."""
    check(by, Permission.ERASE)
    _check_confirmed(confirmed, queue, label, days)
    with transaction.atomic():
        _lock()
        if find(queue, label):
            raise RuleRefused(gettext("There is a rule for this already: change that one."))
        if all(one is None for one in days.values()):
            raise RuleRefused(gettext("Say for how long at least one of the three is kept."))
        made = RetentionRule(queue=queue, label=checked_label(label))
        _write(made, days, by)
    return made


def save(
    queue: Queue | None,
    label: str,
    *,
    days: Days,
    by: User,
    confirmed: Confirmed,
    expected_version: str | None = None,
) -> None:
    """Set the rule of this queue and label; None in `days` leaves a kind to less specific rules, 0 keeps it for ever. A
    rule other than the default that says nothing is removed.

    Raises NotAllowed, Conflict, UnknownVersion, and RuleRefused for a label that is none, for what was not counted, and
    for another number of cases than that.
    """
    check(by, Permission.ERASE)
    _check_confirmed(confirmed, queue, label, days)
    with transaction.atomic():
        _lock()
        rule = find(queue, label) or RetentionRule(queue=queue, label=checked_label(label))
        EDITED.check(expected_version, rule)
        _write(rule, days, by)


def _write(rule: RetentionRule, days: Days, by: User) -> None:
    before = {column: getattr(rule, column) for column in COLUMNS.values()}
    after = {COLUMNS[kind]: days[kind] for kind in Kind}
    for column, value in after.items():
        setattr(rule, column, value)
    rule.changed_at = Now()
    rule.full_clean(exclude=["changed_at"], validate_constraints=False)
    rule.save()
    name = " · ".join(filter(None, (rule.queue.slug if rule.queue else "", rule.label)))
    audit.record(AuditAction.RETENTION_CHANGED, by=by, on=rule, name=name, before=before, after=after)
    if not rule.is_default and all(value is None for value in after.values()):
        rule.delete()


def _facts(queue: Queue | None, label: str, days: Days) -> list[Any]:
    return [queue.pk if queue else None, label, [days[kind] for kind in Kind]]


def _check_confirmed(confirmed: Confirmed, queue: Queue | None, label: str, days: Days) -> None:
    """These very values were counted before, and the person has typed the number of cases, if there are any."""
    try:
        *facts, cases = _SIGNER.unsign_object(confirmed.signed)
    except (BadSignature, ValueError):
        facts, cases = [], 0
    if facts != _facts(queue, label, days):
        raise RuleRefused(gettext("Count what this would erase first: you have changed it since."))
    if cases and confirmed.typed.strip().replace(",", "") != str(cases):
        raise RuleRefused(gettext("Type {cases} to erase what is due of so many cases.").format(cases=cases))


def checked_label(label: str) -> str:
    """Raises RuleRefused for what is no path of a label."""
    if label and levels_of_text(label) is None:
        raise RuleRefused(gettext("“{label}” is no label. Write its path, like porn/nudity.").format(label=label[:200]))
    return label


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
