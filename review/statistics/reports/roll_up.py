"""Keep the tables of the reports up to date: after the commit, by maintenance, never in the transaction of a decision.

The quarters that can still change are counted anew, whole, so that a round that is repeated or killed changes nothing:
a decision can be undone, or committed late, for so long after its time. A verdict of a later round also has the quarter
of the earlier verdict counted anew.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.database import write_batch
from review.models import ReportCount, ReportDay, ReportHistogram, RollUp
from review.statistics.reports import days, facts
from review.statistics.reports.slots import SLOT, slot_of
from review.statistics.reports.tally import tally

EVERY = timedelta(seconds=60)
AT_ONCE = timedelta(hours=6)  # of a backlog, in one transaction
BUDGET_SECONDS = 5.0
_NAME = "reports"
_ROWS = 5000  # in one statement


def roll_up_due() -> bool:
    """At most once in EVERY, by one process, until the backlog is done or BUDGET_SECONDS have passed. Returns whether
    there was anything to do.
    """
    state = state_of()
    if state.rolled_at and state.rolled_at > timezone.now() - EVERY:
        return False
    until = time.monotonic() + BUDGET_SECONDS
    while _next_part(skip_locked=True) and time.monotonic() < until:
        pass
    return True


def roll_up() -> None:
    """Everything up to now."""
    state_of()
    while _next_part():
        pass


def rebuild() -> None:
    """Count everything anew, part by part; meanwhile reports show what is there."""
    first = slot_of(facts.earliest() or timezone.now())
    for table in (ReportCount, ReportHistogram):
        table.objects.filter(slot__lt=first).delete()
    ReportDay.objects.filter(since__lt=first).delete()
    RollUp.objects.update_or_create(name=_NAME, defaults={"settled_until": first})
    roll_up()


def state_of() -> RollUp:
    """How far the tables are; on the first call from the first case on."""
    found = RollUp.objects.filter(name=_NAME).first()
    if found is None:
        earliest = facts.earliest() or timezone.now()
        begin = {"settled_until": slot_of(earliest - facts.LATE)}  # an earlier one may still commit
        found = RollUp.objects.get_or_create(name=_NAME, defaults=begin)[0]
    return found


def _next_part(*, skip_locked: bool = False) -> bool:
    """Returns whether there is more to do; with `skip_locked` False also when another process is at it."""
    with transaction.atomic():
        state = RollUp.objects.select_for_update(skip_locked=skip_locked).filter(name=_NAME).first()
        if state is None:
            return False
        now = timezone.now()
        since, end = state.settled_until, slot_of(now) + SLOT
        until = min(end, since + AT_ONCE)
        _count(since, until)
        for slot in facts.decided_before(since, until):
            _count(slot, slot + SLOT)
        unsettled = slot_of(now - facts.LATE - timedelta(seconds=settings.UNDO_SECONDS))
        state.settled_until = max(since, min(until, unsettled))
        state.rolled_at = now
        state.save()
    return until < end


def _count(since: datetime, until: datetime) -> None:
    """Replace what the tables say of whole quarters."""
    days.changed(since, until)
    found = tally(facts.decisions(since, until), facts.arrivals(since, until), facts.leases(since, until), since=since)
    for table, rows in ((ReportCount, found.count_rows()), (ReportHistogram, found.histogram_rows())):
        table.objects.filter(slot__gte=since, slot__lt=until).delete()
        for nth in range(0, len(rows), _ROWS):
            write_batch.insert(table, rows[nth : nth + _ROWS])
