"""How an open task came to whoever opens it: escalated, reopened, assigned, or for a second opinion.

The audit knows it; the task keeps only the last note. Ordinary tasks, which nobody handed on, cost no query.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, get_args

from accounts.audit_actions import AuditAction
from accounts.database.cursors import prepared_cursor
from moderation.messages import Stored
from review.models import ReviewTask

Kind = Literal["escalated", "reopened", "assigned", "second-opinion"]
KINDS: tuple[Kind, ...] = get_args(Kind)

# What can be taken back, and what brings a task to a named person. Older rows have the action's former name.
_KIND_OF: Mapping[str, Kind] = {
    AuditAction.CASE_ESCALATED: "escalated",
    AuditAction.CASE_REOPENED: "reopened",
    AuditAction.CASE_ASSIGNED: "assigned",
    AuditAction.CASE_SECOND_OPINION_ASKED: "second-opinion",
    "case.second-opinion": "second-opinion",
}
_ACTIONS = [*_KIND_OF, AuditAction.CASE_SKIPPED, AuditAction.CASE_SNOOZED, AuditAction.CASE_TAKEN_BACK]
_EVENTS = """
SELECT e.on_id::bigint, e.action, coalesce(nullif(u.name, ''), u.email, ''), e.at, e.details
  FROM accounts_auditevent e
  LEFT JOIN accounts_user u ON u.id = e.by_id
 WHERE e.on_type = 'case' AND e.on_id = ANY(%(cases)s) AND e.action = ANY(%(actions)s)
 ORDER BY e.id
"""
# The verdict that stood when the round was opened; that of a grouped task is its leader's.
_EARLIER = """
SELECT DISTINCT ON (t.case_id)
       t.case_id, d.verdict, d.reason, coalesce(nullif(u.name, ''), u.email), d.decided_at, d.note
  FROM unnest(%(cases)s::bigint[], %(rounds)s::int[]) AS wanted (case_id, round)
  JOIN review_reviewtask t ON t.case_id = wanted.case_id AND t.round < wanted.round
  JOIN review_decision d ON d.task_id = coalesce(t.grouped_with_id, t.id) AND d.undone_at IS NULL
  JOIN accounts_user u ON u.id = d.by_id
 WHERE t.state = 'decided'
 ORDER BY t.case_id, t.round DESC
"""


@dataclass(frozen=True, slots=True)
class EarlierVerdict:
    """The verdict of the round before. `reason` is a code of the queue, or ""."""

    verdict: str
    reason: str
    by: str
    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class Origin:
    """`by` is "" when no person did it; `why` then says for what."""

    kind: Kind
    by: str
    at: datetime
    note: str = ""
    why: Stored = None
    earlier: EarlierVerdict | None = None


def of(tasks: Sequence[ReviewTask]) -> dict[int, Origin]:
    """By task; one that came by its place in the queue, or is closed, is left out."""
    handed_on = [task for task in tasks if task.closed_at is None and _is_handed_on(task)]
    if not handed_on:
        return {}
    acts: dict[int, list[tuple[Any, ...]]] = {}
    for case, *act, details in _rows(_EVENTS, cases=[str(task.case_id) for task in handed_on], actions=_ACTIONS):
        acts.setdefault(case, []).append((*act, json.loads(details)))
    earlier = _earlier([task for task in handed_on if task.round > 1])
    found = {task.pk: (task.case_id, _last(acts.get(task.case_id, ()))) for task in handed_on}
    return {
        pk: origin if origin.kind == "second-opinion" else replace(origin, earlier=earlier.get(case))
        for pk, (case, origin) in found.items()
        if origin
    }


def _is_handed_on(task: ReviewTask) -> bool:
    marks = task.round > 1, task.noted_at, task.owner_id, task.state == ReviewTask.State.ESCALATED
    return any(marks)


def _last(acts: Sequence[tuple[Any, ...]]) -> Origin | None:
    """The act that counts, of those since the case was opened again. Taking back undoes the last one."""
    standing: list[Origin | None] = []
    for action, by, at, details in acts:
        if action == AuditAction.CASE_TAKEN_BACK:
            standing[-1:] = []
            continue
        if action == AuditAction.CASE_REOPENED:
            standing = []
        elif action in (AuditAction.CASE_SKIPPED, AuditAction.CASE_ASSIGNED):
            standing = [one for one in standing if one and one.kind in ("escalated", "reopened")]
        standing.append(_origin(action, by, at, details))
    return next((one for one in reversed(standing) if one), None)


def _origin(action: str, by: str, at: datetime, details: Mapping[str, Any]) -> Origin | None:
    """None for an act that may be taken back and hands the task to nobody."""
    kind = _KIND_OF.get(action)
    if kind is None or (kind == "assigned" and not details.get("to")):
        return None
    return Origin(kind, by, at, str(details.get("note") or ""), details.get("why"))


def _earlier(tasks: Sequence[ReviewTask]) -> dict[int, EarlierVerdict]:
    if not tasks:
        return {}
    wanted = {"cases": [task.case_id for task in tasks], "rounds": [task.round for task in tasks]}
    return {case: EarlierVerdict(*facts) for case, *facts in _rows(_EARLIER, **wanted)}


def _rows(statement: str, **wanted: Any) -> list[tuple[Any, ...]]:
    with prepared_cursor() as cursor:
        cursor.execute(statement, wanted)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
