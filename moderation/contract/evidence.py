"""Read all evidence of one result, and the labels that refer to it."""

from __future__ import annotations

from dataclasses import dataclass

from moderation.contract.boxes import BoxSet
from moderation.contract.fields import Fields
from moderation.contract.recognised_text import read_text
from moderation.contract.values import Evidence, Label, LabelPath, RiskLevel

MAX_LABEL_CHARACTERS = 128
NORMAL = "normal"
# How the contract spells the verdict of a PASS.
NOTHING_FOUND = {"riskLabel1": NORMAL, "riskLabel2": "", "riskLabel3": "", "riskDescription": "Normal"}


@dataclass(frozen=True, slots=True)
class Findings:
    evidence: Evidence
    labels: tuple[Label, ...]


def read_findings(result: Fields) -> Findings:
    """Read every `riskDetail` (top level, labels, disposal), the business labels and `auxInfo.qrContent`."""
    top, disposal = result.child("riskDetail"), result.child("disposal").child("riskDetail")
    labels = [(label, label.child("riskDetail")) for label in result.children("allLabels")]
    boxes = BoxSet()
    boxes.take_in(top)
    shown = [boxes.take_in(detail) for _, detail in labels]
    _take_in_business_labels(result, boxes)
    boxes.take_in(disposal)
    boxes.add_qr_content(result.child("auxInfo").shown_text("qrContent"))
    named = boxes.named()
    evidence = Evidence(
        boxes=tuple(named.values()),
        text=read_text([top, *(detail for _, detail in labels), disposal]),
        face_num=top.whole("face_num"),
        person_num=top.whole("person_num"),
    )
    ids = [tuple(dict.fromkeys(named[key].id for key in keys)) for keys in shown]
    return Findings(evidence, tuple(_read_label(*label, ids) for label, ids in zip(labels, ids, strict=True)))


def read_path(label: Fields) -> LabelPath:
    first, second, third = (label.text(f"riskLabel{n}", limit=MAX_LABEL_CHARACTERS) for n in (1, 2, 3))
    if first.lower() == NORMAL:  # some bodies repeat "normal" on all three levels
        return LabelPath(NORMAL)
    return LabelPath(first, second, third)


def read_risk_level(fields: Fields, *, required: bool = False) -> RiskLevel | None:
    level = fields.choice("riskLevel", tuple(RiskLevel), required=required)
    return RiskLevel(level) if level else None


def _take_in_business_labels(result: Fields, boxes: BoxSet) -> None:
    for label in result.children("businessLabels"):
        detail = label.child("businessDetail")
        if not boxes.take_in(detail) and detail.sent("location")[1] is not None:
            boxes.add(detail, "object", array="objects")


def _read_label(label: Fields, detail: Fields, evidence: tuple[str, ...]) -> Label:
    source = detail.whole("riskSource")
    return Label(
        path=read_path(label),
        risk_level=read_risk_level(label),
        risk_description=label.text("riskDescription"),
        probability=label.probability("probability"),
        confidence_level=label.whole("confidenceLevel"),
        risk_source=label.whole("riskSource") if source is None else source,
        evidence=evidence,
    )
