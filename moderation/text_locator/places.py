"""Where marked stretches of recognised text lie on the picture. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from moderation.contract.geometry import Outline
from moderation.contract.listed_boxes import boxes_of_listed
from moderation.contract.positions import Stretch
from moderation.contract.text_lines import outlines_of
from moderation.contract.values import Evidence, TextLine
from moderation.text_locator.align import Aligned

MOST_STRETCHES = 500
LEAST_SEEN = 0.5  # of a stretch's letters, or it counts as not found


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of the recognised text, and the part of each line on which it lies."""

    start: int
    end: int
    outlines: tuple[Outline, ...]


def unplaced(evidence: Evidence, listed: Sequence[Mapping[str, Any]]) -> list[Stretch]:
    """The marked stretches of the text that have no box: risk segments, words of the machine's lists and of ours."""
    marked = {(span.start, span.end): bool(span.evidence) for span in evidence.text.spans}
    _, boxes = boxes_of_listed(evidence, listed)
    for found in listed:
        stretch = found["start"], found["end"]
        marked[stretch] = marked.get(stretch, False) or bool(boxes.get(stretch))
    return list(islice((stretch for stretch, has_box in marked.items() if not has_box), MOST_STRETCHES))


def places_of(text: str, stretches: Sequence[Stretch], lines: Sequence[Aligned]) -> Iterator[Place]:
    """Those of the stretches that were found."""
    letters = {place: (line, at) for line in lines for place, at in line.places.items()}
    for start, end in stretches:
        on: dict[int, list[tuple[int, int]]] = {}
        seen = [letters[place] for place in range(start, end) if place in letters]
        for line, at in seen:
            on.setdefault(id(line), []).append(at)
        if seen and len(seen) >= LEAST_SEEN * sum(not letter.isspace() for letter in text[start:end]):
            parts = (_part(line, on[id(line)]) for line in lines if id(line) in on)
            yield Place(start, end, tuple(outline for part in parts for outline in part))


def _part(line: Aligned, letters: Sequence[tuple[int, int]]) -> list[Outline]:
    """From the first to the last of these letters."""
    whole = TextLine(0, len(line.text), line.text, line.outline)
    return outlines_of([whole], min(start for start, _ in letters), max(end for _, end in letters))
