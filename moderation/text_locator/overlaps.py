"""Lines of a long picture, whose tiles overlap. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from moderation.contract.geometry import FoundLine, Location

SAME = 0.5  # of the smaller one lies in the other


def once(found: Sequence[FoundLine]) -> list[FoundLine]:
    """Each line once, from the top down: what two tiles show is taken from the one that shows more of it."""
    kept: list[FoundLine] = []
    for line in sorted(found, key=lambda one: -_area(one.outline.location)):
        if not any(_shared(line.outline.location, other.outline.location) > SAME for other in kept):
            kept.append(line)
    order = {id(line): place for place, line in enumerate(found)}
    return sorted(kept, key=lambda line: order[id(line)])


def _shared(small: Location, large: Location) -> float:
    width = min(small[2], large[2]) - max(small[0], large[0])
    height = min(small[3], large[3]) - max(small[1], large[1])
    return width * height / (_area(small) or 1) if width > 0 and height > 0 else 0.0


def _area(location: Location) -> float:
    x1, y1, x2, y2 = location
    return (x2 - x1) * (y2 - y1)
