"""Bodies that are the head of a result alone, as the detection service's reviewers send them: a verdict or a level, a
label and perhaps a `disposal`, without evidence. They are merged onto the machine's result and never take its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moderation.contract.evidence import NORMAL
from moderation.contract.result_body import is_mapped_from, machine_v4
from moderation.contract.values import Result, RiskLevel, Shape

_EVIDENCE = ("riskDetail", "allLabels", "businessLabels")
_OLDER = (Shape.IMAGE_V2, Shape.DECISION_LABELS)
_REVIEWERS = (Shape.HUMAN_COMBINED, Shape.HUMAN_PLAIN)


def is_head(result: Result) -> bool:
    """Whether the result says nothing of its own about the picture but a level and a label. A machine's PASS or REJECT
    without labels is no head: it has nothing more to say.
    """
    if not result.succeeded or result.shape in _OLDER:
        return False
    if result.shape in _REVIEWERS or result.result_type == 1:
        return not _has_evidence(result)
    undecided = result.final_result == 0 or result.risk_level == RiskLevel.REVIEW
    return undecided and not any(name in result.raw for name in _EVIDENCE)


def with_head(machine_raw: Mapping[str, Any], head: Result) -> dict[str, Any]:
    """The machine's v4 body with the head of an undecided one: its level, its labels if it names any, its disposal."""
    machine = machine_v4(machine_raw)
    said = {"riskLevel": str(head.risk_level), **_labels(head)}
    if not is_mapped_from(machine, said):
        machine.pop("disposal", None)
    disposal = disposal_of(head.raw)
    return {**machine, **said, "finalResult": head.final_result} | ({"disposal": disposal} if disposal else {})


def disposal_of(raw: Mapping[str, Any]) -> Mapping[str, Any] | None:
    disposal = raw.get("disposal")
    return disposal if isinstance(disposal, Mapping) and disposal else None


def _has_evidence(result: Result) -> bool:
    evidence = result.evidence
    text = evidence.text
    return bool(result.labels or evidence.boxes or text.text or text.spans or text.unresolved)


def _labels(head: Result) -> dict[str, str]:
    path = head.path
    if path.risk_label1 in ("", NORMAL):
        return {}
    names = ("riskLabel1", "riskLabel2", "riskLabel3", "riskDescription")
    values = (path.risk_label1, path.risk_label2, path.risk_label3, head.risk_description or str(path))
    return dict(zip(names, values, strict=True))
