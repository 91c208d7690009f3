"""The vendor's plain human-review body: `{requestId, serviceId, result: {operation, …}, data: {…}}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moderation.contract.evidence import NORMAL, NOTHING_FOUND
from moderation.contract.fields import Fields
from moderation.contract.image_v4 import MAX_NOTES, SUCCESS, read_ids
from moderation.contract.values import Evidence, LabelPath, Result, RiskLevel, Shape

PASSED, FAILED = 1, 2


def is_human_plain(body: Mapping[str, Any]) -> bool:
    result = body.get("result")
    return isinstance(result, dict) and "operation" in result and "code" not in result


def read_human_plain(fields: Fields) -> Result:
    """The reviewers' verdict in those fields. It carries no evidence and no label path, only a description."""
    verdict, data = fields.child("result"), fields.child("data")
    request_id, bt_id = read_ids(fields, data.identifier("btId"))
    passed = _operation(verdict) == PASSED
    return Result(
        request_id=request_id,
        code=SUCCESS,
        shape=Shape.HUMAN_PLAIN,
        raw=fields.values,
        message=fields.text("message"),
        bt_id=bt_id,
        risk_level=RiskLevel.PASS if passed else RiskLevel.REJECT,
        path=LabelPath(NORMAL if passed else ""),
        risk_description=verdict.text("description"),
        result_type=1,
        evidence=Evidence(notes=tuple(fields.notes)[:MAX_NOTES]),
        pass_through=data.values.get("passThrough"),
    )


def plain_as_v4(body: Mapping[str, Any]) -> dict[str, Any]:
    """The v4 fields of a plain body. The body must be one that reads without error."""
    read = read_human_plain(Fields(dict(body)))
    passed = read.risk_level is RiskLevel.PASS
    labels = NOTHING_FOUND if passed else {"riskLabel1": "", "riskLabel2": "", "riskLabel3": ""}
    head = {"code": SUCCESS, "message": "success", "riskLevel": str(read.risk_level), **labels}
    return head | {"riskDescription": read.risk_description, "resultType": 1, "finalResult": 1}


def _operation(verdict: Fields) -> int | None:
    operation = verdict.whole("operation", low=PASSED, high=FAILED)
    if verdict.sent("operation")[1] is None:
        verdict.refuse("operation", f"Missing; send {PASSED} for pass or {FAILED} for fail.")
    return operation
