"""A machine result as people are shown it: labels, boxes, recognised text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from accounts.models import App
from moderation.contract.placement import Placed, place
from moderation.contract.values import Box, Label, RecognisedText, Result
from moderation.models import PictureFetch
from moderation.policy import Taxonomy
from review.presentation.label_names import last_level_name, level_names
from review.presentation.task_schema import EvidenceJson, LabelJson, Said, SpanJson, TextJson, UnresolvedJson

Kind = Literal["risk", "list"]


def in_words(result: Result, placed: Sequence[Placed], listed: Sequence[dict[str, Any]], taxonomy: Taxonomy) -> Said:
    """A machine result as every stage shows it: its labels, the evidence on the picture, the recognised text."""
    return {
        "resultLevels": level_names(result.path, taxonomy),
        "labels": [label_of(one, taxonomy) for one in result.labels],
        "evidence": [box_of(one) for one in placed],
        "text": text_of(result.evidence.text, listed),
    }


def placed_on(fetch: PictureFetch, result: Result, app: App) -> Sequence[Placed]:
    """The boxes in pixels of the upright picture; as they were sent while there is no picture."""
    picture, boxes = fetch.picture, result.evidence.boxes
    if picture is None:
        return [Placed(box, box.location, clamped=False) for box in boxes]
    turned: Literal["upright", "stored"] = "stored" if app.locations_count_in == App.Turned.STORED else "upright"
    width, height = picture.width, picture.height
    return place(boxes, width=width, height=height, orientation=picture.orientation, declared=turned)


def label_of(label: Label, taxonomy: Taxonomy) -> LabelJson:
    path = label.path
    return {
        "riskLabel1": path.risk_label1,
        "riskLabel2": path.risk_label2,
        "riskLabel3": path.risk_label3,
        "name": last_level_name(path, taxonomy),
        "levels": level_names(path, taxonomy),
        "severity": taxonomy.severity(path),
        "riskLevel": label.risk_level,
        "probability": label.probability,
        "evidence": list(label.evidence),
    }


def box_of(placed: Placed) -> EvidenceJson:
    box: Box = placed.box
    shown: EvidenceJson = {
        "id": box.id,
        "kind": box.kind,
        "name": box.name,
        "probability": box.probability,
        "location": list(placed.location) if placed.location else None,
    }
    if placed.clamped:
        shown["clamped"] = True
    if box.qr_content:
        shown["qrContent"] = box.qr_content
    return shown


def text_of(text: RecognisedText, listed: Sequence[dict[str, Any]]) -> TextJson:
    """`listed` are the words of our own lists; they are merged with the machine's, in order."""
    spans = [_span(span.start, span.end, span.kind, span.word, span.list_name) for span in text.spans]
    ours = [_span(found["start"], found["end"], "list", found["word"], found["list"]) for found in listed]
    spans += [span for at, span in enumerate(ours) if span not in spans and span not in ours[:at]]
    return {
        "text": text.text,
        "spans": sorted(spans, key=lambda span: (span["start"], span["end"])),
        "unresolved": [_unresolved(word.kind, word.word, word.list_name) for word in text.unresolved],
    }


def _span(start: int, end: int, kind: Kind, word: str, list_name: str) -> SpanJson:
    span: SpanJson = {"start": start, "end": end, "kind": kind, "word": word}
    if list_name:
        span["list"] = list_name
    return span


def _unresolved(kind: Kind, word: str, list_name: str) -> UnresolvedJson:
    found: UnresolvedJson = {"kind": kind, "word": word}
    if list_name:
        found["list"] = list_name
    return found
