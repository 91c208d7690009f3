"""Write what engines found as the body of the image v4 contract. `moderation.contract` reads it back as it was."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from moderation.contract.evidence import NORMAL, NOTHING_FOUND
from moderation.contract.image_v4 import SUCCESS
from moderation.contract.values import Label, LabelPath, RiskLevel
from moderation.engines.detail import Details
from moderation.engines.join import BETWEEN_ENGINES, STRICTNESS, verdict_of, weight
from moderation.engines.protocol import Findings
from moderation.messages import english

NO_RISK, IN_TEXT, IN_PICTURE = 1000, 1001, 1002
DIGITS = 6  # of a probability
UNNAMED = "unnamed"
"""The first level of a verdict that its engine gave no label for."""


def v4_result(
    found: Findings,
    *,
    request_id: str,
    bt_id: str = "",
    size: tuple[int, int] | None = None,
    segments: int = 1,
    not_checked: Collection[str] = (),
    aux: Mapping[str, Any] | None = None,
    at_least: RiskLevel = RiskLevel.PASS,
    final_result: int = 1,
) -> dict[str, Any]:
    """A complete, successful v4 result. `size` is the picture's, in pixels; `aux` is added to `auxInfo`
    (`downloadTime`, `passThrough` …); with `at_least` the verdict is no milder than that. Where an engine of the chain
    failed it is REVIEW or REJECT, never PASS.
    """
    details = Details(found.evidence, found.sources, size)
    verdict = _verdict(found, at_least)
    body = {
        **found.extras,
        "requestId": request_id,
        "code": SUCCESS,
        "message": "success",
        **_head(verdict),
        "resultType": 0,
        "finalResult": final_result,
        "riskDetail": details.whole(_risk_source(verdict)),
        "auxInfo": _aux(found, segments, not_checked) | dict(aux or {}),
        "allLabels": [_label(label, details, found.sources) for label in found.labels],
    }
    return body | ({"btId": bt_id} if bt_id else {})


def _verdict(found: Findings, at_least: RiskLevel) -> Label:
    verdict = verdict_of(found)
    floor = max(at_least, RiskLevel.REVIEW if found.failed else RiskLevel.PASS, key=STRICTNESS.__getitem__)
    if STRICTNESS[verdict.risk_level] >= STRICTNESS[floor]:
        return verdict
    surest = max(found.labels, key=weight, default=Label(LabelPath(UNNAMED)))
    return Label(surest.path, floor, surest.risk_description, risk_source=surest.risk_source)


def _head(verdict: Label) -> dict[str, str]:
    if verdict.risk_level in (None, RiskLevel.PASS):
        return {"riskLevel": RiskLevel.PASS.value, **NOTHING_FOUND}
    path = verdict.path if verdict.path.risk_label1 not in ("", NORMAL) else LabelPath(UNNAMED)
    return {"riskLevel": str(verdict.risk_level), **_names(path, verdict.risk_description)}


def _names(path: LabelPath, description: str) -> dict[str, str]:
    levels = (path.risk_label1, path.risk_label2, path.risk_label3)
    names = {f"riskLabel{place}": level for place, level in enumerate(levels, start=1)}
    return names | {"riskDescription": description or ":".join(filter(None, levels))}


def _risk_source(verdict: Label) -> int:
    if verdict.risk_level in (None, RiskLevel.PASS):
        return NO_RISK
    return verdict.risk_source or IN_PICTURE


def _label(label: Label, details: Details, sources: Mapping[str, str]) -> dict[str, Any]:
    body: dict[str, Any] = {"riskLevel": str(label.risk_level)} if label.risk_level else {}
    body |= _names(label.path, label.risk_description)
    if label.probability is not None:
        body["probability"] = round(label.probability, DIGITS)
    if label.confidence_level is not None:
        body["confidenceLevel"] = label.confidence_level
    body["riskDetail"] = details.part(label.evidence, label.risk_source)
    return body | ({"engine": source} if (source := sources.get(str(label.path))) else {})


def _aux(found: Findings, segments: int, not_checked: Collection[str]) -> dict[str, Any]:
    told: dict[str, Sequence[str]] = {
        "notChecked": sorted(not_checked),
        "failedEngines": [english(why) for why in found.failed],
        "engineNotes": found.evidence.notes,
    }
    codes = [box.qr_content for box in found.evidence.boxes if box.qr_content]
    aux: dict[str, Any] = {"segments": segments, "engines": found.source.split(BETWEEN_ENGINES)}
    aux |= {"qrContent": codes[0]} if codes else {}
    return aux | {name: list(values) for name, values in told.items() if values}
