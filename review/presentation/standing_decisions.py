"""Which decision stands for a case: one decision can answer several cases, and only one of them has its task."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from moderation.models import Case, FinalResult
from review.models import Decision


def of_cases(cases: Collection[Case | int]) -> dict[int, Decision]:
    """By case, the last that was not undone, with its person and task; a case without one is left out. Two queries."""
    answers = FinalResult.objects.filter(case__in=cases, voided_at=None, decision_id__isnull=False)
    return _decisions(dict(answers.order_by("revision").values_list("case", "decision_id")))


def with_results(cases: Collection[Case]) -> tuple[dict[int, Decision], dict[int, FinalResult]]:
    """The same, and the last result of each case, without its body. Two queries."""
    results = list(FinalResult.objects.filter(case__in=cases, voided_at=None).order_by("revision").defer("body"))
    by_case = {one.case_id: one.decision_id for one in results if one.decision_id}
    return _decisions(by_case), {one.case_id: one for one in results}


def _decisions(by_case: Mapping[int, UUID | None]) -> dict[int, Decision]:
    standing = Decision.objects.filter(undone_at=None).select_related("by", "task")
    decisions = standing.in_bulk([*set(by_case.values())]) if by_case else {}
    return {case: decisions[pk] for case, pk in by_case.items() if pk in decisions}
