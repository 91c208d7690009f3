"""What happened to each case of the history, and when. Deterministic for one count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from itertools import chain, cycle
from random import Random

DAYS = 7
LATELY = timedelta(hours=2)  # what the board draws
_LATELY_SHARE = 0.14
_SETTLED = timedelta(seconds=40)  # the youngest decision is so old: its undo window is over
# How many of a day's pictures arrive in each hour, UTC: some at night, most from morning to evening.
_HOURS = (2, 1, 1, 1, 1, 2, 4, 8, 10, 11, 12, 11, 12, 13, 12, 12, 11, 10, 9, 8, 7, 6, 4, 3)


class Course(Enum):
    """What happened to a case. Those that end in OPEN wait for somebody now."""

    DECIDED = "decided"
    UNDONE = "undone"
    SKIPPED = "skipped"
    SECOND_OPINION = "second-opinion"
    ESCALATED = "escalated"
    REOPENED = "reopened"
    ESCALATED_OPEN = "escalated, open"
    REOPENED_OPEN = "reopened, open"
    ASSIGNED_OPEN = "assigned, open"
    SECOND_OPINION_OPEN = "second-opinion, open"

    @property
    def is_open(self) -> bool:
        return self.value.endswith("open")


OPEN = (
    Course.ESCALATED_OPEN,
    Course.SECOND_OPINION_OPEN,
    Course.REOPENED_OPEN,
    Course.ESCALATED_OPEN,
    Course.ASSIGNED_OPEN,
    Course.SECOND_OPINION_OPEN,
)
_RARE = {
    Course.UNDONE: 31,
    Course.SKIPPED: 23,
    Course.SECOND_OPINION: 29,
    Course.ESCALATED: 27,
    Course.REOPENED: 37,
}


@dataclass(frozen=True, slots=True)
class Planned:
    """`share` of the queue's SLA passes before the case is decided; `number` counts the cases from 0."""

    number: int
    arrived_at: datetime
    course: Course
    share: float


def planned(count: int, *, now: datetime) -> list[Planned]:
    """In the order of their arrival. The open ones arrived within the last two hours."""
    rng = Random(f"history {count}")
    opened = min(len(OPEN), count // 10)
    times = sorted(chain(_past(count - opened, rng, now), (_lately(rng, now) for _ in range(opened))))
    waiting = dict(zip(range(count - 1, count - 1 - 2 * opened, -2), cycle(OPEN), strict=False))
    return [
        Planned(number, at, waiting.get(number) or _course(number, at, now), rng.lognormvariate(-1.4, 0.95))
        for number, at in enumerate(times)
    ]


def decided_at(one: Planned, *, sla_minutes: int, now: datetime) -> datetime:
    wanted = one.arrived_at + timedelta(minutes=sla_minutes * one.share, seconds=15)
    latest = now - _SETTLED
    return wanted if wanted < latest else one.arrived_at + (latest - one.arrived_at) * (0.4 + 0.6 * min(one.share, 1))


def _past(count: int, rng: Random, now: datetime) -> Iterator[datetime]:
    lately = round(count * _LATELY_SHARE)
    yield from (_lately(rng, now) for _ in range(lately))
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    while lately < count:
        (hour,) = rng.choices(range(24), _HOURS)
        at = midnight - timedelta(days=rng.randrange(DAYS)) + timedelta(hours=hour, seconds=rng.uniform(0, 3600))
        if at < now - LATELY:
            lately += 1
            yield at


def _lately(rng: Random, now: datetime) -> datetime:
    return now - timedelta(minutes=2) - rng.random() * (LATELY - timedelta(minutes=4))


def _course(number: int, at: datetime, now: datetime) -> Course:
    """A case can only be reopened when there was time for it."""
    for course, every in _RARE.items():
        if number % every == every // 2 and (course != Course.REOPENED or now - at > timedelta(days=1)):
            return course
    return Course.DECIDED
