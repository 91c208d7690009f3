"""How long people look at a case, for what a change costs the staff."""

from __future__ import annotations

from django.core.cache import caches

from accounts.database.statements import Statement
from review.statistics.reports.tally import IDLE_SECONDS

DAYS = 7
MOST = 5_000  # decisions, the newest
STALE_SECONDS = 300

_MEAN = Statement(
    """
    SELECT avg(least(elapsed_ms, %(idle)s)) / 1000
      FROM (SELECT elapsed_ms FROM review_decision
             WHERE decided_at >= statement_timestamp() - make_interval(days => %(days)s) AND elapsed_ms IS NOT NULL
             ORDER BY decided_at DESC LIMIT %(most)s) lately
    """
)


def seconds_per_case() -> float | None:
    """The mean over the last days, since it is added up; longer than IDLE_SECONDS counts as these. None: nobody decided
    anything.
    """
    found: tuple[float | None] | None = caches["process"].get("seconds-per-case")
    if found is None:
        (mean,) = _MEAN.first(days=DAYS, most=MOST, idle=IDLE_SECONDS * 1000) or (None,)
        found = (None if mean is None else float(mean),)
        caches["process"].set("seconds-per-case", found, STALE_SECONDS)
    return found[0]
