"""Where the lines of the recognised text lie on the picture, and which part of a line's box a stretch of it takes.

`ocrText.lines[]` is an extension that any engine may send: {`text`, `start` (code points into `ocrText.text`),
`location` (four numbers, or the eight of a turned quadrilateral, from the text's top left on clockwise),
`probability`}. Letters differ in width, so a share is an estimate, by the widths in common typefaces. Lines of scripts
that run from right to left are shared from the right, and upright columns from the top.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice

from moderation.contract.boxes import read_outline
from moderation.contract.fields import Fields
from moderation.contract.geometry import Corners, Outline
from moderation.contract.values import TextLine

MOST_LINES = 1_000
_SEARCHED = 20_000  # characters of a text in which a line without a start is looked for
_ESTIMATED = 2_000  # characters of a line whose widths are estimated; those of a longer one count as equal
_COLUMN = 1.5  # times as high as wide
_LETTERS_AS_WIDE_AS_HIGH = 2

WIDTHS = {
    0.5: "iljI|.,:;'’!` ·",
    0.7: 'frt()[]{}-/\\"*J',
    1.0: "cksvxyz?_",
    1.25: "ABCDEFGHKLNOPQRSTUVXYZ&+=<>#~",
    1.75: "mwMW@%…—",
}
OTHERS = 1.12
FULL = 2
_OF_LETTER = {letter: width for width, letters in WIDTHS.items() for letter in letters}

Spot = tuple[float, float]  # of a letter along its line, from 0 to 1


def read_lines(reading: Fields, text: str, offset: int) -> Iterator[TextLine]:
    """The lines that `ocrText` gives for its text, which begins at `offset` of the whole."""
    at = 0
    for line in islice(reading.children("lines"), MOST_LINES):
        sent = line.values.get("text")
        outline = read_outline(line)
        start = _start_of(line, text, sent, at) if isinstance(sent, str) and sent else None
        if start is None or outline is None:
            line.note("a line of the recognised text has no place in it or on the picture")
            continue
        at = start + len(sent or "")
        yield TextLine(offset + start, offset + at, text[start:at], outline)


def _start_of(line: Fields, text: str, sent: str, at: int) -> int | None:
    """Where the line stands in the text: as it says, else the next place behind the line before."""
    start = line.values.get("start")
    if type(start) is int and start >= 0 and text[start : start + len(sent)] == sent:
        return start
    found = text.find(sent, at) if len(text) <= _SEARCHED else -1
    return found if found >= 0 else None


def outlines_of(lines: Sequence[TextLine], start: int, end: int) -> list[Outline]:
    """The parts of these lines' boxes, one for each line, that the stretch [start, end) of the whole takes. The lines
    are in the order of their start.
    """
    found = []
    first = bisect_right(lines, start, key=lambda line: line.start)
    for line in islice(lines, max(0, first - 1), None):
        if line.start >= end:
            break
        if line.end > start:
            found.append(_share(line, max(start, line.start) - line.start, min(end, line.end) - line.start))
    return found


def _share(line: TextLine, start: int, end: int) -> Outline:
    low, high = _portion(line.text, start, end)
    corners = line.outline.corners
    part = (
        _down(corners, start / len(line.text), end / len(line.text)) if _is_column(line) else _along(corners, low, high)
    )
    return Outline.of(part, is_turned=line.outline.polygon is not None, probability=line.outline.probability)


def _along(corners: Corners, low: float, high: float) -> Corners:
    """The part between two points of the way from its left to its right edge."""
    x1, y1, x2, y2, x3, y3, x4, y4 = corners
    top = (_between(x1, x2, low), _between(y1, y2, low), _between(x1, x2, high), _between(y1, y2, high))
    foot = (_between(x4, x3, high), _between(y4, y3, high), _between(x4, x3, low), _between(y4, y3, low))
    return (*top, *foot)


def _down(corners: Corners, low: float, high: float) -> Corners:
    """The part between two points of the way from its top to its foot."""
    x1, y1, x2, y2, x3, y3, x4, y4 = corners
    upper = (_between(x1, x4, low), _between(y1, y4, low), _between(x2, x3, low), _between(y2, y3, low))
    lower = (_between(x2, x3, high), _between(y2, y3, high), _between(x1, x4, high), _between(y1, y4, high))
    return (*upper, *lower)


def _between(one: float, other: float, share: float) -> float:
    return round(one + (other - one) * share, 2)


def _is_column(line: TextLine) -> bool:
    """Whether it is higher than wide although its letters, half as wide as high, would need more beside each other."""
    x1, y1, x2, y2 = line.outline.location
    is_high = line.outline.polygon is None and y2 - y1 > _COLUMN * (x2 - x1)
    return is_high and sum(map(cells, line.text[:_ESTIMATED])) > _LETTERS_AS_WIDE_AS_HIGH


def _portion(text: str, start: int, end: int) -> Spot:
    """What of its line a stretch takes, from left to right."""
    if len(text) > _ESTIMATED:
        return start / len(text), end / len(text)
    spots = _spots(text)[start:end]
    return min(left for left, _ in spots), max(right for _, right in spots)


@lru_cache(maxsize=1024)
def _spots(text: str) -> tuple[Spot, ...]:
    """Where each letter stands in its line, by its place in the text."""
    widths = [width(letter) for letter in text]
    whole = sum(widths) or 1
    spots: list[Spot] = [(0.0, 0.0)] * len(text)
    at = 0.0
    for place in _from_left_to_right(text):
        spots[place] = (at / whole, (at + widths[place]) / whole)
        at += widths[place]
    return tuple(spots)


@lru_cache(maxsize=4096)
def width(letter: str) -> float:
    """In halves of a full-width letter, in typefaces without serifs."""
    return _OF_LETTER.get(letter, OTHERS) if cells(letter) == 1 else float(cells(letter))


def cells(letter: str) -> int:
    """Two for a full-width letter, none for a mark on another one."""
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return FULL if unicodedata.east_asian_width(letter) in "WF" else 1


def _from_left_to_right(text: str) -> Sequence[int]:
    """The places of the letters as they stand on the line: the Unicode rules for runs in two directions, without
    embeddings.
    """
    classes = [unicodedata.bidirectional(letter) for letter in text]
    if not any(one in ("R", "AL") for one in classes):
        return range(len(text))
    levels = _levels(classes)
    order = list(range(len(text)))
    for level in (2, 1):
        start = 0
        while start < len(order):
            end = start
            while end < len(order) and levels[order[end]] >= level:
                end += 1
            order[start:end] = reversed(order[start:end])
            start = max(end, start + 1)
    return order


def _levels(classes: Sequence[str]) -> list[int]:
    """Even levels run from left to right. What has no direction of its own runs as both its neighbours do."""
    strong = next(one for one in classes if one in ("L", "R", "AL"))
    base = 0 if strong == "L" else 1
    known: list[int | None] = []
    for one in classes:
        strong = one if one in ("L", "R", "AL") else strong
        number = 2 if strong != "L" or base else 0
        known.append({"R": 1, "AL": 1, "L": 2 * base, "EN": number, "AN": 2}.get(one))
    after = _filled(known[::-1], base)[::-1]
    return [
        level if level is not None else (left if left == right else base)
        for level, left, right in zip(known, _filled(known, base), after, strict=True)
    ]


def _filled(levels: Sequence[int | None], base: int) -> list[int]:
    """Each level, else the one before it."""
    found, last = [], base
    for level in levels:
        last = last if level is None else level
        found.append(last)
    return found
