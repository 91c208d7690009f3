"""The walk of maintenance over all cases, oldest first, that erases what is due: a batch a transaction.

The cursor moves in the transaction in which cases are erased. Whatever ends the process, the next one goes on there,
and nothing is half erased. A case that somebody has in hand is left to the next run.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone

from accounts import audit
from accounts.audit_actions import AuditAction
from moderation.erasure.kinds import Kind
from moderation.messages import LedgerCode, Message
from review.models import RetentionRule, RetentionRun
from review.retention import candidates, erase, rules
from review.retention.candidates import Candidate
from review.retention.clocks import Rule, shortest

EVERY = timedelta(hours=1)
LOOKED_AT = 1000  # cases of a batch
ERASED_AT_ONCE = 100  # of these at most
KEPT = timedelta(days=30)  # runs that erased nothing are forgotten sooner
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_WHY = Message(LedgerCode.PICTURE_ERASED)


def work(*, for_seconds: float) -> int:
    """Go on with the run, or begin one when that is due, for about so long. Returns how many cases were erased."""
    if shortest(rules.in_force()) is None or not _begin_if_due():
        return 0
    until, erased = time.monotonic() + for_seconds, 0
    while (done := _batch()) is not None:
        erased += done
        if time.monotonic() > until:
            break
    return erased


def whole() -> int:
    """The run that is under way to its end, then another one, for who does not want to wait. Returns how many cases
    were erased.
    """
    erased = _to_the_end()
    if shortest(rules.in_force()) is not None and _begin_if_due(now=True):
        erased += _to_the_end()
    return erased


def _to_the_end() -> int:
    erased = 0
    while (done := _batch()) is not None:
        erased += done
    return erased


def last() -> RetentionRun | None:
    return RetentionRun.objects.order_by("-pk").first()


def _begin_if_due(*, now: bool = False) -> bool:
    """Whether there is a run to go on with. After a change of the rules, and for `now`, the next begins at once."""
    newest = last()
    if newest and newest.ended_at is None:
        return True
    changed = RetentionRule.objects.order_by("-changed_at").values_list("changed_at", flat=True).first()
    is_over = newest is None or timezone.now() - newest.began_at > EVERY
    if not (is_over or now) and newest and (changed is None or changed <= newest.began_at):
        return False
    try:
        with transaction.atomic():
            RetentionRun.objects.create(cursor_at=BEGINNING)
    except IntegrityError:
        pass  # another process was faster
    return True


def _batch() -> int | None:
    """One transaction. Returns how many cases were erased; None when the run is over, or another process is at it."""
    with transaction.atomic():
        run = RetentionRun.objects.select_for_update(skip_locked=True).filter(ended_at=None).first()
        if run is None:
            return None
        told = rules.in_force()
        found, is_last = _next(run, told)
        due = {kind: [one.case for one in found if kind in one.due(told)] for kind in Kind}
        cases, done = erase.erase(due, why=_WHY)
        _advance(run, found, done, is_last=is_last)
    return len(cases)


def _next(run: RetentionRun, told: Sequence[Rule]) -> tuple[list[Candidate], bool]:
    """The next cases, cut off behind the last that fits into one transaction; and whether there are no more."""
    days = shortest(told)
    if days is None:
        return [], True
    found = candidates.after(run.cursor_at, run.cursor_case, days=days, limit=LOOKED_AT)
    due = [place for place, one in enumerate(found) if one.due(told)]
    if len(due) > ERASED_AT_ONCE:
        return found[: due[ERASED_AT_ONCE - 1] + 1], False
    return found, len(found) < LOOKED_AT


def _advance(run: RetentionRun, found: Sequence[Candidate], done: dict[Kind, int], *, is_last: bool) -> None:
    if found:
        run.cursor_at, run.cursor_case = found[-1].received_at, found[-1].case
    run.cases += len(found)
    for kind, count in done.items():
        setattr(run, kind.value, getattr(run, kind.value) + count)
    if is_last:
        run.ended_at = Now()
        _tell(run)
    run.save()


def _tell(run: RetentionRun) -> None:
    erased = {kind.value: getattr(run, kind.value) for kind in Kind}
    if any(erased.values()):
        audit.record(AuditAction.RETENTION_ERASED, by="maintenance", on=run, **erased)
    idle = RetentionRun.objects.exclude(pk=run.pk).filter(pictures=0, bodies=0, records=0)
    idle.delete()
    RetentionRun.objects.filter(ended_at__lt=Now() - KEPT).exclude(pk=run.pk).delete()
