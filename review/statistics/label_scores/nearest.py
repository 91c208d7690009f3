"""The cases whose score for a label lies nearest to a number, so that people see what it parts."""

from __future__ import annotations

from django.db import connection

from moderation.models import Case
from review.statistics.label_scores.asked import Asked
from review.statistics.label_scores.seen import FirstCase

SHOWN = 7
REACH = 50  # scores to each side
LOOKED_AT = 2_000  # of the newest scores within reach

_NEAREST = """
WITH near AS MATERIALIZED (
    SELECT s.case_id, s.label, s.score
      FROM moderation_labelscore s
     WHERE {named} AND s.case_id >= %s AND s.score BETWEEN %s AND %s
     ORDER BY s.case_id DESC LIMIT %s)
SELECT s.case_id, max(s.score)
  FROM near s JOIN moderation_resultfacts f ON f.case_id = s.case_id
 WHERE f.code = 1100 AND f.result_type = 0 AND {condition}
 GROUP BY s.case_id
 ORDER BY min(abs(s.score - %s)), s.case_id DESC LIMIT %s
"""


def nearest(asked: Asked, number: int, start: FirstCase | None) -> list[tuple[Case, int]]:
    """Cases with their score, by rising score; of those just as near the newest."""
    if start is None:
        return []
    (named, labels), (condition, values) = asked.named(), asked.condition()
    given = [*labels, start.id, number - REACH, number + REACH, LOOKED_AT, *values, number, SHOWN]
    with connection.cursor() as cursor:
        cursor.execute(_NEAREST.replace("{named}", named).replace("{condition}", condition), given)
        scores: dict[int, int] = dict(cursor.fetchall())
    cases = Case.objects.select_related("app", "picture_fetch__picture").in_bulk([*scores])
    found = [(cases[pk], score) for pk, score in scores.items() if pk in cases]
    return sorted(found, key=lambda one: (one[1], one[0].pk))
