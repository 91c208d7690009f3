"""The queues that a replay sends cases to, with how long people take for a case in each."""

from __future__ import annotations

from django.core.cache import caches
from django.db import connection

from moderation.replay.report import Queues
from review.models import Queue

DAYS = 30
IDLE_SECONDS = 600.0  # a longer look was a break
STALE_SECONDS = 300
FEWEST = 20  # decisions of a queue, else it counts as all queues together do

_MEDIANS = """
SELECT task.queue_id, count(*),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY least(decision.elapsed_ms / 1000.0, %(idle)s))
  FROM review_decision decision
  JOIN review_reviewtask task ON task.id = decision.task_id
 WHERE decision.decided_at > now() - make_interval(days => %(days)s)
   AND decision.elapsed_ms IS NOT NULL AND decision.undone_at IS NULL
 GROUP BY GROUPING SETS ((task.queue_id), ())
"""


def queues() -> Queues:
    """Seconds are medians of the last DAYS; 0 where nobody has decided anything."""
    known = list(Queue.objects.order_by("pk"))
    default = next((queue.slug for queue in known if queue.is_default), "default")
    medians = _medians()
    overall = medians.get(None, (0, 0.0))
    told = {queue.slug: medians.get(queue.pk, overall) for queue in known}
    seconds = {slug: round(found[1] if found[0] >= FEWEST else overall[1], 1) for slug, found in told.items()}
    return Queues(default, frozenset(seconds), seconds)


def seconds_per_case() -> float | None:
    """Of all queues together; None where nobody has decided anything. A few minutes old at most."""
    found: tuple[float | None] | None = caches["process"].get("seconds-per-case")
    if found is None:
        count, seconds = _medians().get(None, (0, 0.0))
        found = (seconds if count else None,)
        caches["process"].set("seconds-per-case", found, STALE_SECONDS)
    return found[0]


def _medians() -> dict[int | None, tuple[int, float]]:
    """By queue; None for all together."""
    with connection.cursor() as cursor:
        cursor.execute(_MEDIANS, {"days": DAYS, "idle": IDLE_SECONDS})
        return {queue: (count, float(median or 0)) for queue, count, median in cursor.fetchall()}
