"""The draft in shadow: intake evaluates it beside the policy in force, and nothing follows from what it says.

What is counted belongs to one version of the draft, beside one policy, since it was put in shadow last: when one of
these is another, counting begins anew.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Sum
from django.db.models.functions import Now, TruncMinute

from accounts import audit
from accounts.audit import Actor
from accounts.audit_actions import AuditAction
from accounts.database.write_batch import WriteBatch
from moderation import cache_versions
from moderation.models import PolicyDraft, ShadowCount, ShadowDifference
from moderation.policy import Facts, Policy, Route, Taxonomy, read, route
from moderation.policy.route import Outcome
from moderation.policy_versions import store
from moderation.policy_versions.access import check_may_change
from moderation.policy_versions.draft import SHADOW_CACHE, Draft, NothingDrafted, current, lock

log = logging.getLogger(__name__)

MOST_DIFFERENCES = 10_000  # kept of one draft
CHUNK = 5_000  # rows deleted or summed up in one step of maintenance

_SUM_UP = """
WITH gone AS (
    DELETE FROM moderation_shadowcount WHERE id IN (
        SELECT id FROM moderation_shadowcount
         WHERE draft = %(draft)s AND run = %(run)s AND policy = %(policy)s
           AND at < date_trunc('minute', now()) AND at <> date_trunc('minute', at)
         LIMIT %(most)s)
    RETURNING at, before, after, count)
INSERT INTO moderation_shadowcount (draft, run, policy, at, before, after, count)
SELECT %(draft)s, %(run)s, %(policy)s, date_trunc('minute', at), before, after, sum(count) FROM gone GROUP BY 4, 5, 6
"""


@dataclass(frozen=True, slots=True)
class InShadow:
    """The draft that is in shadow, by its version. `run` counts how many times one was put there."""

    version: int
    run: int
    policy: Policy


@dataclass(frozen=True, slots=True)
class Compared:
    """What is compared, and counted together: the columns of the counts."""

    draft: int
    run: int
    policy: int


@dataclass(frozen=True, slots=True)
class Shadowed:
    """What the draft would have made of a result. `before` is what the policy in force made of it."""

    compared: Compared
    before: str
    after: str
    queue_before: str = ""
    queue_after: str = ""
    label: str = ""
    score: int | None = None

    @property
    def differs(self) -> bool:
        return (self.before, self.queue_before) != (self.after, self.queue_after)


@dataclass(frozen=True, slots=True)
class Minute:
    """So many results had one outcome before and one after, within one minute."""

    at: datetime
    before: str
    after: str
    count: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What was seen since the draft is in shadow: counts by outcome before and after, and by minute. `compared` are
    the two policies.
    """

    since: datetime | None
    counts: Mapping[tuple[str, str], int]
    minutes: Sequence[Minute]
    compared: Compared | None = None

    @property
    def results(self) -> int:
        return sum(self.counts.values())

    @property
    def different(self) -> int:
        return sum(count for (before, after), count in self.counts.items() if before != after)


def start(*, by: Actor) -> Draft:
    """Evaluate the draft beside the policy in force from the next result on. Idempotent. Raises NothingDrafted."""
    check_may_change(by)
    with transaction.atomic():
        row = lock()
        if row.body is None:
            raise NothingDrafted("Nothing is drafted.")
        if row.shadow_since is None:
            row.shadow_run += 1
            _set(row, Now(), AuditAction.POLICY_SHADOW_STARTED, by)
        return current()


def stop(*, by: Actor) -> Draft:
    """What was counted stays until it is in shadow again, the draft is changed or another policy is in force."""
    check_may_change(by)
    with transaction.atomic():
        row = lock()
        if row.shadow_since is not None:
            _set(row, None, AuditAction.POLICY_SHADOW_STOPPED, by)
        return current()


def in_shadow() -> InShadow | None:
    return _remembered.current()


def compare(found: Route, facts: Facts, draft: InShadow | None, taxonomy: Taxonomy) -> Shadowed | None:
    """What the draft would have made of a result that was routed. A fault of the draft is logged and is no result."""
    if draft is None:
        return None
    compared = Compared(draft.version, draft.run, found.policy)
    try:
        other = route(facts, policy=draft.policy, taxonomy=taxonomy)
        link = next(iter(other.chain or found.chain), None)
        told = {"label": link.label, "score": link.score} if link else {}
        return Shadowed(compared, _outcome(found), _outcome(other), found.queue, other.queue, **told)  # type: ignore[arg-type]
    except Exception:
        log.exception("The draft of the policy could not be evaluated in shadow.")
        return None


