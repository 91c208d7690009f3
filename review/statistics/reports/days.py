"""Whole days of a reader's zone in which nothing changes any more, added up when they are first asked for."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from functools import cache

from django.db import connection, transaction

from accounts.database.statements import read_sql
from review.models import ReportDay, RollUp
from review.statistics.reports.tally import COUNTED

BUDGET_SECONDS = 1.0  # of one reader's time; what is left is read in quarters
Window = tuple[datetime, datetime]


def added_up(windows: Sequence[Window], *, settled_until: datetime) -> dict[Window, int]:
    """The ids of those of these days that are added up by now. While quarters are being counted none is added."""
    windows = [(since, end) for since, end in windows if end <= settled_until]
    known = _known(windows)
    if len(known) == len(windows):
        return known
    until = time.monotonic() + BUDGET_SECONDS
    with transaction.atomic():
        state = RollUp.objects.select_for_update(skip_locked=True).first()
        for since, end in windows:
            if state and end <= state.settled_until and (since, end) not in known and time.monotonic() < until:
                known[since, end] = _add_up(since, end)
    return known


def in_quarters(stretches: Sequence[Window]) -> tuple[str, dict[str, datetime]]:
    """The condition that a quarter lies in one of these, and its values, so that the planner sees how few do."""
    some = [f"slot >= %(start{nth})s AND slot < %(end{nth})s" for nth in range(len(stretches))]
    starts = {f"start{nth}": start for nth, (start, _) in enumerate(stretches)}
    ends = {f"end{nth}": end for nth, (_, end) in enumerate(stretches)}
    return f"({' OR '.join(some) or 'false'})", starts | ends


def changed(since: datetime, until: datetime) -> None:
    """Quarters of this time are counted anew, by whoever holds the row of RollUp."""
    ReportDay.objects.filter(since__lt=until, until__gt=since).delete()


def _known(windows: Sequence[Window]) -> dict[Window, int]:
    among = ReportDay.objects.filter(since__in=[since for since, _ in windows])
    found = {(day.since, day.until): day.pk for day in among}
    return {window: found[window] for window in windows if window in found}


def _add_up(since: datetime, until: datetime) -> int:
    day, is_new = ReportDay.objects.get_or_create(since=since, until=until)
    if is_new:
        with connection.cursor() as cursor:
            for statement in _statements():
                cursor.execute(statement, {"day": day.pk, "since": since, "until": until})
    return day.pk


@cache
def _statements() -> tuple[str, ...]:
    sums = ", ".join(f"sum({name})" for name in COUNTED)
    counts = read_sql(__file__, "day_counts", columns=", ".join(COUNTED), sums=sums)
    return counts, read_sql(__file__, "day_histogram")
