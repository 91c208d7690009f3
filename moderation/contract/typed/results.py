"""Read a result that keeps to the documents: equal to what reading it field by field gives, in less time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from moderation.contract import boxes as by_field
from moderation.contract.boxes import ARRAYS, NO_LOCATION, BoxSet, Key, box_of
from moderation.contract.evidence import MOST_LABELS, NORMAL, Drawn
from moderation.contract.fields import Fields
from moderation.contract.further_labels import read_disposal, read_stream_id, read_subject_labels
from moderation.contract.geometry import Location
from moderation.contract.oddities import note_oddities
from moderation.contract.recognised_text import (
    LIST_NAME_CHARACTERS,
    LOOKED_AT,
    Match,
    Passage,
    passages_in,
    placed_text,
)
from moderation.contract.subject_risks import read_subject_risks
from moderation.contract.text_lines import read_lines
from moderation.contract.typed.bodies import BoxBody, Detail, ImageV4, LabelBody, MatchedList, Reading, Word
from moderation.contract.values import Box, EvidenceKind, Label, LabelPath, Result, RiskLevel, Shape, SpanKind, TextLine

_EMPTY, _NOTHING_READ = Detail(), Reading()
_HAS_EVIDENCE = {"riskDetail", "allLabels", "auxInfo"}
_MAY_BE_ODD = {"tokenProfileLabels", "tokenRiskLabels", "disposal"}


class _Odd(Exception):
    """It fits the types, but has something that is refused, noted or left out."""


def read_typed(fields: Fields) -> Result | None:
    """The result in those fields, None when it has to be read field by field. Notes are added to `fields.notes`."""
    try:
        body = msgspec.convert(fields.values, ImageV4)
        return _result(body, fields)
    except (msgspec.ValidationError, _Odd):
        return None


def _result(body: ImageV4, fields: Fields) -> Result:
    labels, level = body.labels or [], RiskLevel(body.risk_level)
    path, result_type = _verdict_path(body, level), body.result_type or 0
    drawn, shown = _drawn(body, labels)
    sent = fields.values
    if not _MAY_BE_ODD.isdisjoint(sent):
        note_oddities(fields)
    aux = fields.child("auxInfo")
    return Result(
        request_id=(body.request_id.removesuffix(f"_{body.bt_id}") or body.request_id)
        if body.bt_id
        else body.request_id,
        code=body.code,
        shape=Shape.HUMAN_COMBINED if result_type and _HAS_EVIDENCE.isdisjoint(sent) else Shape.IMAGE_V4,
        raw=sent,
        message=body.message or "",
        bt_id=body.bt_id or "",
        risk_level=level,
        path=path,
        risk_description=body.risk_description or "",
        result_type=result_type,
        final_result=1 if body.final_result is None else body.final_result,
        labels=tuple(_label(label, drawn.ids(keys, place)) for place, (label, keys) in enumerate(shown, start=1)),
        labels_sent=len(labels),
        evidence=drawn.evidence,
        subject_risks=read_subject_risks(fields) if "tokenLabels" in sent else (),
        subject_labels=read_subject_labels(fields),
        disposal=read_disposal(fields),
        stream_id=read_stream_id(aux),
        segments=body.aux_info.segments if body.aux_info else None,
        pass_through=aux.values.get("passThrough"),
    )


def _verdict_path(body: ImageV4, level: RiskLevel) -> LabelPath:
    path = _path(body)
    if path.risk_label1:
        return path
    if level is not RiskLevel.PASS:
        raise _Odd
    return LabelPath(NORMAL)


def _path(of: ImageV4 | LabelBody) -> LabelPath:
    first = of.risk_label1 or ""
    if first.lower() == NORMAL:
        return LabelPath(NORMAL)
    return LabelPath(first, of.risk_label2 or "", of.risk_label3 or "")


def _label(label: LabelBody, evidence: tuple[str, ...]) -> Label:
    detail = label.detail or _EMPTY
    return Label(
        path=_path(label),
        risk_level=RiskLevel(label.risk_level) if label.risk_level else None,
        risk_description=label.risk_description or "",
        probability=label.probability,
        confidence_level=label.confidence_level,
        risk_source=label.risk_source if detail.risk_source is None else detail.risk_source,
        evidence=evidence,
    )


def _drawn(body: ImageV4, labels: Sequence[LabelBody]) -> tuple[Drawn, list[tuple[LabelBody, tuple[Key, ...]]]]:
    """The evidence, and of each label the boxes in its arrays."""
    if len(labels) > MOST_LABELS or any(label.risk_label1 is None for label in labels):
        raise _Odd
    top = body.detail or _EMPTY
    details = [top, *(label.detail or _EMPTY for label in labels)]
    boxes = BoxSet()
    shown = [_taken_in(boxes, detail) for detail in details][1:]
    boxes.add_qr_content((body.aux_info and body.aux_info.qr_content) or "")
    text, marked = placed_text(*_text(details))
    faces = max(filter(None, (one.face_num for one in details)), default=top.face_num)
    persons = max(filter(None, (one.person_num for one in details)), default=top.person_num)
    drawn = Drawn.of(boxes, text, marked, face_num=faces, person_num=persons)
    return drawn, list(zip(labels, shown, strict=True))


def _taken_in(boxes: BoxSet, detail: Detail) -> tuple[Key, ...]:
    keys: list[Key] = []
    for array, kind in ARRAYS:
        for item in getattr(detail, array) or ():
            key, is_elsewhere = boxes.put(_box(item, kind), array)
            if is_elsewhere or len(keys) > by_field.LOOKED_AT:
                raise _Odd
            keys.append(key)
    return boxes.kept(keys) if keys else ()


def _box(item: BoxBody, kind: EvidenceKind) -> Box:
    if item.location is None and item.id is None and item.name is None:
        raise _Odd
    location = _location(item)
    note = "" if location else NO_LOCATION
    qr_content = item.qr_content or "" if kind == "object" else ""
    return box_of(kind, item.id or "", item.name or "", item.probability, location, note, qr_content)


def _location(item: BoxBody) -> Location | None:
    if item.location is None:
        return None
    x1, y1, x2, y2 = item.location
    if x1 >= x2 or y1 >= y2:
        raise _Odd
    return x1, y1, x2, y2


def _text(details: Sequence[Detail]) -> tuple[list[Passage], list[Match], list[TextLine]]:
    passages = passages_in([detail.reading.text or "" if detail.reading else "" for detail in details])
    matches = [match for place, detail in enumerate(details) for match in _matches(detail, place)]
    if len(matches) > LOOKED_AT:
        raise _Odd
    return passages, matches, list(_lines(details, passages))


def _lines(details: Sequence[Detail], passages: Sequence[Passage]) -> Iterator[TextLine]:
    """The lines of each text, from the first detail that gives any for it."""
    known = set[int]()
    for detail, passage in zip(details, passages, strict=True):
        lines = detail.reading.lines if detail.reading else None
        if passage.text and lines and passage.start not in known:
            reading = Fields({"lines": lines})
            yield from read_lines(reading, passage.text, passage.start)
            known.add(passage.start)
            if reading.notes or reading.errors:
                raise _Odd


def _matches(detail: Detail, place: int) -> Iterator[Match]:
    for where in (detail, detail.reading or _NOTHING_READ):
        for matched_list in where.matched_lists or ():
            yield from _listed(matched_list, place)
        for segment in where.risk_segments or ():
            yield _match("risk", segment.segment, "", segment, place)


def _listed(matched_list: MatchedList, place: int) -> Iterator[Match]:
    if matched_list.name is None and matched_list.words is None:
        raise _Odd
    name = (matched_list.name or "")[:LIST_NAME_CHARACTERS]
    return (_match("list", word.word, name, word, place) for word in matched_list.words or ())


def _match(kind: SpanKind, text: str | None, name: str, sent: Word, place: int) -> Match:
    if text is None:
        raise _Odd
    position = tuple(sent.position or ())
    return Match(kind, text, name, position, bool(position), None, place)
