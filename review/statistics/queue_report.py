"""Reports of queues, for their leads and for administrators: counted over all people together, never by person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import OperationalError, connection, transaction
from django.utils import timezone
from psycopg.errors import QueryCanceled

from accounts import times
from accounts.models import User
from accounts.permissions import check
from accounts.roles import Permission
from moderation.policy.taxonomy import BUILT_IN_TAXONOMY
from review.models import Queue
from review.permissions import check_leads_in, queues_led_by
from review.statistics import queue_depth

COUNT_MS = 10_000

_MADE = """
SELECT t.queue_id, count(*), count(*) FILTER (WHERE d.undone_at IS NOT NULL),
       count(*) FILTER (WHERE d.undone_at IS NULL),
       count(*) FILTER (WHERE d.undone_at IS NULL AND d.decided_at <= t.due_at),
       count(DISTINCT date_trunc('hour', d.decided_at)) FILTER (WHERE d.undone_at IS NULL),
       percentile_disc(0.5) WITHIN GROUP (ORDER BY d.elapsed_ms) FILTER (WHERE d.undone_at IS NULL)
  FROM review_decision d
  JOIN review_reviewtask t ON t.id = d.task_id
 WHERE d.decided_at >= %(since)s AND d.decided_at < %(until)s AND t.queue_id = ANY(%(queues)s)
 GROUP BY t.queue_id
"""
# A case that was reopened and decided again within the span is one case, as in the search.
_CASES = """
SELECT t.queue_id, count(DISTINCT t.case_id), count(DISTINCT t.case_id) FILTER (WHERE d.verdict = 'REJECT')
  FROM review_decision d
 CROSS JOIN LATERAL (
    SELECT own.queue_id, own.case_id FROM review_reviewtask own WHERE own.id = d.task_id
     UNION ALL
    SELECT other.queue_id, other.case_id FROM review_reviewtask other
     WHERE other.grouped_with_id = d.task_id AND other.state = 'decided'
 ) AS t
 WHERE d.decided_at >= %(since)s AND d.decided_at < %(until)s AND d.undone_at IS NULL
   AND t.queue_id = ANY(%(queues)s)
 GROUP BY t.queue_id
"""
_AGREEMENT = """
SELECT split_part(t.top_label, '/', 1), d.verdict, f.risk_label1, count(DISTINCT f.case_id)
  FROM review_decision d
  JOIN moderation_finalresult f ON f.decision_id = d.id
  JOIN review_reviewtask t ON t.case_id = f.case_id AND (t.id = d.task_id OR t.grouped_with_id = d.task_id)
 WHERE d.decided_at >= %(since)s AND d.decided_at < %(until)s AND d.undone_at IS NULL
   AND t.queue_id = ANY(%(queues)s)
 GROUP BY 1, 2, 3
"""
_PACE = """
SELECT date_trunc(%(unit)s, d.decided_at, %(zone)s), count(*)
  FROM review_decision d
  JOIN review_reviewtask t ON t.id = d.task_id
 WHERE d.decided_at >= %(since)s AND d.decided_at < %(until)s AND d.undone_at IS NULL
   AND t.queue_id = ANY(%(queues)s)
 GROUP BY 1
"""


class TooMuch(Exception):
    """The report hit its statement timeout. Ask for fewer days."""


@dataclass(frozen=True, slots=True)
class Span:
    """Whole days of the reader's zone: the last `days`, today included."""

    days: int
    today: date

    @property
    def first(self) -> date:
        return self.today - timedelta(days=self.days - 1)

    def as_times(self) -> dict[str, datetime]:
        return {"since": times.midnight(self.first), "until": times.midnight(self.today + timedelta(days=1))}


