"""The record of a subject: what people decided about their pictures so far."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from moderation.models import Case
from moderation.policy import Subject

Key = tuple[int | None, str]
"""The app's row, or None where history is pooled over every app (`isTokenSeparate` 0), and the `tokenId`."""

# Results taken back do not count, and of several revisions the last. A case that a person judged is final, also while
# it is open again; so a subject's many undecided cases cost nothing here.
_RECORDS = """
SELECT wanted.app_id, wanted.token_id, count(*), count(*) FILTER (WHERE standing.risk_level = 'REJECT'),
       max(standing.decided_at) FILTER (WHERE standing.risk_level = 'REJECT')
  FROM unnest(%s::bigint[], %s::text[]) AS wanted (app_id, token_id)
  JOIN moderation_case c ON c.token_id = wanted.token_id AND (wanted.app_id IS NULL OR c.app_id = wanted.app_id)
 CROSS JOIN LATERAL (
    SELECT f.risk_level, f.decided_at, f.result_type
      FROM moderation_finalresult f
     WHERE f.case_id = c.id AND f.voided_at IS NULL
     ORDER BY f.revision DESC
     LIMIT 1
 ) AS standing
 WHERE c.state = 'final' AND standing.result_type = 1
 GROUP BY wanted.app_id, wanted.token_id
"""


def key_of(case: Case) -> Key:
    return (case.app_id if case.is_token_separate else None), case.token_id


def records_of(keys: Iterable[Key]) -> dict[Key, Subject]:
    """The records of several subjects; who has none is left out."""
    wanted = sorted({key for key in keys if key[1]}, key=str)
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_RECORDS, [[app for app, _ in wanted], [token_id for _, token_id in wanted]])
        return {(app, token_id): Subject(*facts) for app, token_id, *facts in cursor.fetchall()}


def record_of(key: Key) -> Subject:
    return records_of([key]).get(key, Subject())
