"""The boxes that we found for marked words whose place the machine did not tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from moderation.contract.boxes import MOST_BOXES, text_box
from moderation.contract.placement import Placed, place
from moderation.contract.positions import Stretch
from moderation.contract.values import Box, Evidence
from moderation.models import LocatedText, Picture
from moderation.text_locator.places import unplaced


@dataclass(frozen=True, slots=True)
class Located:
    """`ids` are those of the boxes of each stretch of the text. `is_coming`: there may be some soon."""

    boxes: Sequence[Box] = ()
    ids: Mapping[Stretch, tuple[str, ...]] = field(default_factory=dict)
    is_coming: bool = False

    def on(self, picture: Picture) -> list[Placed]:
        """They are in pixels of the upright picture, however the app's machine counts."""
        size = {"width": picture.width, "height": picture.height}
        placed = place(self.boxes, **size, orientation=1, declared="upright")
        return [replace(one, by_us=True) for one in placed]


NOTHING = Located()


def located_in(evidence: Evidence, listed: Sequence[dict[str, Any]], row: LocatedText | None) -> Located:
    if row is None:
        return NOTHING
    taken = {box.id for box in evidence.boxes}
    names = (name for n in count(1) if (name := f"located-{n}") not in taken)
    outlines = row.outlines
    boxes: list[Box] = []
    ids: dict[Stretch, tuple[str, ...]] = {}
    for start, end in unplaced(evidence, listed):
        room = MOST_BOXES - len(evidence.boxes) - len(boxes)
        word = evidence.text.text[start:end]
        own = [text_box(next(names), word, outline) for outline in outlines.get((start, end), [])[: max(0, room)]]
        boxes += own
        ids[start, end] = tuple(box.id for box in own)
    return Located(boxes, ids, row.is_coming)
