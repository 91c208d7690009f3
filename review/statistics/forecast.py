"""What becomes of a queue at its present pace: empty, idle, draining, growing, or neither. Pure, but for the counts of
the long windows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from math import sqrt
from statistics import mean, stdev

from django.db.models import Sum
from django.db.models.functions import Trunc
from django.utils import timezone

from review.models import ReportCount
from review.statistics.throughput import Count, Flow

ENOUGH = 20
"""So many arrivals and decisions together make a pace; the shortest window with them is taken."""
HOUR = 3600
PART = 300  # of a short window
SHORT = (HOUR // 2, HOUR, 2 * HOUR)  # counted to the second
POINTS = SHORT[-1] // PART
LONG = (8 * HOUR, 24 * HOUR)  # counted in quarters of an hour
_NOISE = 2.0  # standard deviations that arrivals and decisions may differ by chance


class Course(StrEnum):
    EMPTY = "empty"  # nothing waits
    IDLE = "idle"  # something waits, and nobody decides
    DRAINING = "draining"  # decisions outrun arrivals
    GROWING = "growing"  # arrivals outrun decisions: at this pace it is never empty
    STEADY = "steady"  # as much comes as goes, within what chance does
    UNEVEN = "uneven"  # more came than went, but at once: that is no pace
    UNSURE = "unsure"  # too little happened to tell


@dataclass(frozen=True, slots=True)
class Window:
    """What happened in the last so many seconds; `growth`: by how much it grew in each of its parts of equal length."""

    seconds: int
    arrived: int = 0
    decided: int = 0
    growth: Sequence[int] = ()

    @property
    def n(self) -> int:
        return self.arrived + self.decided

    @property
    def hours(self) -> float:
        return self.seconds / HOUR

    @property
    def is_uneven(self) -> bool:
        """Whether the growth is less than what it differs by from part to part: a batch that came at once."""
        if len(self.growth) < 2:
            return False
        return mean(self.growth) <= _NOISE * stdev(self.growth) / sqrt(len(self.growth))


@dataclass(frozen=True, slots=True)
class Forecast:
    """`window` is what it was computed from. `at`: when a draining queue is empty; `per_hour`: by how many tasks an
    hour a growing one grows, and how many come to an idle one.
    """

    course: Course = Course.EMPTY
    window: Window = Window(SHORT[0])
    at: datetime | None = None
    per_hour: int = 0


def forecast(windows: Sequence[Window], *, in_line: int, now: datetime) -> Forecast:
    """`windows` from the shortest on, each within the next; `in_line` tasks wait or are leased."""
    if not in_line:
        return Forecast(Course.EMPTY, windows[0])
    told = [_told(one, in_line, now) for one in windows if one.n >= ENOUGH] or [_told(windows[-1], in_line, now)]
    return next((one for one in told if one.course != Course.UNEVEN), told[-1])


def _told(window: Window, in_line: int, now: datetime) -> Forecast:
    more = window.arrived - window.decided
    if not window.decided:
        return Forecast(Course.IDLE, window, per_hour=_per_hour(window.arrived, window))
    if window.n < ENOUGH:
        return Forecast(Course.UNSURE, window)
    if abs(more) <= _NOISE * sqrt(window.n):
        return Forecast(Course.STEADY, window)
    if more > 0:
        growing = Course.UNEVEN if window.is_uneven else Course.GROWING
        return Forecast(growing, window, per_hour=_per_hour(more, window))
    left = timedelta(seconds=in_line / -more * window.seconds)
    return Forecast(Course.DRAINING, window, at=now + left)


def wait_of_next(found: Forecast, *, in_line: int) -> timedelta | None:
    """How long a task that comes now waits for its turn at this pace; None where there is no pace to tell it by."""
    window = found.window
    if window.n < ENOUGH or not window.decided:
        return None
    return timedelta(seconds=in_line / window.decided * window.seconds)


def windows(happened: Flow, courses: Mapping[int, Sequence[Count]]) -> dict[int, list[Window]]:
    """By queue, of each of which the course of two hours in POINTS parts is given. A long window that the reports have
    not counted yet is no shorter than what is known to the second.
    """
    long = _long()
    found = {}
    for queue, parts in courses.items():
        short = [_window(seconds, happened.over(seconds, queue=queue), parts) for seconds in SHORT]
        longer = [one for one in long.get(queue, ()) if one.n >= short[-1].n]
        found[queue] = [*short, *(longer or [replace(short[-1], seconds=LONG[-1])])]
    return found


def _window(seconds: int, counted: Count, parts: Sequence[Count]) -> Window:
    growth = [one.arrived - one.decided for one in parts[-(seconds // PART) :]]
    return Window(seconds, counted.arrived, counted.decided, growth)


def _long() -> Mapping[int, list[Window]]:
    """By the hour, back from now."""
    since = timezone.now() - timedelta(seconds=LONG[-1])
    hour = Trunc("slot", "hour", tzinfo=UTC)  # as _hours counts them, whatever the reader's zone
    kept = ReportCount.objects.filter(slot__gte=since, by=None).order_by().values_list("queue", hour)
    by_queue: dict[int, dict[datetime, tuple[int, int]]] = {}
    for queue, at, arrived, decided in kept.annotate(Sum("arrived"), Sum("cases")):
        by_queue.setdefault(queue, {})[at] = arrived, decided
    return {queue: [_hours(hours, seconds // HOUR) for seconds in LONG] for queue, hours in by_queue.items()}


def _hours(by_hour: Mapping[datetime, tuple[int, int]], count: int) -> Window:
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    hours = [by_hour.get(now - timedelta(hours=nth), (0, 0)) for nth in range(count)]
    arrived, decided = (sum(one) for one in zip(*hours, strict=True))
    return Window(count * HOUR, arrived, decided, [came - went for came, went in hours])


def _per_hour(count: int, window: Window) -> int:
    return round(count / window.hours)
