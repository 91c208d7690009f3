"""The scores of one label lately, with what people decided about their pictures."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from review.statistics.label_scores import seen
from review.statistics.label_scores.asked import Asked

DAYS = 30
SHORT_DAYS = 7  # are enough where they have ENOUGH scores
ENOUGH = 500
MOST_CASES = 1_000_000  # of the newest
MOST_SCORES = 50_000  # of them, the newest; more are not read for one drawing

_SCORES = """
WITH newest AS MATERIALIZED (
    SELECT s.case_id, s.label, s.score
      FROM moderation_labelscore s
     WHERE s.label = ANY (%s) AND s.case_id >= %s AND s.score IS NOT NULL
     ORDER BY s.case_id DESC LIMIT %s),
scored AS (
    SELECT s.case_id, max(s.score) AS score, min(f.received_at) AS at, min(f.final_result) AS final_result
      FROM newest s JOIN moderation_resultfacts f ON f.case_id = s.case_id
     WHERE f.code = 1100 AND f.result_type = 0 AND {condition}
     GROUP BY s.case_id)
SELECT scored.score, scored.at >= %s, scored.final_result, said.risk_level, count(*), min(scored.at),
       (SELECT count(*) FROM newest)
  FROM scored
  LEFT JOIN LATERAL (SELECT risk_level FROM moderation_finalresult final
                      WHERE final.case_id = scored.case_id AND final.result_type = 1 AND final.voided_at IS NULL
                      ORDER BY revision DESC LIMIT 1) said ON TRUE
 GROUP BY 1, 2, 3, 4
"""


@dataclass
class Sample:
    """Counts by score, of one result each: of several labels the highest score. `decided_by_score` are those that a
    threshold decides about, in `days`; `intermediate` those that the machine left to a person, in the same days.
    `passed` and `rejected` are what people said, in up to DAYS days.
    """

    days: float = SHORT_DAYS
    decided_by_score: Counter[int] = field(default_factory=Counter)
    intermediate: Counter[int] = field(default_factory=Counter)
    passed: Counter[int] = field(default_factory=Counter)
    rejected: Counter[int] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return self.decided_by_score.total() + self.intermediate.total()

    @property
    def decided(self) -> int:
        """How many of them people decided."""
        return self.passed.total() + self.rejected.total()


def sample(asked: Asked) -> Sample:
    start = seen.first_case(days=DAYS, most=MOST_CASES)
    if start is None:
        return Sample()
    now = timezone.now()
    rows = _rows(asked, start[0], now - timedelta(days=SHORT_DAYS))
    return _counted(rows, now)


_Row = tuple[int, bool, int, str | None, int, datetime, int]


def _rows(asked: Asked, first: int, since: datetime) -> list[_Row]:
    condition, values = asked.condition()
    with connection.cursor() as cursor:
        cursor.execute(
            _SCORES.replace("{condition}", condition), [list(asked.labels), first, MOST_SCORES, *values, since]
        )
        found: list[_Row] = cursor.fetchall()
        return found


def _counted(rows: list[_Row], now: datetime) -> Sample:
    found = Sample()
    is_enough = sum(row[4] for row in rows if row[1]) >= ENOUGH
    oldest = min((row[5] for row in rows), default=now)
    for score, is_recent, final_result, verdict, count, _, _ in rows:
        if is_recent or not is_enough:
            (found.decided_by_score if final_result else found.intermediate)[score] += count
        if verdict:
            (found.passed if verdict == "PASS" else found.rejected)[score] += count
    found.days = _days(
        now - oldest, SHORT_DAYS if is_enough else DAYS, is_cut=any(row[6] >= MOST_SCORES for row in rows)
    )
    return found


def _days(reach: timedelta, most: int, *, is_cut: bool) -> float:
    """What the counts are divided by: all the days, or those that the newest scores reach back."""
    return min(most, max(reach / timedelta(days=1), 1 / 24)) if is_cut else most
