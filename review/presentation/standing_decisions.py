"""Which decision stands for a case: one decision can answer several cases, and only one of them has its task."""

from __future__ import annotations

from collections.abc import Collection

from moderation.models import Case, FinalResult
from review.models import Decision


def of_cases(cases: Collection[Case | int]) -> dict[int, Decision]:
    """By case, the last that was not undone, with its person and task; a case without one is left out. Two queries."""
    answers = FinalResult.objects.filter(case__in=cases, voided_at=None, decision_id__isnull=False)
    by_case = dict(answers.order_by("revision").values_list("case", "decision_id"))
    standing = Decision.objects.filter(undone_at=None).select_related("by", "task")
    decisions = standing.in_bulk([*set(by_case.values())])
    return {case: decisions[pk] for case, pk in by_case.items() if pk in decisions}