def keep(shadowed: Sequence[tuple[int, int, Shadowed | None]], *, batch: WriteBatch) -> None:
    """Count what was compared, and note what differs: by the key of the case and the revision of its result."""
    compared = [(case, revision, one) for case, revision, one in shadowed if one]
    counts = Counter((one.compared, one.before, one.after) for _, _, one in compared)
    rows = [
        asdict(both) | {"before": before, "after": after, "count": many}
        for (both, before, after), many in counts.items()
    ]
    batch.insert(ShadowCount, rows)
    batch.insert(ShadowDifference, [_row(*one) for one in compared if one[2].differs])


def figures() -> Figures:
    draft = _draft()
    compared = _present(draft)
    rows = ShadowCount.objects.filter(**asdict(compared)).annotate(minute=TruncMinute("at"))
    summed = rows.values("minute", "before", "after").annotate(total=Sum("count")).order_by("minute", "before", "after")
    minutes = [Minute(row["minute"], row["before"], row["after"], row["total"]) for row in summed]
    counts: dict[tuple[str, str], int] = {}
    for one in minutes:
        counts[one.before, one.after] = counts.get((one.before, one.after), 0) + one.count
    return Figures(_since(draft), counts, minutes, compared)


def differences(most: int, *, of: Compared | None = None) -> list[ShadowDifference]:
    """The newest, with their cases; of what is compared now, where it is not known."""
    found = ShadowDifference.objects.filter(**asdict(of or _present())).select_related("case__app")
    return list(found.order_by("-pk")[:most])


def forget_old() -> int:
    """One step of maintenance: sum up the counts of minutes that are over, and drop what is not compared any more."""
    present = asdict(_present())
    with connection.cursor() as cursor:
        cursor.execute(_SUM_UP, present | {"most": CHUNK})
    oldest = ShadowDifference.objects.filter(**present).order_by("-pk").values_list("pk", flat=True)
    over = list(oldest[MOST_DIFFERENCES : MOST_DIFFERENCES + 1])
    gone = [
        ShadowCount.objects.exclude(**present),
        ShadowDifference.objects.exclude(**present),
        *([ShadowDifference.objects.filter(**present, pk__lte=over[0])] if over else []),
    ]
    return sum(_delete_some(rows) for rows in gone)


def _draft() -> PolicyDraft:
    return PolicyDraft.objects.first() or PolicyDraft(shadow_run=0)


def _present(draft: PolicyDraft | None = None) -> Compared:
    """What is compared now, or was when the shadow was stopped."""
    row = draft or _draft()
    return Compared(row.version, row.shadow_run, store.number_in_force())


def _since(draft: PolicyDraft) -> datetime | None:
    """Since when the present two policies are compared."""
    since, (version, _) = draft.shadow_since, store.in_force()
    in_force_at = version.in_force_at if version else None
    return max(since, in_force_at) if since and in_force_at else since


def _set(row: PolicyDraft, since: Any, action: AuditAction, by: Actor) -> None:
    row.shadow_since = since
    row.save(update_fields=["shadow_since", "shadow_run"])
    cache_versions.advance(SHADOW_CACHE)
    audit.record(action, by=by, on=row, version=row.version)


def _read_in_shadow() -> InShadow | None:
    row = PolicyDraft.objects.exclude(shadow_since=None).first()
    try:
        return InShadow(row.version, row.shadow_run, read(0, row.body)) if row else None
    except Exception:
        log.exception("The draft of the policy cannot be read, so it is not evaluated in shadow.")
        return None


_remembered = cache_versions.CachedValue(SHADOW_CACHE, _read_in_shadow)
forget = _remembered.forget


def _outcome(found: Route) -> str:
    if found.outcome is Outcome.QUEUED:
        return "REVIEW"
    return str(found.level or found.outcome.value)


def _row(case: int, revision: int, one: Shadowed) -> dict[str, Any]:
    queues = {"queue_before": one.queue_before, "queue_after": one.queue_after}
    told = {"before": one.before, "after": one.after, "label": one.label, "score": one.score}
    return asdict(one.compared) | {"case_id": case, "revision": revision} | queues | told


def _delete_some(rows: Any) -> int:
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[:CHUNK])
    deleted: int = rows.model.objects.filter(pk__in=keys).delete()[0]
    return deleted
