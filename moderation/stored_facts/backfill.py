"""Store the facts and scores of cases that came in before there were such tables, the newest first.

A chunk is one transaction: it locks the row that says how far the others came, then its cases, and moves the row behind
them. So it goes on after whatever ended the process, and two processes never work on the same cases.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from time import monotonic, sleep

from django.db import DataError, transaction
from django.db.models import F

from accounts.database.write_batch import WriteBatch
from moderation.models import Case, FactsBackfill, MachineResult
from moderation.policy import Facts
from moderation.policy_versions.past_facts import facts_of
from moderation.stored_facts import write
from moderation.stored_facts.write import Standing

log = logging.getLogger(__name__)

PAUSE_SECONDS = 0.5  # while another process is at it
CHUNK = 100  # about half a millisecond each, while their rows are locked


def left() -> int | None:
    """The share of ids that is left, in percent rounded up; None when there is nothing to do."""
    row = FactsBackfill.objects.filter(below__gt=0).first()
    if row is None:
        return None
    oldest = Case.objects.order_by("pk").values_list("pk", flat=True).first()
    if oldest is None:
        return None
    ids, all_ids = row.below - oldest + 1, row.since - oldest + 1
    return max(0, -(-ids * 100 // all_ids))


def skipped() -> int:
    """How many cases have no facts because they could not be read."""
    return FactsBackfill.objects.values_list("skipped", flat=True).first() or 0


def work(*, for_seconds: float, is_patient: bool = False) -> int:
    """Do chunks for so long, also after another process where it `is_patient`. Returns how many cases were filled."""
    until, filled = monotonic() + for_seconds, 0
    while monotonic() < until:
        done = chunk()
        if done is None:
            if not is_patient or left() is None:
                break
            sleep(PAUSE_SECONDS)
        filled += done or 0
    return filled


def chunk() -> int | None:
    """One chunk. Returns how many cases were filled; None when nothing is left, or another process is at it."""
    with transaction.atomic():
        row = FactsBackfill.objects.select_for_update(skip_locked=True).filter(below__gt=0).first()
        if row is None:
            return None
        cases = list(Case.objects.filter(pk__lte=row.below).order_by("-pk").values_list("pk", flat=True)[:CHUNK])
        missing, filled = _fill(cases)
        row.below = cases[-1] - 1 if cases else 0
        row.skipped += missing - filled
        row.save(update_fields=["below", "skipped"])
    return filled


def again() -> None:
    """Look at every case once more: those that an older release took in meanwhile have none."""
    newest = Case.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    FactsBackfill.objects.update_or_create(pk=1, defaults={"below": newest, "since": newest, "skipped": 0})


def _fill(cases: list[int]) -> tuple[int, int]:
    """How many of the cases lacked their facts, and how many have them now."""
    locked = Case.objects.filter(pk__in=cases, facts=None).order_by("pk").select_for_update(no_key=True, of=["self"])
    missing = [case.pk for case in locked]
    standing = MachineResult.objects.filter(case__in=missing, revision=F("case__stands_on"))
    results = list(standing.select_related("case__app").order_by("case"))
    found = [Standing(one.case, one.revision, facts, one) for one, facts in _readable(results)]
    return len(missing), len(found) if _add(found) else sum(_add([one]) for one in found)


def _add(found: list[Standing]) -> bool:
    """Whether the database takes them. One that it does not take keeps no other from its turn."""
    try:
        with transaction.atomic(), WriteBatch() as batch:
            write.add(found, batch=batch)
    except DataError:
        if len(found) == 1:
            log.exception("The facts of case %s cannot be stored, so that no replay counts it.", found[0].case.pk)
        return False
    return True


def _readable(results: list[MachineResult]) -> Iterator[tuple[MachineResult, Facts]]:
    """One that cannot be read any more is told in the log, and keeps no other from its turn."""
    for result in results:
        try:
            (facts,) = facts_of([result])
        except Exception:
            log.exception("The facts of case %s cannot be read, so that no replay counts it.", result.case_id)
        else:
            yield result, facts
