"""Find unaccounted cases with one statement, over everything since the last check that found nothing wrong.

A case is unaccounted when it is queued but has no open task, when it was decided without a final result, when fewer
deliveries of its result exist than were put in the outbox, or when one of them is due later than any schedule allows.
Each of these counts is 0 unless something is broken.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL

log = logging.getLogger(__name__)

CHECK_SECONDS = 60

# A row younger than an hour may still commit after one with a larger id.
_SINCE = """
SELECT coalesce(max(case_id), 0), coalesce(max(checked_at) - interval '1 hour', 'epoch'),
       coalesce(max(final_result_id), 0)
  FROM moderation_accountinganchor
"""
# What lies behind the anchor is given as three values: the planner must know how few rows are newer, or it reads all.
# A case's final result is looked up case by case: joined, all final results were read where many cases are newer.
# The longest retry delay is 24 hours and a fifth.
_FOUND = """
WITH found (kind, case_id) AS (
    SELECT 'waits nowhere', waiting.id
      FROM accounts_app app
     CROSS JOIN LATERAL (
        SELECT c.id
          FROM moderation_case c
         WHERE c.app_id = app.id AND c.state = 'queued'
           AND NOT EXISTS (SELECT FROM review_reviewtask t WHERE t.case_id = c.id AND t.closed_at IS NULL)
     ) waiting
     UNION ALL
    SELECT 'no answer', c.id
      FROM moderation_case c
     WHERE c.id > %s AND c.state = 'final'
       AND (SELECT f.id FROM moderation_finalresult f WHERE f.case_id = c.id AND f.voided_at IS NULL LIMIT 1) IS NULL
     UNION ALL
    SELECT 'no answer', t.case_id
      FROM review_decision d
      JOIN review_reviewtask t ON t.id = d.task_id
     WHERE d.decided_at >= %s AND d.undone_at IS NULL
       AND NOT EXISTS (SELECT FROM moderation_finalresult f WHERE f.decision_id = d.id AND f.voided_at IS NULL)
     UNION ALL
    SELECT 'delivery missing', f.case_id
      FROM moderation_finalresult f
     WHERE f.id > %s AND f.voided_at IS NULL AND f.deliveries_made IS NOT NULL
       AND f.deliveries_made <> (SELECT count(*) FROM moderation_delivery d WHERE d.final_result_id = f.id)
     UNION ALL
    SELECT 'delivery due too late', late.case_id
      FROM moderation_endpoint e
     CROSS JOIN LATERAL (
        SELECT d.case_id
          FROM moderation_delivery d
         WHERE d.endpoint_id = e.id AND d.state = 'pending' AND d.case_id IS NOT NULL
           AND d.due_at > statement_timestamp() + interval '30 hours'
     ) late
)
"""
_COUNT = "".join([_FOUND, "SELECT kind, count(DISTINCT case_id) FROM found GROUP BY GROUPING SETS ((kind), ())"])
_CASES = "".join([_FOUND, "SELECT DISTINCT case_id FROM found"])

KINDS = ("waits nowhere", "no answer", "delivery missing", "delivery due too late")

# The anchor never passes a result of which a delivery is still open.
_ANCHOR = """
INSERT INTO moderation_accountinganchor AS kept (name, case_id, final_result_id, checked_at)
SELECT 'all',
       coalesce((SELECT c.id FROM moderation_case c
                  WHERE c.received_at < statement_timestamp() - interval '1 hour'
                  ORDER BY c.received_at DESC, c.id DESC LIMIT 1), 0),
       least(
           coalesce((SELECT f.id FROM moderation_finalresult f
                      WHERE f.release_at < statement_timestamp() - interval '1 hour'
                      ORDER BY f.id DESC LIMIT 1), 0),
           (SELECT min(d.final_result_id) - 1 FROM moderation_delivery d WHERE d.ended_at IS NULL)),
       statement_timestamp()
    ON CONFLICT (name) DO UPDATE
   SET case_id = greatest(kept.case_id, excluded.case_id),
       final_result_id = greatest(kept.final_result_id, excluded.final_result_id),
       checked_at = excluded.checked_at
"""
_IS_DUE = """
SELECT NOT EXISTS (
    SELECT FROM moderation_accountinganchor WHERE checked_at > statement_timestamp() - make_interval(secs => %s))
"""


@dataclass(frozen=True, slots=True)
class Account:
    """Unaccounted cases: in total, and by kind of fault; one case can have several faults."""

    unaccounted: int
    by_kind: dict[str, int]


def cases() -> RawSQL:
    """The ids of the unaccounted cases."""
    return RawSQL(_CASES, _since())  # noqa: S611 - nothing of it was sent


def account() -> Account:
    """Count now."""
    since = _since()
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, since)
        counted = dict(cursor.fetchall())
    return Account(counted.pop(None, 0), {kind: counted.get(kind, 0) for kind in KINDS})


def _since() -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(_SINCE)
        found: tuple[Any, ...] = cursor.fetchone()
        return found


def check() -> Account | None:
    """At most once in CHECK_SECONDS: log unaccounted cases, or else move the anchor forward."""
    with connection.cursor() as cursor:
        cursor.execute(_IS_DUE, [CHECK_SECONDS])
        if cursor.fetchone() != (True,):
            return None
    found = account()
    if found.unaccounted:
        log.error("%s cases are unaccounted for: %s", found.unaccounted, found.by_kind)
        return found
    with connection.cursor() as cursor:
        cursor.execute(_ANCHOR)
    return found
