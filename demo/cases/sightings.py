"""What the machine noticed on one drawing, as `riskDetail` entries. An id is the same under every label."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

from demo.pictures.drawing import Drawing, Line, Mark

_MOST_FACES = 10  # the service sends no more faces or persons than this


@dataclass(frozen=True, slots=True)
class TextForm:
    """The form of an account's text evidence: nested in `ocrText` or beside it, spans or every matched index."""

    nested: bool
    every_index: bool
    with_unplaced: bool = False


@dataclass(frozen=True, slots=True)
class Sighting:
    mark: Mark
    entry: dict[str, Any] = field(hash=False)


def sightings(drawing: Drawing, rng: Random) -> list[Sighting]:
    """Marks as entries, the largest first, faces and persons cut off after ten each."""
    ordered = sorted(drawing.marks, key=lambda mark: -_area(mark))
    kept = [
        mark
        for kind in ("face", "person", "object", "qr")
        for mark in [mark for mark in ordered if mark.kind == kind][
            : _MOST_FACES if kind in ("face", "person") else None
        ]
    ]
    whole = drawing.image.width * drawing.image.height
    return [Sighting(mark, _entry(mark, _area(mark) / whole, rng)) for mark in kept]


def boxes(seen: list[Sighting]) -> dict[str, Any]:
    """`faces`, `persons`, `objects` of `riskDetail`; an empty list is left out."""
    lists = {
        "faces": [s.entry for s in seen if s.mark.kind == "face"],
        "persons": [s.entry for s in seen if s.mark.kind == "person"],
        "objects": [s.entry for s in seen if s.mark.kind in ("object", "qr")],
    }
    return {name: entries for name, entries in lists.items() if entries}


def text_evidence(drawing: Drawing, form: TextForm) -> dict[str, Any]:
    """`ocrText`, `matchedLists`, `riskSegments` in the account's form; nothing when no text was read."""
    if not drawing.text:
        return {}
    found: dict[str, Any] = {
        "matchedLists": _matched_lists(drawing, form),
        "riskSegments": [
            {"segment": word, "position": position(drawing.text, word, every_index=form.every_index)}
            for word in drawing.risky
        ],
    }
    if form.with_unplaced:
        found["riskSegments"].append({"segment": "vx: hidden77", "position": [3, 400, 401]})
    found = {name: entries for name, entries in found.items() if entries}
    read = {"text": drawing.text, "lines": [_line(line) for line in drawing.lines]}
    return {"ocrText": read | found} if form.nested else {"ocrText": read, **found}


def _line(line: Line) -> dict[str, Any]:
    return {"text": line.text, "start": line.start, "location": list(line.box)}


def position(text: str, word: str, *, every_index: bool) -> list[int]:
    """[start, end) of the first place, or with `every_index` the indices of all characters of all places."""
    starts = [at for at in range(len(text)) if text.startswith(word, at)]
    if every_index:
        return [index for start in starts for index in range(start, start + len(word))]
    return [starts[0], starts[0] + len(word)]


def _matched_lists(drawing: Drawing, form: TextForm) -> list[dict[str, Any]]:
    lists: dict[str, list[dict[str, Any]]] = {}
    for name, word in drawing.listed:
        place = position(drawing.text, word, every_index=form.every_index)
        lists.setdefault(name, []).append({"word": word, "position": place})
    return [{"name": name, "words": words} for name, words in lists.items()]


def _entry(mark: Mark, share: float, rng: Random) -> dict[str, Any]:
    entry: dict[str, Any] = {"id": f"{rng.getrandbits(64):016x}"}
    if mark.name:
        entry["name"] = mark.name
    if mark.kind in ("face", "person"):
        entry[f"{mark.kind}_ratio"] = round(share, 6)
    if mark.qr_content:
        entry["qrContent"] = mark.qr_content
    return entry | {"probability": round(rng.uniform(0.55, 0.995), 4), "location": list(mark.box)}


def _area(mark: Mark) -> int:
    left, top, right, bottom = mark.box
    return (right - left) * (bottom - top)
