"""Machine results of cases, by the revision that a task refers to."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.database.statements import Statement
from moderation.models import MachineResult, PolicyVersion

_OF_CASES = Statement(
    """
    SELECT {result}, {version}
      FROM moderation_machineresult result
      LEFT JOIN moderation_policyversion version ON version.id = result.policy_version_id
     WHERE result.case_id IN ({cases})
    """,
    result=MachineResult,
    version=PolicyVersion,
)


def of_cases(cases: Sequence[int]) -> dict[tuple[int, int], MachineResult]:
    """Every result, by case and revision."""
    found = {}
    for result, version in _OF_CASES.rows(cases=cases):
        result.policy_version = version
        found[result.case_id, result.revision] = result
    return found
