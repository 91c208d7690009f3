"""What a call of our own gateway is answered: the engines' result as the policy sees it, in the contract's fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moderation import labels
from moderation.contract import json_text
from moderation.contract.evidence import NORMAL, UNNAMED
from moderation.contract.image_v4 import SUCCESS
from moderation.contract.result_body import is_mapped_from, machine_result, with_listed
from moderation.contract.values import LabelPath, RiskLevel
from moderation.disposal.in_force import disposal_of
from moderation.models import Case, FinalResult, MachineResult
from moderation.policy import Outcome


def answer(case: Case, machine: MachineResult, final: FinalResult | None = None) -> dict[str, Any]:
    """An image v4 body. `machine` is the result that the case stands on, `final` its last final result that backends
    may know: then the answer is that. What waits for a person is REVIEW with `finalResult` 0, whatever the machine
    said.
    """
    if final is not None:
        told: dict[str, Any] = json_text.loads(final.body.encode())
        return told
    body = {"requestId": str(case), "code": machine.code, "message": ""} | dict(machine_result(machine.body))
    if machine.code != SUCCESS:
        return body
    head = _head(machine)
    body |= {"resultType": 0} | ({"dataId": case.data_id} if case.data_id else {})
    return with_listed(_in_own_labels(case, body, body | head), machine.listed)


def _in_own_labels(case: Case, machine: Mapping[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    """With the verdict in the customer's own labels: as the app maps them, else as an engine did for this verdict. What
    waits for a person does not pass in them.
    """
    levels = [body.get(f"riskLabel{place}") or "" for place in (1, 2, 3)]
    own = disposal_of(case.app_id, level=RiskLevel(body["riskLevel"]), path=LabelPath(*levels))
    if own:
        return body | {"disposal": own}
    names = ("riskLevel", "riskLabel1", "riskLabel2", "riskLabel3")
    verdict: dict[str, Any] = {name: body[name] for name in names if name in body}
    is_kept = is_mapped_from(machine, verdict) and not _passes_too_early(body)
    return body if is_kept else {name: value for name, value in body.items() if name != "disposal"}


def _passes_too_early(body: Mapping[str, Any]) -> bool:
    disposal = body.get("disposal")
    passes = isinstance(disposal, Mapping) and disposal.get("riskLevel") == RiskLevel.PASS
    return passes and body["riskLevel"] == RiskLevel.REVIEW


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
    taxonomy = labels.in_force()
    for label in machine.result.labels if wanted else ():
        if "/".join(taxonomy.key(label.path)).rstrip("/") == wanted:
            return label.path, label.risk_description
    return (LabelPath(UNNAMED), "") if machine.risk_label1 in ("", NORMAL) else None
