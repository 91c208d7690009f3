"""How the cases that a search finds ended or wait, counted over the newest of them, never over all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models.functions import Now

from accounts.models import User
from moderation.contract.values import RiskLevel
from moderation.results import standing
from review.cases import bounded_read, search
from review.cases.search import Filters
from review.models import ReviewTask, Verdict
from review.presentation import standing_decisions

MOST_COUNTED = 500
PATIENCE_MS = 120
KINDS = (
    *("waiting", "escalated", "leased", "snoozed"),
    *("passed", "rejected", "policy-passed", "policy-rejected", "other"),
)


@dataclass(frozen=True, slots=True)
class OutcomeCounts:
    """`total` cases by kind. `is_all`: there are no more than these."""

    by_kind: dict[str, int]
    total: int
    is_all: bool


def of_states(kinds: Sequence[str]) -> OutcomeCounts:
    """Of a list that is all there."""
    counted = Counter(kinds)
    return OutcomeCounts({kind: counted[kind] for kind in KINDS if counted[kind]}, len(kinds), is_all=True)


def count(filters: Filters, *, user: User) -> OutcomeCounts | None:
    """None when even the newest few hundred cannot be read quickly."""
    try:
        cases = search.newest(filters, user=user, most=MOST_COUNTED + 1, milliseconds=PATIENCE_MS)
    except bounded_read.TooWide:
        return None
    return _of(cases[:MOST_COUNTED], is_all=len(cases) <= MOST_COUNTED)


def _of(cases: Sequence[int], *, is_all: bool) -> OutcomeCounts:
    kinds = dict.fromkeys(cases, "other") | _by_policy(cases) | _decided(cases) | _open(cases)
    counted = Counter(kinds.values())
    return OutcomeCounts({kind: counted[kind] for kind in KINDS if counted[kind]}, len(cases), is_all)


def _by_policy(cases: Sequence[int]) -> dict[int, str]:
    found = standing(cases)
    alone = {case: one.risk_level for case, one in found.items() if one.result_type == 0}
    return {case: "policy-passed" if level == RiskLevel.PASS else "policy-rejected" for case, level in alone.items()}


def _decided(cases: Sequence[int]) -> dict[int, str]:
    found = standing_decisions.of_cases(cases)
    return {case: "passed" if one.verdict == Verdict.PASS else "rejected" for case, one in found.items()}


def _open(cases: Sequence[int]) -> dict[int, str]:
    tasks = ReviewTask.objects.filter(case__in=cases, closed_at=None).annotate(now=Now())
    return {task.case_id: _kind(task) for task in tasks.only("case", "state", "leased_until")}


def _kind(task: ReviewTask) -> str:
    if task.is_leased(at=task.now):  # type: ignore[attr-defined] # annotated above
        return "leased"
    return {"escalated": "escalated", "snoozed": "snoozed"}.get(task.state, "waiting")
