"""Read all evidence of one result, and the labels that refer to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from heapq import nlargest
from itertools import chain
from typing import Any

from moderation.contract.boxes import BoxSet, Key
from moderation.contract.fields import Fields, as_number
from moderation.contract.further_labels import business_labels_of, count, read_business_label
from moderation.contract.recognised_text import Marked, read_text, words_of
from moderation.contract.values import Box, BusinessLabel, Evidence, Label, LabelPath, RecognisedText, RiskLevel

MAX_LABEL_CHARACTERS = 128
MOST_LABELS = 2_000  # that are read; the product advertises 1,148
NORMAL = "normal"
UNNAMED = "unnamed"  # level 1 of a verdict for which no engine gave a label
UNCHECKED = "unchecked"  # the label of a picture of which something could not be checked
# How the contract spells the verdict of a PASS.
NOTHING_FOUND = {"riskLabel1": NORMAL, "riskLabel2": "", "riskLabel3": "", "riskDescription": "Normal"}


@dataclass(frozen=True, slots=True)
class Findings:
    evidence: Evidence
    labels: tuple[Label, ...]
    labels_sent: int
    business_labels: tuple[BusinessLabel, ...]


@dataclass(frozen=True, slots=True)
class Details:
    """Every object of a result that carries evidence; those of labels beside their label."""

    top: Fields
    labels: Sequence[tuple[Fields, Fields]]
    disposal: Fields
    business: Sequence[tuple[Fields, Fields]]

    @classmethod
    def of(cls, result: Fields) -> Details:
        return cls(
            result.child("riskDetail"),
            [(label, label.child("riskDetail")) for label in strongest(result, "allLabels", _strength)],
            result.child("disposal").child("riskDetail"),
            [(label, label.child("businessDetail")) for label in business_labels_of(result)],
        )

    def __iter__(self) -> Iterator[Fields]:
        labels, business = ([detail for _, detail in each] for each in (self.labels, self.business))
        return chain((self.top,), labels, (self.disposal,), business)


@dataclass(frozen=True, slots=True)
class Drawn:
    """The evidence of a result, and which of its boxes each detail names."""

    evidence: Evidence
    _named: Mapping[Key, Box]
    _cited: Mapping[int, Sequence[Key]]  # by the detail's place: 0 is the whole result's, then the labels'

    @classmethod
    def of(
        cls,
        boxes: BoxSet,
        text: RecognisedText,
        marked: Sequence[Marked],
        *,
        face_num: int | None,
        person_num: int | None,
    ) -> Drawn:
        """All boxes and the text's words, whose places become boxes too."""
        drawn = [tuple(boxes.add_text(one.word.word, outline) for outline in one.outlines) for one in marked]
        named = boxes.named()
        with_boxes = _with_boxes(text, marked, [_ids(keys, named) for keys in drawn])
        evidence = Evidence(tuple(named.values()), with_boxes, face_num, person_num, boxes.counts())
        return cls(evidence, named, _cited(marked, drawn))

    def ids(self, keys: Sequence[Key], place: int | None = None) -> tuple[str, ...]:
        """The ids of those of these boxes that are shown, and of the words that the detail at `place` names."""
        return _ids(keys if place is None else (*keys, *self._cited.get(place, ())), self._named)


def read_findings(result: Fields) -> Findings:
    """Read every `riskDetail` (top level, labels, disposal), the business labels and `auxInfo.qrContent`."""
    found = Details.of(result)
    boxes = BoxSet()
    boxes.take_in(found.top)
    shown = [boxes.take_in(detail) for _, detail in found.labels]
    shown_business = [_boxes_of_business(detail, boxes) for _, detail in found.business]
    boxes.take_in(found.disposal)
    boxes.add_qr_content(result.child("auxInfo").shown_text("qrContent"))
    details = list(found)
    text, marked = read_text(details)
    faces, persons = (_most(found.top.whole(name), details, name) for name in ("face_num", "person_num"))
    drawn = Drawn.of(boxes, text, marked, face_num=faces, person_num=persons)
    ids = [drawn.ids(keys, place) for place, keys in enumerate(shown, start=1)]
    labels = tuple(_read_label(*label, cited) for label, cited in zip(found.labels, ids, strict=True))
    business = zip(found.business, map(drawn.ids, shown_business), strict=True)
    return Findings(
        drawn.evidence,
        labels,
        max(len(labels), result.length("allLabels")),
        tuple(read_business_label(*label, cited) for label, cited in business),
    )


def _with_boxes(text: RecognisedText, marked: Sequence[Marked], ids: Sequence[tuple[str, ...]]) -> RecognisedText:
    """The text with each of its words naming its boxes."""
    if not any(ids):
        return text
    named = [replace(one, word=replace(one.word, evidence=own)) for one, own in zip(marked, ids, strict=True)]
    spans, unresolved = words_of(named)
    return replace(text, spans=spans, unresolved=unresolved)


def _cited(marked: Sequence[Marked], drawn: Sequence[tuple[Key, ...]]) -> dict[int, list[Key]]:
    """The boxes of text that each detail names, by the detail's place: 0 is the whole result's, then the labels'."""
    cited: dict[int, list[Key]] = {}
    for one, keys in zip(marked, drawn, strict=True):
        for place in one.details if keys else ():
            cited.setdefault(place, []).extend(keys)
    return cited


def _ids(keys: Sequence[Key], named: Mapping[Key, Box]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(named[key].id for key in keys if key in named))


def _most(told: int | None, details: Sequence[Fields], name: str) -> int | None:
    """The highest count that any detail tells; None when none does."""
    return max(filter(None, (told, *(count(detail, name) for detail in details if detail.values))), default=told)


def strongest(result: Fields, name: str, strength: Callable[[Any], Any]) -> list[Fields]:
    """The labels in that array: all of them, of more than MOST_LABELS the strongest, in their order."""
    sent = result.sent(name)[1]
    if not isinstance(sent, list) or len(sent) <= MOST_LABELS:
        return list(result.children(name))
    places = nlargest(MOST_LABELS, range(len(sent)), key=lambda at: strength(sent[at]))
    result.note(f"{len(sent)} labels were sent; the {MOST_LABELS} most severe and surest of them are read")
    return list(result.children(name, only=sorted(places)))


def _strength(label: Any) -> tuple[bool, bool, Decimal | float]:
    if not isinstance(label, dict):
        return False, False, 0.0
    level = label.get("riskLevel")
    return level == "REJECT", level != "PASS", as_score(label.get("probability"))


def as_score(sent: Any) -> Decimal | float:
    """A number to sort by; 0 for what is none."""
    if sent is None or type(sent) is Decimal:  # the common cases
        return sent or 0.0
    return as_number(sent) or 0.0


def read_path(label: Fields) -> LabelPath:
    first, second, third = (label.text(f"riskLabel{n}", limit=MAX_LABEL_CHARACTERS) for n in (1, 2, 3))
    if first.lower() == NORMAL:  # some bodies repeat "normal" on all three levels
        return LabelPath(NORMAL)
    return LabelPath(first, second, third)


def read_risk_level(fields: Fields, *, required: bool = False) -> RiskLevel | None:
    level = fields.choice("riskLevel", tuple(RiskLevel), required=required)
    return RiskLevel(level) if level else None


def _boxes_of_business(detail: Fields, boxes: BoxSet) -> tuple[Key, ...]:
    """The boxes in its arrays, and the one that the detail is itself."""
    found = boxes.take_in(detail)
    if detail.sent("location")[1] is None:
        return found
    return (*found, boxes.add(detail, "object", array="objects"))


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
