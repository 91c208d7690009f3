"""The figures of the reports page, read from the rolled-up tables: days that are over from what they were added up to,
the rest in quarters of an hour. What a day costs has a bound, which depends on its queues, apps and labels.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, partial
from typing import Any

from django.db import connection

from accounts import times
from accounts.database.statements import read_sql
from accounts.models import App, User
from accounts.permissions import check
from accounts.roles import Permission
from review.models import Queue, ReportHistogram, RollUp
from review.permissions import check_leads_in
from review.statistics import queue_depth
from review.statistics.reports import audience, days, roll_up
from review.statistics.reports.grouped_rows import NO_TIMES, GroupedTimes, Sums, Times, group_counts, group_times
from review.statistics.reports.intervals import Rate
from review.statistics.reports.slots import Span
from review.statistics.reports.tally import COUNTED, LAST_BAND

_Kind = ReportHistogram.Kind
_read = cache(partial(read_sql, __file__))
_FILTER = "(%(label)s::text IS NULL OR label = %(label)s) AND (%(app)s::bigint IS NULL OR app_id = %(app)s)"
_EVERYBODY = f"by_id IS NULL AND {_FILTER}"
_PERSON = "by_id = %(person)s"
_COLUMNS = ", ".join(COUNTED)
_SUMS = ", ".join(f"sum({name})::bigint" for name in COUNTED)


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for; None is every. A person's figures are neither by app nor by label."""

    span: Span
    queue: Queue | None = None
    app: App | None = None
    label: str | None = None
    person: User | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """The figures of the days, of one moment, or of one queue, label or app in them."""

    sums: Sums = field(default_factory=Sums)
    waits: Times = NO_TIMES
    handling: Times = NO_TIMES


@dataclass(frozen=True, slots=True)
class Judged:
    """Of one label, by bands of the machine's score: how many people upheld, of how many."""

    label: str
    bands: Sequence[Rate]


@dataclass(frozen=True, slots=True)
class Report:
    """`moments` has every day of the span, or every hour of a single one; `kept` for each queue the rate within SLA of
    each of these. `overdue` cases still wait now: None where the filters count apart what is not known of them.
    """

    filters: Filters
    queues: Sequence[Queue]
    now: Part
    before: Part
    moments: Mapping[datetime, Part]
    by_queue: Mapping[int, Part]
    kept: Mapping[int, Mapping[datetime, Rate]]
    by_label: Mapping[str, Sums]
    by_app: Mapping[int, Sums]
    judged: Sequence[Judged]
    overdue: Mapping[int, int] | None
    rolled_at: datetime | None
    is_behind: bool

    @property
    def within_sla(self) -> Rate:
        """Of what was decided, and of what should have been and still waits."""
        waits = sum(self.overdue.values()) if self.overdue else 0
        return Rate(self.now.sums["in_time"], self.now.sums["decided"] + waits)


def read(filters: Filters, *, by: User) -> Report:
    """Raises NotAllowed for a queue or a person whose figures are not this reader's."""
    queues = _queues(filters, by=by)
    state = roll_up.state_of()
    asked = _asked(filters, queues, state)
    only = _PERSON if filters.person else _EVERYBODY
    counts = group_counts(_run("counts", asked, only=only, filter=_FILTER, columns=_COLUMNS, sums=_SUMS))
    waits = group_times(_run("times", asked, only=only, filter=_kept_for(filters, whole="label IS NULL")))
    return Report(
        filters=filters,
        queues=queues,
        now=_part(counts.total(is_now=True), waits, is_now=True),
        before=_part(counts.total(is_now=False), waits, is_now=False),
        moments={
            moment: Part(counts.moments.get(moment, Sums()), *waits.of_moment(moment))
            for moment in filters.span.moments
        },
        by_queue={one.pk: Part(counts.queues.get((one.pk, True), Sums()), *waits.of_queue(one.pk)) for one in queues},
        kept={one.pk: counts.kept(one.pk) for one in queues},
        by_label=counts.labels,
        by_app=counts.apps,
        judged=[]
        if filters.person
        else _judged(_run("judged", asked, only=only, filter=_kept_for(filters, whole="true"))),
        overdue=_overdue(filters, queues),
        rolled_at=state.rolled_at,
        is_behind=state.rolled_at is None or (state.rolled_at - state.settled_until).total_seconds() > 3600,
    )


def _queues(filters: Filters, *, by: User) -> list[Queue]:
    if filters.person is None:
        check(by, Permission.SEE_REPORTS)
        among = audience.queues_told_of(by)
    else:
        among = audience.queues_of_person(filters.person, by=by)
    if filters.queue is None:
        return among
    if filters.queue not in among:
        check_leads_in(by, filters.queue.pk, Permission.SEE_REPORTS)
    return [one for one in among if one == filters.queue] or ([filters.queue] if filters.person is None else [])


def _kept_for(filters: Filters, *, whole: str) -> str:
    """Which rows of a day's histogram: those of all apps where none is asked for; `whole` where no label is either."""
    if filters.app:
        return _FILTER
    return f"app_id IS NULL AND {whole if filters.label is None else 'label = %(label)s'}"


def _asked(filters: Filters, queues: Sequence[Queue], state: RollUp) -> dict[str, Any]:
    whole = [] if filters.person else filters.span.whole_days()
    known = days.added_up(whole, settled_until=state.settled_until)
    rest, ends = days.in_quarters(filters.span.rest(known.keys()))
    return filters.span.as_times() | {
        "days": list(known.values()),
        "rest": rest,
        **ends,
        "zone": times.current_zone(),
        "unit": filters.span.unit,
        "queues": [one.pk for one in queues],
        "label": filters.label,
        "app": filters.app.pk if filters.app else None,
        "person": filters.person.pk if filters.person else None,
    }


def _run(name: str, asked: Mapping[str, Any], **fragments: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_read(name, rest=asked["rest"], **fragments), asked)
        return list(cursor.fetchall())


def _part(sums: Sums, waits: GroupedTimes, *, is_now: bool) -> Part:
    return Part(sums, waits.whole(_Kind.WAIT, is_now=is_now), waits.whole(_Kind.HANDLING, is_now=is_now))


def _judged(rows: Iterable[tuple[str, int, str, int]]) -> list[Judged]:
    """The label judged most often first."""
    upheld: Counter[tuple[str, int]] = Counter()
    judged: Counter[tuple[str, int]] = Counter()
    labels: Counter[str] = Counter()
    for label, band, kind, count in rows:
        judged[label, band] += count
        labels[label] += count
        upheld[label, band] += count if kind == _Kind.UPHELD else 0
    return [
        Judged(label, [Rate(upheld[label, band], judged[label, band]) for band in range(LAST_BAND + 1)])
        for label in sorted(labels, key=lambda one: (-labels[one], one))
    ]


def _overdue(filters: Filters, queues: Sequence[Queue]) -> dict[int, int] | None:
    if filters.person or filters.app or filters.label is not None:
        return None
    return {one.pk: line.overdue for one, line in zip(queues, queue_depth.lines(queues), strict=True)}
