"""A machine result as people are shown it: labels, boxes, recognised text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from heapq import nlargest
from typing import Any, Literal

from accounts.models import App
from moderation.contract.listed_boxes import boxes_of_listed
from moderation.contract.placement import Placed, place
from moderation.contract.values import Box, Evidence, Label, Request, Result, Span, UnresolvedWord
from moderation.models import PictureFetch
from moderation.policy import Taxonomy
from review.presentation.facts import facts_of
from review.presentation.label_names import last_level_name, level_names
from review.presentation.located import NOTHING, Located
from review.presentation.task_schema import EvidenceJson, LabelJson, Said, SpanJson, TextJson, UnresolvedJson

MOST_LABELS = 500
MOST_CHARACTERS = 100_000  # of a recognised text
MOST_CHARACTERS_OF_A_WORD = 1_000


def in_words(
    result: Result,
    placed: Sequence[Placed],
    listed: Sequence[dict[str, Any]],
    taxonomy: Taxonomy,
    request: Request | None = None,
    located: Located = NOTHING,
) -> Said:
    """A machine result as every stage shows it: its labels, the evidence on the picture, the recognised text. Where
    only the first of them are shown, it says how many there are.
    """
    said: Said = {
        "resultLevels": level_names(result.path, taxonomy),
        "labels": [label_of(one, taxonomy) for one in shown_labels(result)],
        "evidence": [box_of(one) for one in placed],
        "text": text_of(result.evidence, listed, located),
        "facts": facts_of(result, request, taxonomy),
    }
    if result.evidence.total > len(result.evidence.boxes):
        said["evidenceTotal"] = result.evidence.total
    if result.labels_sent > len(said["labels"]):
        said["labelsTotal"] = result.labels_sent
    return said


def shown_labels(result: Result) -> Sequence[Label]:
    """Its labels; of more than MOST_LABELS the surest."""
    if len(result.labels) <= MOST_LABELS:
        return result.labels
    return nlargest(MOST_LABELS, result.labels, key=lambda label: label.probability or 0)


def placed_on(
    fetch: PictureFetch,
    result: Result,
    app: App,
    listed: Sequence[dict[str, Any]] = (),
    located: Located = NOTHING,
) -> Sequence[Placed]:
    """The boxes in pixels of the upright picture, those of words of our own lists behind the machine's, and then those
    that we located; as they were sent while there is no picture.
    """
    picture, boxes = fetch.picture, (*result.evidence.boxes, *boxes_of_listed(result.evidence, listed)[0])
    if picture is None:
        return [Placed(box, box.location, clamped=False, polygon=box.polygon) for box in boxes]
    turned: Literal["upright", "stored"] = "stored" if app.locations_count_in == App.Turned.STORED else "upright"
    width, height = picture.width, picture.height
    placed = place(boxes, width=width, height=height, orientation=picture.orientation, declared=turned)
    return [*placed, *located.on(picture)]


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
    if placed.polygon:
        shown["polygon"] = list(placed.polygon)
    if placed.by_us:
        shown["locatedBy"] = "us"
    return shown


def text_of(evidence: Evidence, listed: Sequence[dict[str, Any]], located: Located = NOTHING) -> TextJson:
    """`listed` are the words of our own lists; they are merged with the machine's, in order. Of a very long text the
    beginning is shown, and the words behind it are listed without a place.
    """
    text, spans = evidence.text, spans_of(evidence, listed, located)
    behind = [span for span in spans if span.end > MOST_CHARACTERS]
    shown: TextJson = {
        "text": text.text[:MOST_CHARACTERS],
        "spans": [_span(span) for span in spans if span.end <= MOST_CHARACTERS],
        "unresolved": [*map(_unresolved, text.unresolved), *map(_unresolved, behind)],
    }
    if located.is_coming:
        shown["locating"] = True
    if len(text.text) > MOST_CHARACTERS:
        shown["length"] = len(text.text)
    if text.matches:
        shown["matches"] = text.matches
    return shown


def spans_of(evidence: Evidence, listed: Sequence[dict[str, Any]], located: Located = NOTHING) -> Sequence[Span]:
    """The machine's spans and those of our own lists, in the order of the text, each once."""
    _, boxes = boxes_of_listed(evidence, listed)
    once: dict[tuple[Any, ...], Span] = {}
    for span in (*evidence.text.spans, *(_listed(found, boxes) for found in listed)):
        if not span.evidence and (found := located.ids.get((span.start, span.end))):
            span = replace(span, evidence=found)
        once.setdefault((span.start, span.end, span.kind, span.word, span.list_name), span)
    return sorted(once.values(), key=lambda span: (span.start, span.end))


def _listed(found: dict[str, Any], boxes: dict[tuple[int, int], list[str]]) -> Span:
    start, end = found["start"], found["end"]
    return Span(start, end, "list", found["word"], found["list"], tuple(boxes.get((start, end), ())))


def _span(span: Span) -> SpanJson:
    word = span.word[:MOST_CHARACTERS_OF_A_WORD]
    shown: SpanJson = {"start": span.start, "end": span.end, "kind": span.kind, "word": word}
    if span.list_name:
        shown["list"] = span.list_name
    if span.evidence:
        shown["evidence"] = list(span.evidence)
    return shown


def _unresolved(word: Span | UnresolvedWord) -> UnresolvedJson:
    shown: UnresolvedJson = {"kind": word.kind, "word": word.word[:MOST_CHARACTERS_OF_A_WORD]}
    if word.list_name:
        shown["list"] = word.list_name
    if word.evidence:
        shown["evidence"] = list(word.evidence)
    return shown
