"""How many tasks entered each queue and were decided there, over the last two hours, in steps of ten seconds.

Finished steps are cached; each count reads again only the latest ones, in which a decision may still be undone.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import NamedTuple

from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.utils import timezone

STEP_SECONDS = 10
STEPS = 2 * 3600 // STEP_SECONDS
_LATE_SECONDS = 60  # a transaction commits at most so long after its rows' timestamps
# Ids follow time, except among concurrent transactions: step back from the newest in ever longer strides until well
# before the time. Between two unknown ids the planner expects few rows, and uses the index.
_ARRIVED = """
WITH RECURSIVE back (stride, id, at) AS (
    (SELECT 500::bigint, id, entered_at FROM review_reviewtask ORDER BY id DESC LIMIT 1)
     UNION ALL
    SELECT stride * 2, before.id, before.entered_at
      FROM back
     CROSS JOIN LATERAL (
        SELECT t.id, t.entered_at FROM review_reviewtask t
         WHERE t.id <= back.id - back.stride ORDER BY t.id DESC LIMIT 1
     ) AS before
     WHERE back.at >= to_timestamp(%(before)s)
)
SELECT queue_id, floor(extract(epoch FROM entered_at) / %(step)s)::bigint, count(*), 0, 0
  FROM review_reviewtask
 WHERE id BETWEEN (SELECT CASE WHEN min(at) < to_timestamp(%(before)s) THEN min(id) ELSE 0 END FROM back)
              AND (SELECT max(id) FROM back)
   AND entered_at >= to_timestamp(%(since)s) AND grouped_with_id IS NULL
 GROUP BY 1, 2
"""
_DECIDED = """
SELECT t.queue_id, floor(extract(epoch FROM d.decided_at) / %(step)s)::bigint, 0, count(*),
       count(*) FILTER (WHERE d.decided_at <= t.due_at)
  FROM review_decision d
  JOIN review_reviewtask t ON t.id = d.task_id
 WHERE d.decided_at >= to_timestamp(%(since)s) AND d.undone_at IS NULL
 GROUP BY 1, 2
"""


class Count(NamedTuple):
    """Tasks. Tasks grouped with another are not counted; `in_time`: before their due
    time.
    """

    arrived: int = 0
    decided: int = 0
    in_time: int = 0

    def __add__(self, other: Count) -> Count:  # type: ignore[override] # the sum, not the tuple of both
        return Count(self.arrived + other.arrived, self.decided + other.decided, self.in_time + other.in_time)

    def __sub__(self, other: Count) -> Count:
        return Count(self.arrived - other.arrived, self.decided - other.decided, self.in_time - other.in_time)


@dataclass(frozen=True, slots=True)
class Flow:
    """`now` is the number of the present step (seconds since 1970 / STEP_SECONDS). `sums` has for each queue the steps
    in which something happened there, ascending, and the counts of everything up to each of them.
    """

    now: int
    sums: Mapping[int, tuple[Sequence[int], Sequence[Count]]]

    def over(self, seconds: int, *, queue: int) -> Count:
        """Counts of the queue in the last so many seconds, exact to within a step."""
        return self._up_to(self.now, queue) - self._up_to(self.now - seconds // STEP_SECONDS, queue)

    def course(self, points: int, *, queue: int) -> Sequence[Count]:
        """Counts of the two hours in so many parts of equal length, the present last."""
        each = STEPS // points
        ends = range(self.now - each * points, self.now + 1, each)
        return [later - earlier for earlier, later in pairwise(self._up_to(end, queue) for end in ends)]

    def _up_to(self, step: int, queue: int) -> Count:
        steps, sums = self.sums.get(queue, ((), ()))
        place = bisect_right(steps, step)
        return sums[place - 1] if place else Count()


def flow() -> Flow:
    """The last two hours; only steps that can have changed are counted again."""
    now = int(timezone.now().timestamp()) // STEP_SECONDS
    known: dict[int, dict[int, Count]] = caches["process"].get("flow", {})
    unsettled = ceil((settings.UNDO_SECONDS + _LATE_SECONDS) / STEP_SECONDS)
    first = now - STEPS
    since = max(first, max(known) - unsettled) if known else first
    steps = {step: queues for step, queues in known.items() if first <= step < since}
    for queue, step, *counted in _read(since):
        of_step = steps.setdefault(step, {})
        of_step[queue] = of_step.get(queue, Count()) + Count(*counted)
    steps.setdefault(now, {})
    caches["process"].set("flow", steps, STEPS * STEP_SECONDS)
    return Flow(now, _sums(steps))


def _sums(steps: Mapping[int, Mapping[int, Count]]) -> dict[int, tuple[list[int], list[Count]]]:
    by_queue: dict[int, tuple[list[int], list[Count]]] = {}
    for step in sorted(steps):
        for queue, counted in steps[step].items():
            numbers, sums = by_queue.setdefault(queue, ([], []))
            numbers.append(step)
            sums.append(counted + sums[-1] if sums else counted)
    return by_queue


def _read(since: int) -> Iterable[tuple[int, ...]]:
    at = since * STEP_SECONDS
    asked = {"since": at, "before": at - _LATE_SECONDS, "step": STEP_SECONDS}
    with connection.cursor() as cursor:
        for query in (_ARRIVED, _DECIDED):
            cursor.execute(query, asked)
            yield from cursor.fetchall()
