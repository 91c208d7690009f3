"""What the customer will read and has read, in their own labels."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from moderation.contract import json_text
from moderation.contract.values import RiskLevel
from moderation.disposal import in_force
from moderation.models import Case, FinalResult, MachineResult
from review.presentation.task_schema import FactJson
from review.workflow.machine_results import suggestion


def answer_to(case: Case, machine: MachineResult) -> list[FactJson]:
    """What a rejection for the machine's own label is answered as; nothing where the app maps none, or not this one."""
    path = suggestion(machine)
    told = path and in_force.disposal_of(case.app_id, level=RiskLevel.REJECT, path=path)
    if not told:
        return []
    return [{"name": gettext("A rejection is told as"), "values": [{"text": _in_words(told)}]}]


def told_with(result: FinalResult) -> str:
    """The `disposal` of a final result; "" for none."""
    body = json_text.loads(result.body.encode()) if '"disposal"' in result.body else {}
    return _in_words(body.get("disposal") or {})


def _in_words(disposal: dict[str, Any]) -> str:
    texts = {name: value for name, value in disposal.items() if isinstance(value, str)}
    labels = filter(None, (texts.get(f"riskLabel{n}") for n in (1, 2, 3)))
    said = (texts.get("riskLevel"), " › ".join(labels), texts.get("riskDescription"))
    return " · ".join(dict.fromkeys(filter(None, said)))
