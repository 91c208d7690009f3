"""A bus and a car, seen from the side."""

from __future__ import annotations

from demo.pictures.drawing import Canvas, Rectangle
from demo.pictures.outlines import Point
from demo.pictures.palettes import BLACK, WHITE, Colour, darker, lighter, rgb, sheer
from demo.pictures.pen import Pen
from demo.pictures.props import GLASS, STEEL, sign


def bus(canvas: Canvas, box: Rectangle, body: Colour, route: str) -> None:
    """A city bus; points are in hundredths of its length."""
    left, top, right, bottom = box
    pen = Pen(canvas, (left, bottom), (right - left) / 100)
    tall = (bottom - top) / pen.measure
    pen.oval((50, 0), (52, 0.05 * tall), sheer(BLACK, 0.25))
    with canvas.seen_as("object", "Bus"):
        pen.slab((0, -tall, 100, -0.1 * tall), body, radius=0.1 * tall)
        pen.slab((0, -0.36 * tall, 100, -0.28 * tall), lighter(body, 0.75))
        for pane in range(5):
            _pane(pen, 17 + 15.5 * pane, tall)
        pen.slab((3, -0.74 * tall, 14, -0.16 * tall), darker(GLASS, 0.15), radius=0.03 * tall)
        for x in (24, 78):
            _wheel(pen, (x, -0.1 * tall), 0.13 * tall)
        pen.slab((96.5, -0.28 * tall, 100, -0.18 * tall), rgb("ffe9a8"), radius=0.02 * tall)
        (x1, y1), (x2, y2) = pen.place((30, -0.95 * tall)), pen.place((82, -0.8 * tall))
        sign(canvas, (x1, y1, x2, y2), route, BLACK, rgb("ffc94d"))


def _pane(pen: Pen, x: float, tall: float) -> None:
    pen.slab((x, -0.74 * tall, x + 13.5, -0.42 * tall), darker(GLASS, 0.3), radius=0.03 * tall)
    gleam = [(x + 2, -0.44 * tall), (x + 7, -0.72 * tall), (x + 10, -0.72 * tall), (x + 5, -0.44 * tall)]
    pen.area(gleam, sheer(WHITE, 0.25))


def _wheel(pen: Pen, at: Point, radius: float) -> None:
    pen.disc(at, radius, BLACK)
    pen.disc(at, 0.55 * radius, STEEL)
    pen.disc(at, 0.2 * radius, darker(STEEL, 0.5))


def car(canvas: Canvas, foot: Point, length: float, body: Colour) -> None:
    pen = Pen(canvas, foot, length / 10)
    pen.oval((0, 0), (5.2, 0.4), sheer(BLACK, 0.22))
    with canvas.seen_as("object", "Car"):
        pen.blob([(-3, -1.9), (-1.8, -3.3), (1.2, -3.3), (2.8, -1.9)], darker(GLASS, 0.25))
        pen.slab((-0.35, -3.4, -0.05, -1.8), body)
        pen.slab((-5, -2.2, 5, -0.5), body, radius=0.8)
        pen.slab((4.4, -1.7, 5, -1.2), rgb("fff0b8"), radius=0.2)
        for x in (-2.9, 2.9):
            _wheel(pen, (x, -0.6), 0.85)
