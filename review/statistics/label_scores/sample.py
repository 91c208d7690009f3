"""The scores of one label lately, with what people decided about their pictures."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from moderation.models import Case
from review.statistics.label_scores import seen
from review.statistics.label_scores.asked import Asked
from review.statistics.label_scores.seen import FirstCase

DAYS = 30
SHORT_DAYS = 7  # are enough where they have ENOUGH scores
ENOUGH = 500
MOST_CASES = 1_000_000  # of the newest
FEW_SCORES = 10_000  # of them, the newest, which are enough for a drawing …
MOST_SCORES = 50_000  # … unless fewer than ENOUGH of them are of the scope that is asked for
SHORTEST = 1 / 24  # of a day: no figure is made up from less

_SCORES = """
WITH newest AS MATERIALIZED (
    SELECT s.case_id, s.label, s.score
      FROM moderation_labelscore s
     WHERE {named} AND s.case_id >= %s AND s.score IS NOT NULL
     ORDER BY s.case_id DESC LIMIT %s),
scored AS (
    SELECT s.case_id, max(s.score) AS score, min(f.received_at) AS at, min(f.final_result) AS final_result
      FROM newest s JOIN moderation_resultfacts f ON f.case_id = s.case_id
     WHERE f.code = 1100 AND f.result_type = 0 AND {condition}
     GROUP BY s.case_id)
SELECT scored.score, scored.at >= %s, scored.final_result, said.risk_level, count(*),
       (SELECT min(case_id) FROM newest HAVING count(*) >= %s)
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
    `passed` and `rejected` are what people said, in up to DAYS days. `days` are the time that was looked at, and fewer
    where the newest cases or scores that are read at most come from less.
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


def first_case() -> FirstCase | None:
    """From which case on scores are read; None without any."""
    return seen.first_case(days=DAYS, most=MOST_CASES)


def sample(asked: Asked, start: FirstCase | None) -> Sample:
    if start is None:
        return Sample()
    now = timezone.now()
    rows = _enough_rows(asked, start.id, now - timedelta(days=SHORT_DAYS))
    cut_at = rows[0].cut_at if rows else None
    return _counted(rows, DAYS if start.is_whole and cut_at is None else _days_since(cut_at or start.id, now))


class _ScoredResults(NamedTuple):
    """`cut_at` is the oldest case whose scores were read, None where all were."""

    score: int
    is_recent: bool
    final_result: int
    verdict: str | None
    cases: int
    cut_at: int | None


def _enough_rows(asked: Asked, first: int, since: datetime) -> list[_ScoredResults]:
    rows = _rows(asked, first, since, most=FEW_SCORES)
    is_all = bool(rows) and rows[0].cut_at is None
    if is_all or sum(row.cases for row in rows) >= ENOUGH:
        return rows
    return _rows(asked, first, since, most=MOST_SCORES)


def _rows(asked: Asked, first: int, since: datetime, *, most: int) -> list[_ScoredResults]:
    (named, labels), (condition, values) = asked.named(), asked.condition()
    with connection.cursor() as cursor:
        given = [*labels, first, most, *values, since, most]
        cursor.execute(_SCORES.replace("{named}", named).replace("{condition}", condition), given)
        return [_ScoredResults(*row) for row in cursor.fetchall()]


def _counted(rows: list[_ScoredResults], reach: float) -> Sample:
    """`reach` is how many days the rows are of."""
    is_enough = sum(row.cases for row in rows if row.is_recent) >= ENOUGH
    found = Sample(days=min(reach, SHORT_DAYS if is_enough else DAYS))
    for row in rows:
        if row.is_recent or not is_enough:
            (found.decided_by_score if row.final_result else found.intermediate)[row.score] += row.cases
        if row.verdict:
            (found.passed if row.verdict == "PASS" else found.rejected)[row.score] += row.cases
    return found


def _days_since(case: int, now: datetime) -> float:
    """Since the first case of at least this id, which itself may not exist."""
    received = Case.objects.filter(pk__gte=case).order_by("pk").values_list("received_at", flat=True)[0]
    return max((now - received) / timedelta(days=1), SHORTEST)
