"""What the machine said about cases, as the tasks that stand for them ask for it."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.database.prepared_query import AnyOf, composed
from moderation.models import MachineResult

_OF_CASES = composed(lambda: MachineResult.objects.filter(AnyOf("case", "cases")).select_related("policy_version"))


def of_cases(cases: Sequence[int]) -> dict[tuple[int, int], MachineResult]:
    """Every result, by case and revision."""
    return {(one.case_id, one.revision): one for one in _OF_CASES(cases=list(cases))}
