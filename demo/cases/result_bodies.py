"""Image v4 results about drawings: CONTRACT §1 and §2, in our own words."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any, Literal

from demo.cases.sightings import Sighting, TextForm, boxes, sightings, text_evidence
from demo.cases.subjects import Subject, token_labels, token_lists
from demo.pictures.drawing import Drawing
from demo.scenes.findings import TEXT_SOURCE, Finding
from demo.scenes.scenes import Scene

Outcome = Literal["unsure", "passed", "rejected"]  # unsure waits for a human; the others are final already

_NO_RISK = 1000
_REJECT_FROM, _REVIEW_FROM = 0.86, 0.3  # probability at which this account's labels change their level
_ORDER = ("PASS", "REVIEW", "REJECT")
# bounds of the likeliest label's probability
_BOUNDS: dict[Outcome, tuple[float, float]] = {
    "unsure": (0.32, 0.97),
    "passed": (0.02, 0.25),
    "rejected": (0.9, 0.995),
}


@dataclass(frozen=True, slots=True)
class Account:
    """The form of one customer account's results."""

    chinese: bool
    text: TextForm
    with_business: bool = False
    with_disposal: bool = False


def result_body(
    request_id: str,
    request: dict[str, Any],
    scene: Scene,
    drawing: Drawing,
    subject: Subject,
    account: Account,
    outcome: Outcome,
    rng: Random,
) -> dict[str, Any]:
    """A successful result (`code` 1100) whose boxes and spans are those of the drawing."""
    seen, text = sightings(drawing, rng), text_evidence(drawing, account.text)
    labels = _labels(scene, seen, text, account, outcome, rng)
    top = max(labels, key=lambda label: (_ORDER.index(label["riskLevel"]), label["probability"]), default=None)
    level = top["riskLevel"] if top else "PASS"
    body: dict[str, Any] = {
        "requestId": request_id,
        "code": 1100,
        "message": "success",
        "riskLevel": level,
        **(_path_of(top) if top and level != "PASS" else _normal(account)),
        "resultType": 0,
        "finalResult": 0 if outcome == "unsure" else 1,
        "riskDetail": _whole_detail(
            seen, text, top["riskDetail"]["riskSource"] if top and level != "PASS" else _NO_RISK
        ),
        "auxInfo": _aux_info(request, drawing, rng),
        "allLabels": labels,
    }
    if account.with_business and (faces := [s for s in seen if s.mark.kind == "face"]):
        body["businessLabels"] = [_business_label(faces, rng)]
    if account.with_disposal:
        body["disposal"] = _disposal(level)
    if subject.risks and rng.random() < 0.75:
        body["tokenLabels"] = token_labels(subject, rng)
        body |= token_lists(subject, rng)
    return body


def failed_body(request_id: str, code: int, message: str) -> dict[str, Any]:
    """The result when the picture was not moderated: only these three fields are certain."""
    return {"requestId": request_id, "code": code, "message": message}


def _labels(
    scene: Scene, seen: list[Sighting], text: dict[str, Any], account: Account, outcome: Outcome, rng: Random
) -> list[dict[str, Any]]:
    low, high = _BOUNDS[outcome]
    labels = []
    for finding in scene.findings:
        cited = [sighting for sighting in seen if finding.rests_on(sighting.mark)]
        if cited or (finding.source == TEXT_SOURCE and text):
            probability = round(rng.uniform(low, high), 4)
            labels.append(_label(finding, cited, text, account, probability))
            low, high = low * 0.5, high * rng.uniform(0.6, 1.0)
    return labels


def _label(
    finding: Finding, cited: list[Sighting], text: dict[str, Any], account: Account, probability: float
) -> dict[str, Any]:
    names = finding.chinese if account.chinese else finding.english
    detail = boxes(cited) if cited else dict(text)
    return {
        "riskLevel": _ORDER[(probability >= _REVIEW_FROM) + (probability >= _REJECT_FROM)],
        "riskLabel1": finding.path[0],
        "riskLabel2": finding.path[1],
        "riskLabel3": finding.path[2],
        "riskDescription": (":" if account.chinese else ": ").join(names),
        "probability": probability,
        "confidenceLevel": (probability >= 0.45) + (probability >= 0.8),
        "riskDetail": {"riskSource": finding.source, **detail},
    }


def _path_of(label: dict[str, Any]) -> dict[str, str]:
    return {name: label[name] for name in ("riskLabel1", "riskLabel2", "riskLabel3", "riskDescription")}


def _normal(account: Account) -> dict[str, str]:
    """Accounts differ in the values of levels 2 and 3 when nothing was found."""
    rest = "normal" if account.chinese else ""
    description = "正常" if account.chinese else "Normal"
    return {"riskLabel1": "normal", "riskLabel2": rest, "riskLabel3": rest, "riskDescription": description}


def _whole_detail(seen: list[Sighting], text: dict[str, Any], source: int) -> dict[str, Any]:
    faces, persons = (sum(s.mark.kind == kind for s in seen) for kind in ("face", "person"))
    return {"riskSource": source, "face_num": faces, "person_num": persons, **boxes(seen), **text}


def _aux_info(request: dict[str, Any], drawing: Drawing, rng: Random) -> dict[str, Any]:
    data = request["data"]
    download = rng.randint(18, 420)
    info: dict[str, Any] = {
        "segments": min(len(drawing.frames), data.get("maxFrame", 3)) or 1,
        "downloadTime": download,
        "totalProcessTime": download + rng.randint(90, 640),
        "passThrough": data["extra"]["passThrough"],
    }
    if codes := drawing.of_kind("qr"):
        info["qrContent"] = codes[0].qr_content
    if stream := data.get("streamInfo"):
        info |= {"streamId": stream["streamId"], "frameTime": stream["frameTime"]}
    return info


def _business_label(faces: list[Sighting], rng: Random) -> dict[str, Any]:
    return {
        "businessLabel1": "face",
        "businessLabel2": "face_count",
        "businessLabel3": "single_face" if len(faces) == 1 else "several_faces",
        "businessDescription": "Face: Face count: " + ("Single face" if len(faces) == 1 else "Several faces"),
        "probability": round(rng.uniform(0.8, 0.99), 4),
        "confidenceLevel": 2,
        "businessDetail": {"face_num": len(faces), "faces": [face.entry for face in faces]},
    }


def _disposal(level: str) -> dict[str, str]:
    """The customer's own names for the verdict."""
    code = {"PASS": "normal", "REVIEW": "TNS-2", "REJECT": "TNS-4"}[level]
    rest = "" if level == "PASS" else "house_rules"
    name = {"PASS": "Normal", "REVIEW": "Ask a human", "REJECT": "Take down"}[level]
    return {"riskLevel": level, "riskLabel1": code, "riskLabel2": rest, "riskLabel3": rest, "riskDescription": name}
