"""The quarters of an hour that reports are kept in, and the days of the reader's zone that are made of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
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

    def as_times(self) -> dict[str, datetime]:
        """`since` and `until`; of the days before `before_since` and `before_until`."""
        since, until = times.midnight(self.first), times.midnight(self.today + timedelta(days=1))
        before = times.midnight(self.first - timedelta(days=self.days))
        gone = min(until, slot_of(timezone.now()) + SLOT) - since
        return {"since": since, "until": until, "before_since": before, "before_until": min(before + gone, since)}


def last(days: int) -> Span:
    return Span(days, times.today())
