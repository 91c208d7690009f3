"""Write evidence as the contract's `riskDetail`: faces, objects, persons, the recognised text and its marked words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from moderation.contract.geometry import Location, Outline
from moderation.contract.values import Box, Evidence, Span, TextLine, UnresolvedWord

MOST_FACES = 10  # the contract's; the surest of more
MOST_PERSONS = 10
DIGITS = 6  # of a probability
_ARRAYS = {"face": "faces", "person": "persons", "object": "objects", "qr": "objects"}
Word = Span | UnresolvedWord
_MOST = {"faces": MOST_FACES, "persons": MOST_PERSONS}


class Details:
    """The evidence of one picture. `sources` names the engine of each box by its id; `size` is the picture's, in
    pixels.
    """

    def __init__(self, evidence: Evidence, sources: Mapping[str, str], size: tuple[int, int] | None = None) -> None:
        self._evidence, self._sources = evidence, sources
        self._area = size[0] * size[1] if size else 0
        self._boxes = {box.id: box for box in evidence.boxes}

    def whole(self, risk_source: int) -> dict[str, Any]:
        """That of the whole result."""
        evidence = self._evidence
        told = {"face_num": evidence.face_num, "person_num": evidence.person_num}
        detail: dict[str, Any] = {"riskSource": risk_source}
        detail |= {name: number for name, number in told.items() if number is not None}
        return detail | self._arrays(evidence.boxes) | self._text()

    def part(self, evidence: Collection[str], risk_source: int | None) -> dict[str, Any]:
        """That of one label, which names these boxes."""
        detail: dict[str, Any] = {} if risk_source is None else {"riskSource": risk_source}
        return detail | self._arrays([self._boxes[one] for one in evidence if one in self._boxes])

    def _arrays(self, boxes: Collection[Box]) -> dict[str, Any]:
        arrays: dict[str, list[Box]] = {}
        for box in boxes:
            if box.kind in _ARRAYS:
                arrays.setdefault(_ARRAYS[box.kind], []).append(box)
        return {name: [self._box(box) for box in _surest(found, _MOST.get(name))] for name, found in arrays.items()}

    def _box(self, box: Box) -> dict[str, Any]:
        body: dict[str, Any] = {"id": box.id, "name": box.name}
        if box.probability is not None:
            body["probability"] = round(box.probability, DIGITS)
        if box.location is not None:
            body["location"] = list(box.location)
            body |= self._ratio(box.kind, box.location)
        if box.kind == "qr":
            body |= {"name": box.name or "qrcode", "qrContent": box.qr_content}
        return body | ({"engine": source} if (source := self._sources.get(box.id)) else {})

    def _ratio(self, kind: str, location: Location) -> dict[str, float]:
        """How much of the picture a face or a person takes."""
        if kind not in ("face", "person") or not self._area:
            return {}
        x1, y1, x2, y2 = location
        return {f"{kind}_ratio": round((x2 - x1) * (y2 - y1) / self._area, DIGITS)}

    def _text(self) -> dict[str, Any]:
        text = self._evidence.text
        detail: dict[str, Any] = {}
        if text.text:
            lines = {"lines": [_line(line) for line in text.lines]} if text.lines else {}
            detail["ocrText"] = {"text": text.text, **lines}
        marked: Iterable[Word] = (*text.spans, *text.unresolved)
        segments: list[Any] = []
        lists: dict[str, list[Any]] = {}
        for word in marked:
            place = self._places(word)
            if word.kind == "risk":
                segments += ({"segment": word.word, **one} for one in place)
            else:
                lists.setdefault(word.list_name, []).extend({"word": word.word, **one} for one in place)
        named = [{"name": name, "words": words} for name, words in lists.items()]
        return detail | {name: found for name, found in (("riskSegments", segments), ("matchedLists", named)) if found}

    def _places(self, word: Word) -> Iterator[dict[str, Any]]:
        """Where the word is, once for each box of its own. One without has its share of its line's box."""
        position = [word.start, word.end] if isinstance(word, Span) else list(word.position)
        place: dict[str, Any] = {"position": position} if position else {}
        own = [box for box in (self._boxes.get(one) for one in word.evidence) if box and box.location]
        for box in own:
            yield place | {"location": list(box.polygon or box.location or ())}
        if not own:
            yield place


def _surest(boxes: list[Box], most: int | None) -> list[Box]:
    """In their order; of too many the surest."""
    if most is None or len(boxes) <= most:
        return boxes
    kept = {box.id for box in islice(sorted(boxes, key=lambda box: -(box.probability or 0)), most)}
    return [box for box in boxes if box.id in kept]


def _line(line: TextLine) -> dict[str, Any]:
    body: dict[str, Any] = {"text": line.text, "start": line.start, "location": _location(line.outline)}
    if line.outline.probability is not None:
        body["probability"] = round(line.outline.probability, DIGITS)
    return body


def _location(outline: Outline) -> list[float]:
    return list(outline.polygon or outline.location)
