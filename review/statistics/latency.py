"""How long the stage keeps people waiting, day by day: reported by browsers, stored as counts without names."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from accounts.database import write_batch
from accounts.models import User
from review.models import Queue, StageWait
from review.permissions import queues_of
from review.refusals import NotAcceptable

LONGEST_MS = 600_000
# Upper bounds of the counts, in milliseconds. A figure read from them is exact to within its bucket.
BOUNDS = (
    *range(5, 101, 5),
    *range(120, 301, 20),
    *(350, 400, 450, 500, 600, 700, 800, 900, 1000, 1200, 1500, 2000, 3000, 5000, 10_000, 30_000, LONGEST_MS),
)
KEPT_DAYS = 400
_ADD = "ON CONFLICT (day, queue_id, warm, up_to_ms) DO UPDATE SET count = review_stagewait.count + excluded.count"


@dataclass(frozen=True, slots=True)
class Waits:
    """Of one day, queue and kind: how many there were, and what half and 95 % of them stayed under, in ms."""

    day: date
    queue: Queue
    warm: bool
    count: int
    p50: float
    p95: float


def record(told: Iterable[Mapping[str, Any]], *, by: User) -> None:
    """Count waits of today: [{"queue": slug, "warm": bool, "ms": [whole milliseconds]}]. The sender is not stored.

    Raises NotAcceptable for a queue in which the sender does not work.
    """
    ours = dict(queues_of(by).values_list("slug", "pk"))
    counted: Counter[tuple[int, bool, int]] = Counter()
    for at, some in enumerate(told):
        if some["queue"] not in ours:
            refused = gettext('You work in no queue "{slug}".').format(slug=some["queue"])
            raise NotAcceptable(f"/waits/{at}/queue", refused)
        counted.update((ours[some["queue"]], some["warm"], bound_of(ms)) for ms in some["ms"])
    today = str(timezone.now().date())
    sent = [
        {"day": today, "queue_id": queue, "warm": warm, "up_to_ms": bound, "count": count}
        for (queue, warm, bound), count in sorted(counted.items())  # in a fixed order, so that two never deadlock
    ]
    write_batch.insert(StageWait, sent, suffix=_ADD)


def bound_of(ms: int) -> int:
    bound: int = BOUNDS[bisect_left(BOUNDS, ms)]
    return bound


def by_day(*, since: date) -> list[Waits]:
    """Every day since then with waits, by queue, warm before cold."""
    kept = StageWait.objects.filter(day__gte=since).select_related("queue").order_by("day", "queue__name", "-warm")
    counts: dict[tuple[date, Queue, bool], dict[int, int]] = {}
    for row in kept:
        counts.setdefault((row.day, row.queue, row.warm), {})[row.up_to_ms] = row.count
    return [_waits(*key, histogram) for key, histogram in counts.items()]


def share_under(histogram: Mapping[int, int], share: float) -> float:
    """The wait that `share` of them stayed under, taken as evenly spread between two bounds."""
    wanted, passed = share * sum(histogram.values()), 0
    for bound in sorted(histogram):
        if passed + histogram[bound] >= wanted:
            below = _below(bound)
            return below + (bound - below) * (wanted - passed) / histogram[bound]
        passed += histogram[bound]
    return 0.0


def forget_old() -> int:
    """Delete the counts of old days. Returns how many were deleted."""
    gone, _ = StageWait.objects.filter(day__lt=timezone.now().date() - timedelta(days=KEPT_DAYS)).delete()
    return gone


def _below(bound: int) -> int:
    at = bisect_left(BOUNDS, bound)
    return BOUNDS[at - 1] if at else 0


def _waits(day: date, queue: Queue, warm: bool, histogram: Mapping[int, int]) -> Waits:
    halves = share_under(histogram, 0.5), share_under(histogram, 0.95)
    return Waits(day, queue, warm, sum(histogram.values()), *halves)
