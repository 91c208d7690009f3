"""Store the facts and scores of cases that came in before there were such tables, the newest first.

A chunk is one transaction: it locks the row that says how far the others came, then its cases, and moves the row behind
them. So it goes on after whatever ended the process, and two processes never work on the same cases.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from time import monotonic

from django.db import transaction
from django.db.models import F

from accounts.database.write_batch import WriteBatch
from moderation.models import Case, FactsBackfill, MachineResult
from moderation.policy import Facts
from moderation.policy_versions.past_facts import facts_of
from moderation.stored_facts import write
from moderation.stored_facts.write import Standing

log = logging.getLogger(__name__)

CHUNK = 100  # about half a millisecond each, while their rows are locked


def left() -> int | None:
    """The share of ids that is left, in percent rounded up; None when there is nothing to do."""
    row = FactsBackfill.objects.filter(below__gt=0).first()
    oldest = Case.objects.order_by("pk").values_list("pk", flat=True).first()
    if row is None or oldest is None:
        return None
    ids, all_ids = row.below - oldest + 1, row.since - oldest + 1
    return max(0, -(-ids * 100 // all_ids))


def work(*, for_seconds: float) -> int:
    """Do chunks for so long. Returns how many cases were filled."""
    until, filled = monotonic() + for_seconds, 0
    while monotonic() < until:
        done = chunk()
        if done is None:
            break
        filled += done
    return filled


def chunk() -> int | None:
    """One chunk. Returns how many cases were filled; None when nothing is left, or another process is at it."""
    with transaction.atomic():
        row = FactsBackfill.objects.select_for_update(skip_locked=True).filter(below__gt=0).first()
        if row is None:
            return None
        cases = list(Case.objects.filter(pk__lte=row.below).order_by("-pk").values_list("pk", flat=True)[:CHUNK])
        filled = _fill(cases)
        row.below = cases[-1] - 1 if cases else 0
        row.save(update_fields=["below"])
    return filled


def again() -> None:
    """Look at every case once more: those that an older release took in meanwhile have none."""
    newest = Case.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    FactsBackfill.objects.update_or_create(pk=1, defaults={"below": newest, "since": newest})


def _fill(cases: list[int]) -> int:
    locked = Case.objects.filter(pk__in=cases, facts=None).order_by("pk").select_for_update(no_key=True, of=["self"])
    missing = [case.pk for case in locked]
    standing = MachineResult.objects.filter(case__in=missing, revision=F("case__stands_on"))
    results = list(standing.select_related("case__app").order_by("case"))
    found = [Standing(one.case, one.revision, facts, one) for one, facts in _readable(results)]
    with WriteBatch() as batch:
        write.add(found, batch=batch)
    return len(found)


def _readable(results: list[MachineResult]) -> Iterator[tuple[MachineResult, Facts]]:
    """One that cannot be read any more is told in the log, and keeps no other from its turn."""
    for result in results:
        try:
            (facts,) = facts_of([result])
        except Exception:
            log.exception("The facts of case %s cannot be read, so that no replay counts it.", result.case_id)
        else:
            yield result, facts
