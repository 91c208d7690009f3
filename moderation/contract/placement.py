"""Map each box to the upright picture, as moderators see it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from moderation.contract.geometry import Corners, Location
from moderation.contract.values import Box

Reading = Literal["upright", "stored"]

_ROUNDING_PIXELS = 1.0  # a machine may round a corner past the edge; that alone rules out no reading
_QUARTER_TURNED = (5, 6, 7, 8)

# EXIF orientation → a stored point on the upright picture of that width and height.
_UPRIGHT: dict[int, Callable[[float, float, float, float], tuple[float, float]]] = {
    1: lambda x, y, _width, _height: (x, y),
    2: lambda x, y, width, _height: (width - x, y),
    3: lambda x, y, width, height: (width - x, height - y),
    4: lambda x, y, _width, height: (x, height - y),
    5: lambda x, y, _width, _height: (y, x),
    6: lambda x, y, width, _height: (width - y, x),
    7: lambda x, y, width, height: (width - y, height - x),
    8: lambda x, y, _width, height: (y, height - x),
}


@dataclass(frozen=True, slots=True)
class Placed:
    """A box on the upright picture: `location` in its pixels, None when the machine gave no usable one; `polygon` are
    the corners of a turned one.

    `note` says when the locations were not read the way the app declares them. `by_us`: we located it, not the machine.
    """

    box: Box
    location: Location | None
    clamped: bool = False
    note: str = ""
    polygon: Corners | None = None
    by_us: bool = False


def place(boxes: Sequence[Box], *, width: int, height: int, orientation: int, declared: Reading) -> tuple[Placed, ...]:
    """Every box in its order, in pixels of the upright picture (`width` × `height`), clamped to it.

    `orientation` is the picture's EXIF value (1–8; anything else counts as 1). `declared` is how the app says its
    machine counts; a set of boxes that fits the picture only the other way is read that way, with a note.
    """
    orientation = orientation if orientation in _UPRIGHT else 1
    locations = [box.location for box in boxes if box.location is not None]
    reading = _reading(locations, width=width, height=height, orientation=orientation, declared=declared)
    note = "" if reading == declared else f"the boxes fit only the {reading} picture and were read that way"
    turn = orientation if reading == "stored" else 1
    return tuple(_placed(box, width=width, height=height, orientation=turn, note=note) for box in boxes)


def _reading(locations: Sequence[Location], *, width: int, height: int, orientation: int, declared: Reading) -> Reading:
    """Only a quarter turn swaps width and height, so only then can a set fit one reading and not the other."""
    if orientation not in _QUARTER_TURNED:
        return declared
    fits: dict[Reading, bool] = {
        "upright": all(_fits(location, width, height) for location in locations),
        "stored": all(_fits(location, height, width) for location in locations),
    }
    other: Reading = "stored" if declared == "upright" else "upright"
    return other if fits[other] and not fits[declared] else declared


def _fits(location: Location, width: int, height: int) -> bool:
    x1, y1, x2, y2 = location
    slack = _ROUNDING_PIXELS
    return x1 >= -slack and y1 >= -slack and x2 <= width + slack and y2 <= height + slack


def _placed(box: Box, *, width: int, height: int, orientation: int, note: str) -> Placed:
    if box.location is None:
        return Placed(box, None, note=note)
    x1, y1, x2, y2 = box.location
    (ax, ay), (bx, by) = (_UPRIGHT[orientation](x, y, width, height) for x, y in ((x1, y1), (x2, y2)))
    whole = (min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))
    inside = (_clamp(whole[0], width), _clamp(whole[1], height), _clamp(whole[2], width), _clamp(whole[3], height))
    polygon = _turned(box.polygon, width=width, height=height, orientation=orientation) if box.polygon else None
    return Placed(box, inside, clamped=inside != whole, note=note, polygon=polygon)


def _turned(corners: Corners, *, width: int, height: int, orientation: int) -> Corners:
    """The corners as they stand on the upright picture, none of them outside."""
    points = (_UPRIGHT[orientation](x, y, width, height) for x, y in zip(corners[::2], corners[1::2], strict=True))
    (x1, y1), (x2, y2), (x3, y3), (x4, y4) = ((_clamp(x, width), _clamp(y, height)) for x, y in points)
    return (x1, y1, x2, y2, x3, y3, x4, y4)


def _clamp(value: float, limit: int) -> float:
    return min(max(value, 0.0), float(limit))
