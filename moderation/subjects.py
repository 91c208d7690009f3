"""Read the record of a subject: the decisions of people about their pictures so far."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

from accounts.database.cursors import prepared_cursor
from moderation.models import Case
from moderation.policy import Subject

Key = tuple[int | None, str]
"""The app's row, or None where history is pooled over every app (`isTokenSeparate` 0), and the `tokenId`."""

NEWEST = 5000
"""How many decided cases of a subject are read: one that stands for a whole platform must not slow every result."""

# Undone results do not count; of several revisions the last does. Only the ids of cases are read, in index order, so
# that the scan ends at the limit. A case that a person decided stays final while it is reopened, so waiting cases are
# not scanned.
_RECORDS = """
SELECT wanted.app_id, wanted.token_id, standing.risk_level, standing.rejected_for, count(*), max(standing.decided_at)
  FROM {wanted} AS wanted (app_id, token_id)
 CROSS JOIN LATERAL (
    SELECT c.id FROM moderation_case c
     WHERE c.token_id = wanted.token_id AND c.state = 'final'
     ORDER BY c.id DESC
     LIMIT %s
 ) AS theirs
 CROSS JOIN LATERAL (
    SELECT f.risk_level, CASE f.risk_level WHEN 'REJECT' THEN f.risk_label1 ELSE '' END AS rejected_for,
           f.decided_at, f.result_type
      FROM moderation_finalresult f
     WHERE f.case_id = theirs.id AND f.voided_at IS NULL
     ORDER BY f.revision DESC
     LIMIT 1
 ) AS standing
 WHERE standing.result_type = 1
   AND (wanted.app_id IS NULL
        OR EXISTS (SELECT FROM moderation_case c WHERE c.id = theirs.id AND c.app_id = wanted.app_id))
 GROUP BY 1, 2, 3, 4
 ORDER BY 1, 2, count(*) DESC, 4
"""
# PostgreSQL estimates ten rows for an array, and so would plan the statement anew for each result with one subject.
_OF_ONE = _RECORDS.format(wanted="(VALUES (%s::bigint, %s::text))")
_OF_MANY = _RECORDS.format(wanted="unnest(%s::bigint[], %s::text[])")


def key_of(case: Case) -> Key:
    return (case.app_id if case.is_token_separate else None), case.token_id


def records_of(keys: Iterable[Key]) -> dict[Key, Subject]:
    """The records of several subjects; subjects without one are left out."""
    wanted = sorted({key for key in keys if key[1]}, key=str)
    if not wanted:
        return {}
    with prepared_cursor() as cursor:
        if len(wanted) == 1:
            cursor.execute(_OF_ONE, [*wanted[0], NEWEST])
        else:
            cursor.execute(_OF_MANY, [[app for app, _ in wanted], [token_id for _, token_id in wanted], NEWEST])
        counted = groupby(cursor.fetchall(), key=lambda row: row[:2])
    return {key: _record([row[2:] for row in rows]) for key, rows in counted}


def record_of(key: Key) -> Subject:
    return records_of([key]).get(key, Subject())


def _record(counted: Sequence[tuple[str, str, int, datetime]]) -> Subject:
    """Build a record from (verdict, first-level label, count, time of the last)."""
    rejected = [(label, n, last) for verdict, label, n, last in counted if verdict == "REJECT"]
    return Subject(
        decided=sum(n for _, _, n, _ in counted),
        rejected=sum(n for _, n, _ in rejected),
        last_rejected_at=max((last for _, _, last in rejected), default=None),
        rejected_for=tuple((label, n) for label, n, _ in rejected),
    )
