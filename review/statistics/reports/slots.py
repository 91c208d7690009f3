"""The quarters of an hour that reports are kept in, and the days of the reader's zone that are made of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from math import ceil

from django.utils import timezone

from accounts import times

SLOT = timedelta(minutes=15)  # every time zone's midnight is the begin of one
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def slot_of(at: datetime) -> datetime:
    """The begin of the quarter that a time lies in."""
    return at - (at - _EPOCH) % SLOT


@dataclass(frozen=True, slots=True)
class Span:
    """Whole days of the reader's zone: the last `days`, today included; and as many before it, up to the same time of
    day, to compare with.
    """

    days: int
    today: date

    @property
    def first(self) -> date:
        return self.today - timedelta(days=self.days - 1)

    @property
    def unit(self) -> str:
        """What is counted together: a single day by hours, several by days."""
        return "hour" if self.days == 1 else "day"

    @property
    def moments(self) -> list[datetime]:
        """The begin of every day, or of every hour of a single day so far."""
        if self.days > 1:
            return [times.midnight(self.first + timedelta(days=nth)) for nth in range(self.days)]
        at, hour = times.midnight(self.first).astimezone(UTC), timedelta(hours=1)
        end = min(timezone.now(), times.midnight(self.today + timedelta(days=1)))
        return [at + nth * hour for nth in range(max(1, ceil((end - at) / hour)))]

    def whole_days(self) -> list[tuple[datetime, datetime]]:
        """The begin and end of each day, of those before too unless it is cut; none of a single day, told by hours."""
        if self.days == 1:
            return []
        begins = [
            times.midnight(self.today + timedelta(days=nth)).astimezone(UTC) for nth in range(1 - 2 * self.days, 2)
        ]
        cut = self.as_times()
        return [
            (since, until) for since, until in pairwise(begins) if until <= cut["before_until"] or since >= cut["since"]
        ]

    def rest(self, known: Collection[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
        """The time that these days leave, in as few stretches as it takes."""
        asked = self.as_times()
        stretches = []
        for begin, end in ((asked["before_since"], asked["before_until"]), (asked["since"], asked["until"])):
            within = sorted(window for window in known if begin <= window[0] < end)
            edges = [begin, *(at for window in within for at in window), end]
            stretches += [(since, until) for since, until in zip(edges[::2], edges[1::2], strict=True) if since < until]
        return stretches

    def as_times(self) -> dict[str, datetime]:
        """`since` and `until`; of the days before `before_since` and `before_until`."""
        since, until = times.midnight(self.first), times.midnight(self.today + timedelta(days=1))
        before = times.midnight(self.first - timedelta(days=self.days))
        gone = min(until, slot_of(timezone.now()) + SLOT) - since
        return {"since": since, "until": until, "before_since": before, "before_until": min(before + gone, since)}


def last(days: int) -> Span:
    return Span(days, times.today())
