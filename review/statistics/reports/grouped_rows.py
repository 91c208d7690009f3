"""The rows that the statements of a report return, put together: one statement answers for every grouping at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from review.models import ReportHistogram
from review.statistics.reports.buckets import percentile
from review.statistics.reports.intervals import Rate
from review.statistics.reports.tally import COUNTED

_Kind = ReportHistogram.Kind
# What grouping() says of each set.
_MOMENT, _QUEUE, _QUEUE_BY_MOMENT, _LABEL, _APP = 0b1110, 0b0111, 0b0110, 0b1011, 0b1101


class Sums(Counter[str]):
    """The columns of ReportCount, added up."""

    @property
    def in_time(self) -> Rate:
        return Rate(self["in_time"], self["decided"])

    @property
    def undone(self) -> Rate:
        """Acts, not pictures: a page of a grid that was taken back is one."""
        return Rate(self["undone_acts"], self["acts"])

    @property
    def reopened(self) -> Rate:
        return Rate(self["reopened"], self["decided"])

    @property
    def skipped(self) -> Rate:
        return Rate(self["skipped"], self["skipped"] + self["made"])

    @property
    def rejected(self) -> Rate:
        return Rate(self["rejected"], self["rejected"] + self["passed"])


@dataclass(frozen=True, slots=True)
class Times:
    """Of how many, and the percentiles in seconds, within buckets.ERROR_PERCENT."""

    n: int = 0
    p50: float | None = None
    p90: float | None = None
    p99: float | None = None

    @classmethod
    def of(cls, counts: Mapping[int, int]) -> Times:
        return cls(sum(counts.values()), *(percentile(counts, share) for share in (0.5, 0.9, 0.99)))


NO_TIMES = Times()


@dataclass(slots=True)
class GroupedCounts:
    moments: dict[datetime, Sums] = field(default_factory=dict)
    queues: dict[tuple[int, bool], Sums] = field(default_factory=dict)
    queue_moments: dict[tuple[int, datetime], Sums] = field(default_factory=dict)
    labels: dict[str, Sums] = field(default_factory=dict)
    apps: dict[int, Sums] = field(default_factory=dict)

    def total(self, *, is_now: bool) -> Sums:
        return Sums(sum((sums for (_, now), sums in self.queues.items() if now == is_now), Counter()))

    def kept(self, queue: int) -> dict[datetime, Rate]:
        return {moment: sums.in_time for (one, moment), sums in self.queue_moments.items() if one == queue}


def group_counts(rows: Iterable[tuple[Any, ...]]) -> GroupedCounts:
    found = GroupedCounts()
    for grouped, moment, is_now, queue, label, app, *counted in rows:
        sums = Sums(dict(zip(COUNTED, counted, strict=True)))
        if grouped == _QUEUE:
            found.queues[queue, is_now] = sums
        elif is_now:
            place, key = _PLACES[grouped](found, moment, queue, label, app)
            place[key] = sums
    return found


_PLACES: dict[int, Callable[..., tuple[dict[Any, Sums], Any]]] = {
    _MOMENT: lambda found, moment, queue, label, app: (found.moments, moment),
    _QUEUE_BY_MOMENT: lambda found, moment, queue, label, app: (found.queue_moments, (queue, moment)),
    _LABEL: lambda found, moment, queue, label, app: (found.labels, label),
    _APP: lambda found, moment, queue, label, app: (found.apps, app),
}


@dataclass(slots=True)
class GroupedTimes:
    """Moments in seconds since 1970; the days before are one, None."""

    moments: dict[tuple[str, int | None], dict[int, int]] = field(default_factory=dict)
    queues: dict[tuple[str, int], dict[int, int]] = field(default_factory=dict)

    def of_moment(self, moment: datetime) -> tuple[Times, Times]:
        at = int(moment.timestamp())
        wait, handling = (Times.of(self.moments.get((kind, at), {})) for kind in (_Kind.WAIT, _Kind.HANDLING))
        return wait, handling

    def of_queue(self, queue: int) -> tuple[Times, Times]:
        wait, handling = (Times.of(self.queues.get((kind, queue), {})) for kind in (_Kind.WAIT, _Kind.HANDLING))
        return wait, handling

    def whole(self, kind: str, *, is_now: bool) -> Times:
        some = [counts for (one, at), counts in self.moments.items() if one == kind and (at is not None) == is_now]
        return Times.of(_added(some))


def group_times(rows: Iterable[tuple[Any, ...]]) -> GroupedTimes:
    found = GroupedTimes()
    for kind, moment, is_now, queue, bucket, count in rows:
        if queue is None:
            found.moments.setdefault((kind, moment), {})[bucket] = count
        elif is_now:
            found.queues.setdefault((kind, queue), {})[bucket] = count
    return found


def _added(some: Iterable[Mapping[int, int]]) -> Mapping[int, int]:
    added = Counter[int]()
    for counts in some:
        added.update(counts)
    return added
