"""Draw one thing in its own unit of length, so that a face is drawn by the same code at any size."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager

from demo.pictures.drawing import Canvas, MarkKind, Rectangle
from demo.pictures.outlines import Point, mirrored, placed
from demo.pictures.palettes import Colour


class Pen:
    """The canvas's shapes with points counted from `at` in units of `measure` pixels, x to the right, y down."""

    def __init__(self, canvas: Canvas, at: Point, measure: float) -> None:
        self.canvas, self.at, self.measure = canvas, at, measure

    def place(self, point: Point) -> Point:
        return self.at[0] + point[0] * self.measure, self.at[1] + point[1] * self.measure

    def area(self, points: Iterable[Point], fill: Colour) -> None:
        self.canvas.area(placed(self.at, self.measure, points), fill)

    def blob(self, points: Iterable[Point], fill: Colour) -> None:
        self.canvas.blob(placed(self.at, self.measure, points), fill)

    def both(self, half: Sequence[Point], fill: Colour) -> None:
        """A blob of which only the right half is given, from top to bottom."""
        self.blob(mirrored(half), fill)

    def oval(self, centre: Point, radii: Point, fill: Colour) -> None:
        self.canvas.oval(self.place(centre), (radii[0] * self.measure, radii[1] * self.measure), fill)

    def disc(self, centre: Point, radius: float, fill: Colour) -> None:
        self.oval(centre, (radius, radius), fill)

    def ring(self, centre: Point, radius: float, width: float, fill: Colour) -> None:
        self.canvas.ring(self.place(centre), radius * self.measure, width * self.measure, fill)

    def stroke(self, points: Iterable[Point], width: float, fill: Colour) -> None:
        self.canvas.stroke(placed(self.at, self.measure, points), width * self.measure, fill)

    def slab(self, box: Rectangle, fill: Colour, *, radius: float = 0) -> None:
        (left, top), (right, bottom) = self.place(box[:2]), self.place(box[2:])
        self.canvas.slab((left, top, right, bottom), fill, radius=radius * self.measure)

    def seen_as(self, kind: MarkKind, name: str = "") -> AbstractContextManager[None]:
        return self.canvas.seen_as(kind, name)
