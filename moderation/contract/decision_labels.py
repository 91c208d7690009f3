"""Read the product page's older shape: `decision` and `labels[]` with `l1`–`l3`, `confidence` 0–1000 and a `bbox`.

It is checked as sent, then translated to image v4 fields and read as those: one reader, one kind of evidence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from moderation.contract.evidence import MAX_LABEL_CHARACTERS, NOTHING_FOUND, as_score, strongest
from moderation.contract.fields import NOTHING, Fields, as_number
from moderation.contract.image_v4 import SUCCESS, read_image_v4
from moderation.contract.values import Result, RiskLevel, Shape

_LEVELS = {"block": RiskLevel.REJECT, "review": RiskLevel.REVIEW, "allow": RiskLevel.PASS}
_MAX_CONFIDENCE = 1000
_ROUNDING = Decimal("0.5")


def is_decision_labels(body: Mapping[str, Any]) -> bool:
    return "decision" in body and "riskLevel" not in body


def read_decision_labels(fields: Fields) -> Result:
    """The result in those fields; errors are added to `fields.errors` with pointers into the body as sent."""
    errors_before = len(fields.errors)
    labels = strongest(fields, "labels", _strength)
    _check(fields, labels)
    sound = len(fields.errors) == errors_before
    read = fields.values | {"labels": [label.values for label in labels]}
    translated = to_image_v4(read) if sound else {**_head(fields.values), "riskLevel": RiskLevel.PASS}
    result = read_image_v4(Fields(translated, pointer=fields.pointer, errors=fields.errors, notes=fields.notes))
    sent = fields.length("labels")
    return replace(result, shape=Shape.DECISION_LABELS, raw=fields.values, labels_sent=sent)


def to_image_v4(body: Mapping[str, Any]) -> dict[str, Any]:
    """The equivalent image v4 result; unknown fields stay. The body must be one that reads without error."""
    labels = [_to_label(label) for label in body.get("labels") or () if label]
    level = _LEVELS[body["decision"]]
    surest: dict[str, Any] = max(labels, key=lambda label: label.get("probability", -1), default={})
    verdict = NOTHING_FOUND if level is RiskLevel.PASS else {name: surest.get(name, "") for name in NOTHING_FOUND}
    return {**_head(body), "riskLevel": level.value, **verdict, "allLabels": labels}


def _head(body: Mapping[str, Any]) -> dict[str, Any]:
    head = {key: value for key, value in body.items() if key not in ("decision", "labels")}
    return head | {"code": SUCCESS if body.get("code") in NOTHING else body["code"]}


def _to_label(label: Mapping[str, Any]) -> dict[str, Any]:
    names = [name for n in (1, 2, 3) if (name := label.get(f"l{n}_name") or label.get(f"l{n}"))]
    translated: dict[str, Any] = {f"riskLabel{n}": label.get(f"l{n}") or "" for n in (1, 2, 3)}
    translated["riskDescription"] = ": ".join(names)
    confidence = as_number(label.get("confidence"))
    if confidence is not None:
        translated["probability"] = Decimal(confidence) / _MAX_CONFIDENCE
    if label.get("bbox"):
        box = {"name": names[-1] if names else "", "location": label["bbox"]}
        translated["riskDetail"] = {"objects": [box]}
    return translated


def _strength(label: Any) -> Decimal | float:
    return as_score(label.get("confidence")) if isinstance(label, dict) else 0.0


def _check(fields: Fields, labels: Sequence[Fields]) -> None:
    fields.choice("decision", tuple(_LEVELS), required=True)
    for label in labels:
        for n in (1, 2, 3):
            label.text(f"l{n}", limit=MAX_LABEL_CHARACTERS)
            label.text(f"l{n}_name")
        key, confidence = label.sent("confidence")
        number = as_number(confidence)
        if confidence is not None and (number is None or not -_ROUNDING <= number <= _MAX_CONFIDENCE + _ROUNDING):
            label.refuse(key, f"Send a number from 0 to {_MAX_CONFIDENCE}.")
