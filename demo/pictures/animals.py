"""Pets that sit and look at us. Points are in tenths of the animal's height from between its feet."""

from __future__ import annotations

from demo.pictures.drawing import Canvas
from demo.pictures.outlines import Point
from demo.pictures.palettes import WHITE, Colour, darker, lighter, rgb, sheer
from demo.pictures.pen import Pen

_NIGHT = rgb("2a2226")
_ROSE = rgb("e8a3a0")


def cat(canvas: Canvas, foot: Point, height: float, coat: Colour) -> None:
    pen, pale = Pen(canvas, foot, height / 10), lighter(coat, 0.5)
    with canvas.seen_as("object", "Cat"):
        pen.stroke([(2, -0.6), (3.6, -0.8), (3.9, -2.6)], 1, coat)
        pen.both([(0.0, -6.2), (1.6, -5.6), (2.2, -2.6), (2.4, -0.5), (1.3, 0.0)], coat)
        pen.both([(0.0, -5.2), (0.9, -4.2), (0.8, -2.4), (0.0, -1.8)], pale)
        for side in (-1, 1):
            pen.stroke([(side * 0.7, -2.6), (side * 0.7, -0.5)], 1, darker(coat, 0.06))
            pen.oval((side * 0.75, -0.3), (0.8, 0.42), pale)
        _cat_head(Pen(canvas, pen.place((0, -7.2)), pen.measure), coat)


def _cat_head(pen: Pen, coat: Colour) -> None:
    for side in (-1, 1):
        pen.area([(side * 0.6, -1.4), (side * 1.9, -2.7), (side * 2.1, -0.3)], coat)
        pen.area([(side * 1.0, -1.4), (side * 1.75, -2.1), (side * 1.85, -0.9)], _ROSE)
    pen.oval((0, 0), (2.3, 1.95), coat)
    pen.oval((0, 0.85), (1.1, 0.8), lighter(coat, 0.5))
    for side in (-1, 1):
        pen.oval((side * 0.95, -0.1), (0.4, 0.5), _NIGHT)
        pen.disc((side * 0.95 + 0.14, -0.28), 0.13, WHITE)
        for end in (0.73, 1.07):
            pen.stroke([(side * 0.9, 0.85), (side * 2.8, end)], 0.07, sheer(WHITE, 0.7))
    pen.area([(-0.28, 0.4), (0.28, 0.4), (0, 0.72)], rgb("d8817f"))
    pen.stroke([(-0.45, 1.1), (0, 0.85), (0.45, 1.1)], 0.1, rgb("5a3d3a"))


def dog(canvas: Canvas, foot: Point, height: float, coat: Colour) -> None:
    pen, pale = Pen(canvas, foot, height / 10), lighter(coat, 0.55)
    with canvas.seen_as("object", "Dog"):
        pen.stroke([(2.1, -1), (3.4, -2.2), (3.5, -3.4)], 0.7, coat)
        pen.both([(0.0, -6.4), (1.7, -5.6), (2.3, -2.4), (2.6, -0.4), (1.3, 0.0)], coat)
        pen.both([(0.0, -5.4), (1.0, -4.6), (0.8, -2.2), (0.0, -1.6)], pale)
        for side in (-1, 1):
            pen.stroke([(side * 0.95, -3.2), (side * 0.95, -0.5)], 1.1, lighter(coat, 0.06))
            pen.oval((side, -0.34), (0.95, 0.46), pale)
        _dog_head(Pen(canvas, pen.place((0, -7.4)), pen.measure), coat)


def _dog_head(pen: Pen, coat: Colour) -> None:
    pen.oval((0, 0), (1.9, 2.0), coat)
    for side in (-1, 1):
        ear = [(1.2, -1.7), (2.2, -1.2), (2.6, 0.6), (2.0, 1.3), (1.6, 0.2)]
        pen.blob([(side * across, down) for across, down in ear], darker(coat, 0.3))
        pen.oval((side * 0.75, -0.25), (0.27, 0.34), _NIGHT)
        pen.disc((side * 0.75 + 0.1, -0.36), 0.1, WHITE)
    pen.oval((0, 1.0), (1.15, 0.95), lighter(coat, 0.55))
    pen.slab((-0.35, 1.2, 0.35, 2.3), rgb("e0707a"), radius=0.34)
    pen.oval((0, 0.5), (0.5, 0.36), _NIGHT)


def bird(canvas: Canvas, foot: Point, height: float, coat: Colour) -> None:
    pen = Pen(canvas, foot, height / 10)
    with canvas.seen_as("object", "Bird"):
        pen.stroke([(-0.5, 0), (-0.5, -1.6)], 0.22, rgb("c98a3d"))
        pen.stroke([(0.6, 0), (0.6, -1.6)], 0.22, rgb("c98a3d"))
        pen.blob([(3.2, -1.8), (6.2, -0.8), (5.8, -1.8), (3.0, -3.6)], darker(coat, 0.3))
        pen.blob([(-2.6, -6.0), (-1.4, -8.4), (0.6, -8.2), (1.8, -5.8), (3.4, -2.6), (0.6, -1.2), (-2.2, -2.8)], coat)
        pen.blob([(-1.8, -5.2), (-0.4, -4.6), (0.2, -2.2), (-1.6, -2.6)], lighter(coat, 0.6))
        pen.blob([(0.2, -5.6), (2.4, -4.2), (3.6, -2.2), (1.2, -2.6)], darker(coat, 0.2))
        pen.area([(-2.1, -7.4), (-3.6, -6.6), (-2.2, -6.2)], rgb("e8a33d"))
        pen.disc((-1.0, -7.2), 0.36, _NIGHT)
