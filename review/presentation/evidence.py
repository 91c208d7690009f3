"""What a machine said about a picture, as people are shown it: labels, boxes, recognised text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from django.utils.translation import get_language

from accounts.models import App
from moderation.contract.placement import Placed, place
from moderation.contract.values import Box, Label, RecognisedText, Result
from moderation.models import PictureFetch
from moderation.policy import Taxonomy


def in_words(
    result: Result, placed: Sequence[Placed], listed: Sequence[dict[str, Any]], taxonomy: Taxonomy
) -> dict[str, Any]:
    """What a machine said, as every stage shows it: its labels, the evidence on the picture, the recognised text."""
    return {
        "labels": [label_of(one, taxonomy) for one in result.labels],
        "evidence": [box_of(one) for one in placed],
        "text": text_of(result.evidence.text, listed),
    }


def placed_on(fetch: PictureFetch, result: Result, app: App) -> Sequence[Placed]:
    """The boxes in pixels of the upright picture; as they were sent while there is none."""
    picture, boxes = fetch.picture, result.evidence.boxes
    if picture is None:
        return [Placed(box, box.location, clamped=False) for box in boxes]
    turned: Literal["upright", "stored"] = "stored" if app.locations_count_in == App.Turned.STORED else "upright"
    width, height = picture.width, picture.height
    return place(boxes, width=width, height=height, orientation=picture.orientation, declared=turned)


def label_of(label: Label, taxonomy: Taxonomy) -> dict[str, Any]:
    path = label.path
    return {
        "riskLabel1": path.risk_label1,
        "riskLabel2": path.risk_label2,
        "riskLabel3": path.risk_label3,
        "name": taxonomy.name(path, language=get_language() or "en"),
        "severity": taxonomy.severity(path),
        "riskLevel": label.risk_level,
        "probability": label.probability,
        "evidence": list(label.evidence),
    }


def box_of(placed: Placed) -> dict[str, Any]:
    box: Box = placed.box
    facts: dict[str, Any] = {
        "id": box.id,
        "kind": box.kind,
        "name": box.name,
        "probability": box.probability,
        "location": list(placed.location) if placed.location else None,
    }
    clamped = {"clamped": True} if placed.clamped else {}
    return facts | clamped | ({"qrContent": box.qr_content} if box.qr_content else {})


def text_of(text: RecognisedText, listed: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """`listed` are the words of our own lists; they stand among the machine's, in order."""
    spans = [
        {"start": span.start, "end": span.end, "kind": span.kind, "word": span.word, **_list(span.list_name)}
        for span in text.spans
    ]
    ours = [{**found, "kind": "list"} for found in listed]
    spans += [span for at, span in enumerate(ours) if span not in spans and span not in ours[:at]]
    return {
        "text": text.text,
        "spans": sorted(spans, key=lambda span: (span["start"], span["end"])),
        "unresolved": [{"kind": word.kind, "word": word.word, **_list(word.list_name)} for word in text.unresolved],
    }


def _list(name: str) -> dict[str, str]:
    return {"list": name} if name else {}
