"""Collect evidence boxes: one Box per object on the picture, however many labels refer to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from moderation.contract.fields import Fields, as_number
from moderation.contract.values import Box, EvidenceKind

_ARRAYS: tuple[tuple[str, EvidenceKind], ...] = (("faces", "face"), ("objects", "object"), ("persons", "person"))
_SAYS_QR = re.compile(r"(?:^|[^a-z])qr(?:$|[^a-z]|.?code)|二维码", re.IGNORECASE)

_FARTHEST = 10**9  # pixels; a coordinate beyond it is on no picture
NO_LOCATION = "the machine gave no location"

Key = tuple[Any, ...]


class BoxSet:
    """The boxes of one result, collected from every `riskDetail` and `businessDetail`.

    Entries with the same array and id are the same box; without an id, with the same array and location (or name,
    without a location). Later entries fill fields that earlier ones left empty.
    """

    def __init__(self) -> None:
        self._boxes: dict[Key, Box] = {}

    def take_in(self, detail: Fields) -> tuple[Key, ...]:
        """Add the boxes of that detail object and return their keys."""
        if not detail.values:
            return ()
        return tuple(self.add(item, kind, array=array) for array, kind in _ARRAYS for item in detail.children(array))

    def add(self, item: Fields, kind: EvidenceKind, *, array: str) -> Key:
        box = read_box(item, kind)
        key = (array, "id", box.id) if box.id else (array, "place", box.location or box.name, box.location_note)
        known = self._boxes.setdefault(key, box)
        if known != box:
            self._boxes[key] = _merged(known, box)
        if known.location and box.location and known.location != box.location:
            item.note(f"{kind} {box.id[:40]} has more than one location; the first one is shown")
        return key

    def add_qr_content(self, content: str) -> None:
        """Add the QR code that `auxInfo` repeats: usually known from its object already, else without a location."""
        if content and all(box.qr_content != content for box in self._boxes.values()):
            self._boxes["objects", "content", content] = Box("", "qr", location_note=NO_LOCATION, qr_content=content)

    def named(self) -> dict[Key, Box]:
        """Every box by its key, in order of appearance, each with an id of its own (`face-1` if none was sent)."""
        named = zip(self._boxes.items(), self._names(), strict=True)
        return {key: box if box.id == name else replace(box, id=name) for (key, box), name in named}

    def _names(self) -> list[str]:
        given = {box.id for box in self._boxes.values() if box.id}
        taken: set[str] = set()
        names = []
        for box in self._boxes.values():
            names.append(next(name for name in _candidates(box, given) if name not in taken))
            taken.add(names[-1])
        return names


def read_box(item: Fields, kind: EvidenceKind) -> Box:
    name = item.shown_text("name")
    qr_content = item.shown_text("qrContent") if kind == "object" else ""
    if kind == "object" and (qr_content or _SAYS_QR.search(name)):
        kind = "qr"
    location, location_note = read_location(item)
    return Box(item.shown_text("id"), kind, name, item.probability("probability"), location, location_note, qr_content)


def read_location(item: Fields) -> tuple[tuple[float, float, float, float] | None, str]:
    """((x1, y1, x2, y2), "") or (None, why not)."""
    _, value = item.sent("location")
    if value is None:
        return None, NO_LOCATION
    if not isinstance(value, list) or len(value) != 4 or None in (corners := [_finite(side) for side in value]):
        return None, "the location is not four finite numbers"
    x1, y1, x2, y2 = (number for number in corners if number is not None)
    if x1 >= x2 or y1 >= y2:
        return None, "the location's first corner is not left of and above its second"
    return (x1, y1, x2, y2), ""


def _finite(value: Any) -> float | None:
    number = as_number(value)
    return float(number) if number is not None and -_FARTHEST <= number <= _FARTHEST else None


def _candidates(box: Box, given: set[str]) -> Iterator[str]:
    """Candidate ids: the one sent; with its kind when another kind has it; else a number that was not sent."""
    if box.id:
        yield box.id
        yield f"{box.kind}-{box.id}"
    number = 0
    while True:
        number += 1
        name = f"{box.kind}-{box.id}-{number}" if box.id else f"{box.kind}-{number}"
        if name not in given:
            yield name


def _merged(known: Box, other: Box) -> Box:
    return replace(
        known,
        kind="qr" if "qr" in (known.kind, other.kind) else known.kind,
        name=" / ".join(dict.fromkeys(filter(None, (*known.name.split(" / "), other.name)))),
        probability=other.probability if known.probability is None else known.probability,
        location=known.location or other.location,
        location_note=known.location_note and other.location_note,
        qr_content=known.qr_content or other.qr_content,
    )
