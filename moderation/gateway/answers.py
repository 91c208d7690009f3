"""The answers of calls: what became of their pictures, in the contract's fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import F

from moderation.api.case_json import released_results
from moderation.gateway.moderate import Looked
from moderation.intake.accept import Accepted
from moderation.intake.answers import answer
from moderation.models import Case, FinalResult, MachineResult


def answers_of(looked: Sequence[Looked], accepted: Sequence[Accepted]) -> list[dict[str, Any]]:
    """One for each picture, in their order: that of its case, or why it was refused."""
    told = iter(answers_about([one.case for one in accepted]))
    return [next(told) if one.is_stored else one.body for one in looked]


def answers_about(cases: Sequence[Case]) -> list[dict[str, Any]]:
    """What backends may know about these cases now: the last final result that is released, or else what policy made
    of the machine's.
    """
    standing = MachineResult.objects.filter(case__in=cases, revision=F("case__stands_on"))
    machines = {one.case_id: one for one in standing}
    finals = _released(cases)
    return [answer(case, machines[case.pk], finals.get(case.pk)) for case in cases]


def _released(cases: Sequence[Case]) -> dict[int, FinalResult]:
    found = released_results().filter(case__in=cases)
    return {one.case_id: one for one in found.order_by("case_id", "-revision").distinct("case_id")}
