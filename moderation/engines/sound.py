"""Check what an engine says before it is believed: an engine may be wrong, broken or taken over."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from moderation.contract.boxes import MOST_BOXES
from moderation.contract.evidence import MOST_LABELS
from moderation.contract.geometry import Corners, Location
from moderation.contract.values import Box, Evidence, Label, TextLine
from moderation.engines.join_texts import MOST_CHARACTERS, MOST_LINES
from moderation.engines.protocol import Ask, Findings, Frame, failed
from moderation.messages import LedgerCode

MOST_NOTES = 50
OUTSIDE = "a box reached beyond the picture and was cut at its edge"
ELSEWHERE = "a box lay outside the picture"

Size = tuple[int, int]


def size_of(frames: Sequence[Frame]) -> Size:
    """Width and height of the whole picture, in pixels."""
    return max(one.left + one.width for one in frames), max(one.top + one.height for one in frames)


def sound(found: Findings, *, frames: Sequence[Frame], ask: Ask) -> Findings:
    """The findings with every box on the picture. Raises EngineFailed for what no honest engine says."""
    if reason := _why_not(found):
        raise failed(LedgerCode.ENGINE_ANSWER, found.engine, detail=reason)
    size, notes = size_of(frames), dict.fromkeys(found.evidence.notes)
    boxes = tuple(_inside(box, size, notes) for box in found.evidence.boxes)
    text = replace(found.evidence.text, lines=tuple(_line(one, size, notes) for one in found.evidence.text.lines))
    evidence = replace(found.evidence, boxes=boxes, text=text, notes=tuple(notes)[:MOST_NOTES])
    return replace(found, evidence=evidence, checked=found.checked & ask.types)


def _why_not(found: Findings) -> str:
    evidence = found.evidence
    scores = [*_scores(found), *(box.probability for box in evidence.boxes)]
    if not all(score is None or 0 <= score <= 1 for score in scores):  # not a number compares as false
        return "a probability is not from 0 to 1"
    if not all(map(_is_finite, evidence.boxes)):
        return "a location is not finite"
    return _why_too_much(evidence, found.labels)


def _why_too_much(evidence: Evidence, labels: Sequence[Label]) -> str:
    if len(labels) > MOST_LABELS or len(evidence.boxes) > MOST_BOXES:
        return "too many labels or boxes"
    if len(evidence.text.text) > MOST_CHARACTERS or len(evidence.text.lines) > MOST_LINES:
        return "too much text"
    return ""


def _scores(found: Findings) -> list[float | None]:
    return [label.probability for label in (*found.labels, *filter(None, (found.verdict,)))]


def _is_finite(box: Box) -> bool:
    return all(map(math.isfinite, (*(box.location or ()), *(box.polygon or ()))))


def _inside(box: Box, size: Size, notes: dict[str, None]) -> Box:
    if box.location is None:
        return box
    location = _cut(box.location, size)
    if location is None:
        notes[ELSEWHERE] = None
        return replace(box, location=None, polygon=None, location_note=ELSEWHERE)
    if location != box.location:
        notes[OUTSIDE] = None
    return replace(box, location=location, polygon=_corners(box.polygon, size))


def _line(line: TextLine, size: Size, notes: dict[str, None]) -> TextLine:
    location = _cut(line.outline.location, size)
    if location == line.outline.location:
        return line
    notes[OUTSIDE] = None
    width, height = size
    location = location or (0.0, 0.0, float(width), float(height))
    return replace(line, outline=replace(line.outline, location=location, polygon=_corners(line.outline.polygon, size)))


def _cut(location: Location, size: Size) -> Location | None:
    """The part on the picture; None when there is none."""
    (x1, y1, x2, y2), (width, height) = location, size
    left, top, right, bottom = max(x1, 0.0), max(y1, 0.0), min(x2, float(width)), min(y2, float(height))
    return (left, top, right, bottom) if left < right and top < bottom else None


def _corners(corners: Corners | None, size: Size) -> Corners | None:
    if corners is None:
        return None
    x1, y1, x2, y2, x3, y3, x4, y4 = (
        min(max(value, 0.0), float(size[place % 2])) for place, value in enumerate(corners)
    )
    return (x1, y1, x2, y2, x3, y3, x4, y4)
