"""What a call of our own gateway is answered: the engines' result as the policy sees it, in the contract's fields."""

from __future__ import annotations

from typing import Any

from moderation.contract import json_text
from moderation.contract.evidence import NORMAL, UNNAMED
from moderation.contract.image_v4 import SUCCESS
from moderation.contract.result_body import with_listed
from moderation.contract.values import LabelPath, RiskLevel
from moderation.models import Case, FinalResult, MachineResult
from moderation.policy import BUILT_IN_TAXONOMY, Outcome


def answer(case: Case, machine: MachineResult, final: FinalResult | None = None) -> dict[str, Any]:
    """An image v4 body. `machine` is the result that the case stands on, `final` its last final result that backends
    may know: then the answer is that. What waits for a person is REVIEW with `finalResult` 0, whatever the machine
    said.
    """
    if final is not None:
        told: dict[str, Any] = json_text.loads(final.body.encode())
        return told
    body = dict(machine.body)
    if machine.code != SUCCESS:
        return body
    body |= _head(machine) | {"resultType": 0} | ({"dataId": case.data_id} if case.data_id else {})
    return with_listed(body, machine.listed)


def callback_body(case: Case, machine: MachineResult) -> dict[str, Any]:
    """The same as a callback: an item of a batch comes in the envelope of one."""
    body = answer(case, machine)
    if not case.bt_id:
        return body
    return {"requestId": case.request_id, "code": SUCCESS, "message": "success", "imgs": [body]}


def _head(machine: MachineResult) -> dict[str, Any]:
    if machine.route["outcome"] != Outcome.QUEUED:
        return {"finalResult": 1}
    review = {"riskLevel": RiskLevel.REVIEW.value, "finalResult": 0}
    named = _deciding(machine)
    if named is None:
        return review
    path, description = named
    levels = (path.risk_label1, path.risk_label2, path.risk_label3)
    names = {f"riskLabel{place}": level for place, level in enumerate(levels, start=1)}
    return review | names | {"riskDescription": description or ":".join(filter(None, levels))}


def _deciding(machine: MachineResult) -> tuple[LabelPath, str] | None:
    """The label for which policy asks a person, where it is not the one that the result names."""
    chain = machine.route.get("chain") or [{"label": ""}]
    wanted = chain[0]["label"]
    for label in machine.result.labels if wanted else ():
        if "/".join(BUILT_IN_TAXONOMY.key(label.path)).rstrip("/") == wanted:
            return label.path, label.risk_description
    return (LabelPath(UNNAMED), "") if machine.risk_label1 in ("", NORMAL) else None
