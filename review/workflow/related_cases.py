"""What the stage shows beside a picture: earlier verdicts on the same picture, and how many more of its subject wait.

Both read from the newest case back, up to a limit, so that neither a picture posted very often nor a subject with very
many cases makes a lease slow. That scan reads ids only: its index has them in order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts import permissions
from accounts.database.cursors import prepared_cursor
from accounts.models import User
from accounts.roles import Permission
from moderation import subjects
from review.models import ReviewTask
from review.permissions import queues_seen_by

NEWEST_COPIES = 200
NEWEST_CASES = 1000
SHOWN = 3  # earlier verdicts on one picture

# Standing verdicts on other cases with the same picture, newest first; copies that were decided together count as one
# verdict. Only cases that the person may see.
_SEEN_BEFORE = """
SELECT wanted.task, seen.case_id, seen.risk_level, seen.decided_at, coalesce(nullif(u.name, ''), u.email, '')
  FROM unnest(%(tasks)s::bigint[], %(cases)s::bigint[], %(pictures)s::text[]) AS wanted (task, case_id, picture)
 CROSS JOIN LATERAL (
    SELECT DISTINCT ON (standing.decided_at, coalesce(standing.decision_id::text, copy.case_id::text))
           copy.case_id, standing.risk_level, standing.decided_at, standing.decision_id
      FROM (SELECT f.case_id
              FROM moderation_picturefetch f
             WHERE f.picture_id = wanted.picture AND f.case_id <> wanted.case_id
             ORDER BY f.case_id DESC
             LIMIT %(newest)s) AS copy
     CROSS JOIN LATERAL (
        SELECT r.risk_level, r.decided_at, r.decision_id, r.result_type
          FROM moderation_finalresult r
         WHERE r.case_id = copy.case_id AND r.voided_at IS NULL
         ORDER BY r.revision DESC
         LIMIT 1) AS standing
     WHERE standing.result_type = 1
       AND (%(sees_all)s OR EXISTS (
            SELECT FROM review_reviewtask t WHERE t.case_id = copy.case_id AND t.queue_id = ANY(%(queues)s::bigint[])))
     ORDER BY standing.decided_at DESC, coalesce(standing.decision_id::text, copy.case_id::text)
     LIMIT %(shown)s) AS seen
  LEFT JOIN review_decision d ON d.id = seen.decision_id
  LEFT JOIN accounts_user u ON u.id = d.by_id
 ORDER BY wanted.task, seen.decided_at DESC
"""
_WAITING = """
SELECT wanted.task, count(*), count(*) FILTER (WHERE t.queue_id = wanted.queue)
  FROM unnest(%(tasks)s::bigint[], %(cases)s::bigint[], %(apps)s::bigint[], %(tokens)s::text[], %(lines)s::bigint[])
       AS wanted (task, case_id, app, token_id, queue)
 CROSS JOIN LATERAL (
    SELECT c.id
      FROM moderation_case c
     WHERE c.token_id = wanted.token_id AND c.token_id <> ''
     ORDER BY c.id DESC
     LIMIT %(newest)s) AS theirs
  JOIN review_reviewtask t ON t.case_id = theirs.id AND t.closed_at IS NULL
 WHERE theirs.id <> wanted.case_id AND t.state = 'waiting'
   AND t.queue_id IN (SELECT m.queue_id FROM review_membership m WHERE m.user_id = %(user)s AND NOT m.practises)
   AND (wanted.app IS NULL OR EXISTS (SELECT FROM moderation_case c WHERE c.id = theirs.id AND c.app_id = wanted.app))
 GROUP BY wanted.task
"""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A verdict that stands on another case with the same picture. `by` is "" if no user of ours gave it."""

    case_id: int
    verdict: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many other cases of the subject wait in the person's queues, and how many of them in this one's queue."""

    in_all: int = 0
    here: int = 0


def seen_before(tasks: Sequence[ReviewTask], *, user: User) -> dict[int, list[Earlier]]:
    """By task, the newest first and at most `SHOWN` of each."""
    shown = [task for task in tasks if task.case.picture_fetch.picture_id]
    if not shown:
        return {}
    sees_all = permissions.may(user, Permission.SEE_ALL_QUEUES)
    wanted = {
        "tasks": [task.pk for task in shown],
        "cases": [task.case_id for task in shown],
        "pictures": [task.case.picture_fetch.picture_id for task in shown],
        "queues": [] if sees_all else [queue.pk for queue in queues_seen_by(user)],
    }
    found: dict[int, list[Earlier]] = {}
    for task, *facts in _rows(_SEEN_BEFORE, wanted | {"sees_all": sees_all, "newest": NEWEST_COPIES, "shown": SHOWN}):
        found.setdefault(task, []).append(Earlier(*facts))
    return found


def waiting(tasks: Sequence[ReviewTask], *, user: User) -> dict[int, Waiting]:
    """By task; one whose subject has nothing else waiting for this person is left out."""
    named = [task for task in tasks if task.case.token_id]
    if not named or not permissions.may(user, Permission.DECIDE):
        return {}
    keys = [subjects.key_of(task.case) for task in named]
    wanted = {
        "tasks": [task.pk for task in named],
        "cases": [task.case_id for task in named],
        "apps": [app for app, _ in keys],
        "tokens": [token_id for _, token_id in keys],
        "lines": [task.queue_id for task in named],
        "user": user.pk,
    }
    return {task: Waiting(*counts) for task, *counts in _rows(_WAITING, wanted | {"newest": NEWEST_CASES})}


def _rows(statement: str, wanted: dict[str, Any]) -> list[tuple[Any, ...]]:
    with prepared_cursor() as cursor:
        cursor.execute(statement, wanted)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
