"""The boxes of words that our own lists found: parts of the lines that the machine located."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from moderation.contract.boxes import MOST_BOXES, text_box
from moderation.contract.positions import Stretch
from moderation.contract.text_lines import outlines_of
from moderation.contract.values import Box, Evidence


def boxes_of_listed(
    evidence: Evidence, listed: Sequence[Mapping[str, Any]]
) -> tuple[list[Box], dict[Stretch, list[str]]]:
    """(the boxes that the evidence has not, the ids of the boxes of each stretch). `listed` are {"word", "start",
    "end"} in code points of the recognised text.
    """
    known = {(box.location, box.polygon): box.id for box in evidence.boxes if box.kind == "text"}
    taken = {box.id for box in evidence.boxes}
    names = (name for n in count(1) if (name := f"text-{n}") not in taken)
    new: list[Box] = []
    ids: dict[Stretch, list[str]] = {}
    for found in listed if evidence.text.lines else ():
        stretch = found["start"], found["end"]
        own = ids.setdefault(stretch, [])
        for outline in outlines_of(evidence.text.lines, *stretch) if not own else ():
            place = outline.location, outline.polygon
            if place not in known and len(evidence.boxes) + len(new) < MOST_BOXES:
                known[place] = next(names)
                new.append(text_box(known[place], found["word"], outline))
            own += [known[place]] if place in known else []
    return new, ids
