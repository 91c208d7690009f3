"""Where things lie on a picture, in pixels of the original."""

from __future__ import annotations

from dataclasses import dataclass

Location = tuple[float, float, float, float]
"""(x1, y1, x2, y2) in pixels, top-left and bottom-right."""
Corners = tuple[float, float, float, float, float, float, float, float]
"""(x1, y1, … x4, y4) of a quadrilateral in pixels, clockwise from the top left of what is inside."""


@dataclass(frozen=True, slots=True)
class Outline:
    """Where something lies on the picture: the upright rectangle around it, and its corners when it is turned."""

    location: Location
    polygon: Corners | None = None
    probability: float | None = None

    @classmethod
    def of(cls, corners: Corners, *, is_turned: bool, probability: float | None = None) -> Outline:
        xs, ys = corners[::2], corners[1::2]
        return cls((min(xs), min(ys), max(xs), max(ys)), corners if is_turned else None, probability)

    @property
    def corners(self) -> Corners:
        x1, y1, x2, y2 = self.location
        return self.polygon or (x1, y1, x2, y1, x2, y2, x1, y2)


@dataclass(frozen=True, slots=True)
class FoundLine:
    """A line of text that a recogniser found on the picture. `text` is "" where it could not be read."""

    text: str
    outline: Outline
