"""Collect evidence boxes: one Box per object on the picture, however many labels refer to it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, cast

from moderation.contract.fields import Fields, as_number
from moderation.contract.geometry import Corners, Location, Outline
from moderation.contract.values import Box, EvidenceKind

ARRAYS: tuple[tuple[str, EvidenceKind], ...] = (("faces", "face"), ("objects", "object"), ("persons", "person"))
_SAYS_QR = re.compile(r"(?:^|[^a-z])qr(?:$|[^a-z]|.?code)|二维码", re.IGNORECASE)

MOST_BOXES = 500  # of a result that are shown
LOOKED_AT = 10_000  # entries of all arrays together; of those behind it is only known how many they are
_MOST_NAMES = 10  # of one box
_NAME_CHARACTERS = 1000
_FARTHEST = 10**9  # pixels; a coordinate beyond it is on no picture
_NUMBERS_OF_CORNERS = 8
NO_LOCATION = "the machine gave no location"

Key = tuple[Any, ...]


class BoxSet:
    """The boxes of one result, collected from every `riskDetail` and `businessDetail`.

    Entries with the same array and id are the same box; without an id, with the same array and location (or name,
    without a location). Later entries fill fields that earlier ones left empty. A result may hold any number of
    entries, so both the entries looked at and the boxes kept are bounded; `counts` says how many there are.
    """

    def __init__(self) -> None:
        self._boxes: dict[Key, Box] = {}
        self._beyond: dict[Key, EvidenceKind] = {}  # boxes of an array of which enough are kept
        self._unread: Counter[EvidenceKind] = Counter()
        self._kept: Counter[str] = Counter()
        self._room = LOOKED_AT

    def take_in(self, detail: Fields) -> tuple[Key, ...]:
        """Add the boxes of that detail object and return the keys of those that are kept."""
        if not detail.values:
            return ()
        found = (
            self.add(item, kind, array=array) for array, kind in ARRAYS for item in self._items(detail, array, kind)
        )
        return self.kept(found)

    def kept(self, keys: Iterable[Key]) -> tuple[Key, ...]:
        """Those of these that are among the boxes that are kept."""
        return tuple(key for key in keys if key in self._boxes)

    def _items(self, detail: Fields, array: str, kind: EvidenceKind) -> Iterator[Fields]:
        """The entries of an array, as long as there is room to look at them; the rest is counted."""
        read = 0
        for item in islice(detail.children(array), self._room):
            read += 1
            yield item
        self._room -= read
        if not self._room:
            self._unread[kind] += detail.length(array) - read

    def add(self, item: Fields, kind: EvidenceKind, *, array: str) -> Key:
        box = read_box(item, kind)
        key, is_elsewhere = self.put(box, array)
        if is_elsewhere:
            item.note(f"{kind} {box.id[:40]} has more than one location; the first one is shown")
        return key

    def put(self, box: Box, array: str) -> tuple[Key, bool]:
        """Add the box. Returns its key, and whether it was known at another place."""
        key = (array, "id", box.id) if box.id else (array, "place", box.location or box.name, box.location_note)
        known = self._boxes.get(key)
        if known is None:
            return self._keep(key, box, array), False
        if known != box:
            self._boxes[key] = _merged(known, box)
        return key, bool(known.location and box.location and known.location != box.location)

    def _keep(self, key: Key, box: Box, array: str) -> Key:
        if self._kept[array] < MOST_BOXES:
            self._boxes[key] = box
            self._kept[array] += 1
        else:
            self._beyond[key] = box.kind
        return key

    def add_qr_content(self, content: str) -> None:
        """Add the QR code that `auxInfo` repeats: usually known from its object already, else without a location."""
        if content and all(box.qr_content != content for box in self._boxes.values()):
            self._boxes["objects", "content", content] = Box("", "qr", location_note=NO_LOCATION, qr_content=content)

    def named(self) -> dict[Key, Box]:
        """The first MOST_BOXES boxes by their key, in order of appearance, each with an id of its own (`face-1` if none
        was sent). Of every array some are among them, so that no crowd of faces hides a code.
        """
        kept = _fairly(self._boxes, MOST_BOXES)
        names = _names(list(kept.values()))
        named = zip(kept.items(), names, strict=True)
        return {key: box if box.id == name else replace(box, id=name) for (key, box), name in named}

    def add_text(self, name: str, outline: Outline) -> Key:
        """Add the place of a stretch of text; what lies at one place is one box."""
        key = ("text", outline.location, outline.polygon)
        return key if key in self._boxes else self._keep(key, text_box("", name, outline), "text")

    def counts(self) -> Counter[EvidenceKind]:
        """How many boxes there are of each kind, those that are not kept included."""
        kinds = Counter(box.kind for box in self._boxes.values())
        return kinds + Counter(self._beyond.values()) + self._unread if self._beyond or self._unread else kinds


def _fairly(boxes: dict[Key, Box], most: int) -> dict[Key, Box]:
    """At most so many: the first of each array, in turns, in the order in which they came."""
    if len(boxes) <= most:
        return boxes
    turns: Counter[Any] = Counter()
    turn = {}
    for key in boxes:
        turn[key] = turns[key[0]]
        turns[key[0]] += 1
    kept = set(sorted(boxes, key=turn.__getitem__)[:most])
    return {key: box for key, box in boxes.items() if key in kept}


def _names(boxes: Sequence[Box]) -> list[str]:
    given = {box.id for box in boxes if box.id}
    numbers: Counter[str] = Counter()
    taken: set[str] = set()
    names = []
    for box in boxes:
        names.append(next(name for name in _candidates(box, given, numbers) if name not in taken))
        taken.add(names[-1])
    return names


def read_box(item: Fields, kind: EvidenceKind) -> Box:
    name = item.shown_text("name")
    qr_content = item.shown_text("qrContent") if kind == "object" else ""
    location, location_note = read_location(item)
    return box_of(
        kind, item.shown_text("id"), name, item.probability("probability"), location, location_note, qr_content
    )


def box_of(
    kind: EvidenceKind,
    box_id: str,
    name: str,
    probability: float | None,
    location: Location | None,
    location_note: str,
    qr_content: str,
) -> Box:
    """The box that an entry of an array of this kind is: an object that is a code is one of its own kind."""
    name = name[:_NAME_CHARACTERS]
    if kind == "object" and (qr_content or _SAYS_QR.search(name)):
        kind = "qr"
    return Box(box_id, kind, name, probability, location, location_note, qr_content)


def text_box(box_id: str, word: str, outline: Outline) -> Box:
    name, location = word[:_NAME_CHARACTERS], outline.location
    return Box(box_id, "text", name, outline.probability, location, polygon=outline.polygon)


def read_outline(item: Fields) -> Outline | None:
    """Where a stretch of text lies: `location` is a rectangle or the corners of a turned one."""
    value = item.values.get("location")
    probability = as_number(item.values.get("probability"))
    known = float(probability) if probability is not None and 0 <= probability <= 1 else None
    location, _ = read_location(item)
    if location:
        return Outline(location, probability=known)
    if not isinstance(value, list) or len(value) != _NUMBERS_OF_CORNERS:
        return None
    x1, y1, x2, y2, x3, y3, x4, y4 = map(_finite, value)
    if None in (corners := (x1, y1, x2, y2, x3, y3, x4, y4)):
        return None
    outline = Outline.of(cast(Corners, corners), is_turned=True, probability=known)
    left, top, right, bottom = outline.location
    return outline if left < right and top < bottom else None


def read_location(item: Fields) -> tuple[Location | None, str]:
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


def _candidates(box: Box, given: set[str], numbers: Counter[str]) -> Iterator[str]:
    """Candidate ids: the one sent; with its kind when another kind has it; else a number that was not sent, counted on
    in `numbers`.
    """
    if box.id:
        yield box.id
        yield f"{box.kind}-{box.id}"
    start = f"{box.kind}-{box.id}" if box.id else box.kind
    while True:
        numbers[start] += 1
        name = f"{start}-{numbers[start]}"
        if name not in given:
            yield name


def _merged(known: Box, other: Box) -> Box:
    return replace(
        known,
        kind="qr" if "qr" in (known.kind, other.kind) else known.kind,
        name=" / ".join(list(dict.fromkeys(filter(None, (*known.name.split(" / "), other.name))))[:_MOST_NAMES]),
        probability=other.probability if known.probability is None else known.probability,
        location=known.location or other.location,
        location_note=known.location_note and other.location_note,
        qr_content=known.qr_content or other.qr_content,
    )
