"""The image v4 result, and the vendor's combined human-review body, which is its head alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from moderation.contract.evidence import NORMAL, read_findings, read_path, read_risk_level
from moderation.contract.fields import MAX_INT32, Fields, as_number
from moderation.contract.further_labels import read_disposal, read_stream_id, read_subject_labels
from moderation.contract.oddities import note_oddities
from moderation.contract.subject_risks import read_subject_risks
from moderation.contract.typed.results import read_typed
from moderation.contract.values import LabelPath, Result, RiskLevel, Shape

SUCCESS = 1100
MAX_NOTES = 50
_HAS_EVIDENCE = ("riskDetail", "allLabels", "auxInfo")


def read_image_v4(fields: Fields) -> Result:
    """The result in those fields; errors are added to `fields.errors`.

    When `code` is not 1100 only code, message and the ids are read: nothing else is guaranteed then.
    """
    result = read_typed(fields) or read_by_field(fields)
    if not fields.notes:
        return result
    return replace(result, evidence=replace(result.evidence, notes=tuple(fields.notes)[:MAX_NOTES]))


def read_by_field(fields: Fields) -> Result:
    """As `read_image_v4`, without notes, for any body: the reading that names every mistake."""
    code = _read_code(fields)
    request_id, bt_id = read_ids(fields, fields.identifier("btId"))
    result = Result(request_id, code, Shape.IMAGE_V4, fields.values, fields.text("message"), bt_id)
    return _with_verdict(result, fields) if code == SUCCESS else result


def says_failed(body: Mapping[str, Any]) -> bool:
    """Whether the body's `code`, a number or a string of one, is not success. A missing or unreadable one is not."""
    code = as_number(body.get("code"))
    return code is not None and code != SUCCESS


def read_ids(fields: Fields, bt_id: str) -> tuple[str, str]:
    """(requestId of the batch, btId): a batch item's own requestId may be the two joined by an underscore."""
    request_id = fields.identifier("requestId", required=True)
    return (request_id.removesuffix(f"_{bt_id}") or request_id) if bt_id else request_id, bt_id


def _with_verdict(result: Result, fields: Fields) -> Result:
    note_oddities(fields)
    level = read_risk_level(fields, required=True)
    result_type = _zero_or_one(fields, "resultType", default=0)
    found, aux = read_findings(fields), fields.child("auxInfo")
    return replace(
        result,
        shape=Shape.HUMAN_COMBINED if _is_combined(fields, result_type) else Shape.IMAGE_V4,
        risk_level=level,
        path=_verdict_path(fields, level),
        risk_description=fields.text("riskDescription"),
        result_type=result_type,
        final_result=_zero_or_one(fields, "finalResult", default=1),
        labels=found.labels,
        labels_sent=found.labels_sent,
        evidence=found.evidence,
        subject_risks=read_subject_risks(fields),
        business_labels=found.business_labels,
        subject_labels=read_subject_labels(fields),
        disposal=read_disposal(fields),
        stream_id=read_stream_id(aux),
        segments=aux.whole("segments"),
        pass_through=aux.values.get("passThrough"),
    )


def _is_combined(fields: Fields, result_type: int) -> bool:
    return result_type == 1 and not any(name in fields.values for name in _HAS_EVIDENCE)


def _verdict_path(fields: Fields, level: RiskLevel | None) -> LabelPath:
    path = read_path(fields)
    if path.risk_label1 or level is RiskLevel.PASS:
        return path if path.risk_label1 else LabelPath(NORMAL)
    fields.note("the verdict names no riskLabel1")
    return path


def _read_code(fields: Fields) -> int:
    """The code; SUCCESS when it is unreadable, so that the other fields' errors are found too."""
    key, value = fields.sent("code")
    number = as_number(value)
    if number is not None and -MAX_INT32 <= number <= MAX_INT32 and number == int(number):
        return int(number)
    fields.refuse(key, "Missing or not a whole number; send the response code, for instance 1100.")
    return SUCCESS


def _zero_or_one(fields: Fields, name: str, *, default: int) -> int:
    key, value = fields.sent(name)
    if value is None:
        return default
    number = as_number(value)
    if number in (0, 1):
        return int(number == 1)
    fields.refuse(key, "Send 0 or 1.")
    return default
