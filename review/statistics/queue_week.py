"""One queue's last seven days beside its SLA: how long cases waited for a decision, and why they were rejected.

Counting reads every decision of the week, so a count may be a minute old.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.core.cache import caches

from accounts.database.statements import Statement
from review.models import Queue

STALE_SECONDS = 60
DAYS = 7
BARS = 20
SPAN = 1.5  # the bars show this many times the SLA; what took longer is in the last
WIDTH, HEIGHT = 400, 60
FEWEST = 20  # decisions, under which a share says little

_WEEK = Statement(
    """
    WITH decided AS MATERIALIZED (
        SELECT extract(epoch FROM decision.decided_at - task.entered_at)::float / 60 AS minutes, decision.elapsed_ms,
               decision.decided_at <= task.due_at AS is_in_time, decision.reason
          FROM review_decision decision
          JOIN review_reviewtask task ON task.id = decision.task_id
         WHERE decision.decided_at >= statement_timestamp() - make_interval(days => %(days)s)
           AND decision.undone_at IS NULL AND task.queue_id = %(queue)s)
    SELECT 'all', '', count(*), count(*) FILTER (WHERE is_in_time),
           percentile_cont(0.5) WITHIN GROUP (ORDER BY minutes), percentile_cont(0.99) WITHIN GROUP (ORDER BY minutes),
           percentile_cont(0.95) WITHIN GROUP (ORDER BY elapsed_ms)
      FROM decided
     UNION ALL
    SELECT 'bar', greatest(0, least(floor(minutes / %(width)s), %(last)s))::text, count(*), 0, NULL, NULL, NULL
      FROM decided GROUP BY 2
     UNION ALL
    SELECT 'reason', reason, count(*), 0, NULL, NULL, NULL FROM decided WHERE reason <> '' GROUP BY 2
    """
)


@dataclass(frozen=True, slots=True)
class Bar:
    """Decisions that took from `start` to `end` minutes. `kind` is "fine", "late" (after the warning) or "over". `x`,
    `y` and `height` are units of a drawing of WIDTH times HEIGHT.
    """

    start: str
    end: str
    number: int
    kind: str
    x: str
    y: str
    height: str


@dataclass(frozen=True, slots=True)
class QueueWeek:
    """`half` and `most` are the minutes within which 50 and 99 of 100 were decided; `handling` the seconds of 95."""

    decided: int = 0
    in_time: int = 0
    half: float | None = None
    most: float | None = None
    handling: float | None = None
    bars: tuple[Bar, ...] = ()
    reasons: Mapping[str, int] = field(default_factory=dict)

    @property
    def kept_percent(self) -> float | None:
        return 100 * self.in_time / self.decided if self.decided else None

    @property
    def sla_x(self) -> str:
        return f"{WIDTH / SPAN:.1f}"

    @property
    def is_thin(self) -> bool:
        return self.decided < FEWEST


def week(queue: Queue) -> QueueWeek:
    key = f"queue-week-{queue.pk}-{queue.sla_minutes}-{queue.warn_minutes}"
    found: QueueWeek | None = caches["process"].get(key)
    if found is None:
        found = _count(queue)
        caches["process"].set(key, found, STALE_SECONDS)
    return found


def _count(queue: Queue) -> QueueWeek:
    width = queue.sla_minutes * SPAN / BARS
    numbers, reasons = [0] * BARS, dict[str, int]()
    whole = QueueWeek()
    asked = {"queue": queue.pk, "days": DAYS, "width": width, "last": BARS - 1}
    for kind, name, number, in_time, half, most, handling in _WEEK.rows(**asked):
        if kind == "bar":
            numbers[int(name)] = number
        elif kind == "reason":
            reasons[name] = number
        else:
            whole = QueueWeek(number, in_time, half, most, handling / 1000 if handling is not None else None)
    bars = _bars(numbers, width, queue) if whole.decided else ()
    return QueueWeek(whole.decided, whole.in_time, whole.half, whole.most, whole.handling, bars, reasons)


def _bars(numbers: list[int], width: float, queue: Queue) -> tuple[Bar, ...]:
    top, step = max(numbers), WIDTH / BARS
    return tuple(
        Bar(
            f"{place * width:.3g}",
            f"{(place + 1) * width:.3g}",
            number,
            _kind(place * width, queue),
            f"{place * step + 1:g}",
            f"{HEIGHT * (1 - number / top):.1f}",
            f"{HEIGHT * number / top:.1f}",
        )
        for place, number in enumerate(numbers)
    )


def _kind(minutes: float, queue: Queue) -> str:
    if minutes >= queue.sla_minutes:
        return "over"
    return "late" if minutes >= queue.warned_after_minutes else "fine"