@dataclass(frozen=True, slots=True)
class Health:
    """One queue. `made` counts every decision, `decided` those that stand; `cases` are what they answered, those
    decided with another included. `overdue` is as of now, the rest is of the span.
    """

    queue: Queue
    made: int = 0
    undone: int = 0
    decided: int = 0
    in_time: int = 0
    hours: int = 0
    median_ms: int | None = None
    cases: int = 0
    rejected: int = 0
    overdue: int = 0

    @property
    def per_hour(self) -> float | None:
        """Over the hours in which anything was decided."""
        return self.decided / self.hours if self.hours else None

    @property
    def median_seconds(self) -> float | None:
        return None if self.median_ms is None else self.median_ms / 1000

    @property
    def undone_percent(self) -> float | None:
        return 100 * self.undone / self.made if self.made else None

    @property
    def in_time_percent(self) -> float | None:
        return 100 * self.in_time / self.decided if self.decided else None


@dataclass(frozen=True, slots=True)
class Agreement:
    """Verdicts on the cases of which the machine suspected one category: `same` were rejected for it, `other` for
    another.
    """

    category: str
    passed: int = 0
    same: int = 0
    other: int = 0

    @property
    def decided(self) -> int:
        return self.passed + self.same + self.other

    @property
    def percent(self) -> float:
        return 100 * self.same / self.decided


def last(days: int) -> Span:
    return Span(days, times.today())


def queues_told_of(by: User) -> list[Queue]:
    """Queues whose figures this person may see, in the order of their names. Raises NotAllowed when there are none."""
    check(by, Permission.SEE_REPORTS)
    return list(queues_led_by(by, Permission.SEE_REPORTS))


def of_queues(span: Span, *, by: User) -> list[Health]:
    """Each of these queues. Raises NotAllowed, TooMuch."""
    queues = queues_told_of(by)
    health = {
        queue.pk: Health(queue, overdue=line.overdue)
        for queue, line in zip(queues, queue_depth.lines(queues), strict=True)
    }
    for queue, *figures in _counted(_MADE, span, queues):
        names = ("made", "undone", "decided", "in_time", "hours", "median_ms")
        health[queue] = replace(health[queue], **dict(zip(names, figures, strict=True)))
    for queue, cases, rejected in _counted(_CASES, span, queues):
        health[queue] = replace(health[queue], cases=cases, rejected=rejected)
    return list(health.values())


def agreement(span: Span, *, queue: Queue | None, by: User) -> list[Agreement]:
    """By category, the one decided most often first. Raises NotAllowed, TooMuch."""
    queues = _among(queue, by=by)
    found: dict[str, Agreement] = {}
    for category, verdict, answered, count in _counted(_AGREEMENT, span, queues):
        known = found.get(category, Agreement(category))
        kind = _kind(category, verdict, answered)
        found[category] = replace(known, **{kind: getattr(known, kind) + count})
    return sorted(found.values(), key=lambda one: (-one.decided, one.category))


def pace(span: Span, *, queue: Queue | None, by: User) -> list[tuple[datetime, int]]:
    """How many decisions stand: for each hour of a single day so far, else for each day. Raises NotAllowed, TooMuch."""
    queues = _among(queue, by=by)
    unit = "hour" if span.days == 1 else "day"
    counted = dict(_counted(_PACE, span, queues, unit=unit, zone=times.current_zone()))
    return [(at, counted.get(at, 0)) for at in _moments(span, unit)]


def _among(queue: Queue | None, *, by: User) -> list[Queue]:
    """This queue, or every one whose figures the person may see. Raises NotAllowed."""
    told = queues_told_of(by)
    if queue is None:
        return told
    if queue not in told:
        check_leads_in(by, queue.pk, Permission.SEE_REPORTS)
    return [queue]


def _moments(span: Span, unit: str) -> Iterable[datetime]:
    at, step = span.as_times()["since"], timedelta(hours=1) if unit == "hour" else timedelta(days=1)
    while at <= timezone.now():
        yield at
        at += step


def _kind(category: str, verdict: str, answered: str) -> str:
    if verdict == "PASS":
        return "passed"
    return "same" if BUILT_IN_TAXONOMY.canonical(answered) == category else "other"


def _counted(query: str, span: Span, queues: Iterable[Queue], **more: Any) -> Sequence[tuple[Any, ...]]:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {COUNT_MS:d}")
            cursor.execute(query, span.as_times() | {"queues": [queue.pk for queue in queues]} | more)
            rows: Sequence[tuple[Any, ...]] = cursor.fetchall()
            return rows
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TooMuch from error
        raise
