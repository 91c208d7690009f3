"""Machine results of cases, by the revision that a task refers to, and the label that each suggests."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.database.statements import Statement
from moderation.contract.values import LabelPath, RiskLevel
from moderation.models import LocatedText, MachineResult, PolicyVersion

_OF_CASES = Statement(
    """
    SELECT {result}, {version}, {located}
      FROM moderation_machineresult result
      LEFT JOIN moderation_policyversion version ON version.id = result.policy_version_id
      LEFT JOIN moderation_locatedtext located
             ON located.case_id = result.case_id AND located.revision = result.revision
     WHERE result.case_id IN ({cases})
    """,
    result=MachineResult,
    version=PolicyVersion,
    located=LocatedText,
)


def of_cases(cases: Sequence[int]) -> dict[tuple[int, int], MachineResult]:
    """Every result, by case and revision."""
    found = {}
    for result, version, located in _OF_CASES.rows(cases=cases):
        result.policy_version, result.located = version, located
        found[result.case_id, result.revision] = result
    return found


def suggestion(machine: MachineResult) -> LabelPath | None:
    """The label of a rejection without a reason: the machine's own, else its most probable one that it did not pass."""
    if machine.risk_label1 not in ("", "normal"):
        return LabelPath(machine.risk_label1, machine.risk_label2, machine.risk_label3)
    risky = [label for label in machine.result.labels if label.risk_level != RiskLevel.PASS]
    surest = max(risky, key=lambda label: label.probability or 0, default=None)
    return surest.path if surest and surest.path.risk_label1 not in ("", "normal") else None
