"""Heads, and heads with shoulders, seen from the front. A head's measure is `r`, half its height."""

from __future__ import annotations

import math

from demo.pictures.drawing import Canvas
from demo.pictures.hair import hair_before, hair_behind, hair_falling
from demo.pictures.looks import Look
from demo.pictures.outlines import Point, arc, mirrored
from demo.pictures.palettes import WHITE, Colour, darker, mix, rgb, sheer
from demo.pictures.pen import Pen

_DARK: Colour = (38, 28, 34)
_LIPS = rgb("b5484f")


def head(canvas: Canvas, at: Point, r: float, look: Look, *, name: str = "", smile: float = 0.6) -> None:
    """A head around `at`. The face, from hairline to chin with its ears, is marked."""
    pen = Pen(canvas, at, r)
    hair_behind(pen, look)
    with canvas.seen_as("face", name):
        _face(pen, look, smile)
    hair_before(pen, look)


def bust(canvas: Canvas, at: Point, r: float, look: Look, *, name: str = "", smile: float = 0.6) -> None:
    """Head, neck and shoulders; the shoulders run down to 3.5 r below the head's centre."""
    pen = Pen(canvas, at, r)
    with canvas.seen_as("person"):
        hair_falling(pen, look)
        _shoulders(pen, look)
        head(canvas, at, r, look, name=name, smile=smile)


def _shoulders(pen: Pen, look: Look) -> None:
    reach = 1.95 if look.broad else 1.65
    half = [(0.0, 1.2), (0.46, 1.22), (0.78 * reach, 1.46), (reach, 2.15), (1.08 * reach, 3.4), (0.0, 3.5)]
    pen.both(half, look.top)
    for side in (-1, 1):
        pen.stroke([(side * 0.74 * reach, 3.3), (side * 0.7 * reach, 2.4)], 0.05, darker(look.top, 0.14))
    if look.style == "scarf":
        pen.both([(0.9, 0.4), (1.1, 1.5), (0.0, 1.95)], darker(look.trim, 0.12))
    else:
        collar = [(0.62 * math.sin(turn), 1.22 + 0.62 * math.cos(turn)) for turn in arc(-1.5, 1.5)]
        pen.area(collar, look.trim if look.broad else darker(look.top, 0.18))
        _neck(pen, look, 0.46 if look.broad else 0.37)


def _neck(pen: Pen, look: Look, half: float) -> None:
    foot = [(half * math.sin(turn), 1.25 + 0.42 * math.cos(turn)) for turn in arc(1.5, -1.5)]
    pen.area([(-half, 0.5), (half, 0.5), *foot], mix(look.skin, look.shade, 0.3))
    chin = [(half * math.sin(turn), 0.8 + 0.42 * math.cos(turn)) for turn in arc(1.57, -1.57)]
    pen.area(chin, sheer(darker(look.skin, 0.5), 0.25))


def _face(pen: Pen, look: Look, smile: float) -> None:
    if look.style != "scarf":
        for side in (-1, 1):
            pen.oval((side * 0.78, 0.08), (0.13, 0.2), mix(look.skin, look.shade, 0.4))
    jaw = 0.6 if look.child else 0.52
    pen.blob(mirrored([(0.0, -1.0), (0.52, -0.84), (0.78, -0.3), (0.76, 0.2), (jaw, 0.68), (0.2, 0.97)]), look.skin)
    away_from_light = [(0.2, 0.98), (0.52, 0.3), (0.45, -0.6), (0.66, -0.5), (0.76, 0.0), (0.6, 0.58)]
    pen.blob(away_from_light, sheer(look.shade, 0.38))
    for side in (-1, 1):
        _eye(pen, side, look)
    pen.stroke([(0.02, 0.08), (0.09, 0.32), (-0.04, 0.34)], 0.05, look.shade)
    if look.beard:
        _beard(pen, look)
    _mouth(pen, smile)
    if look.glasses:
        _glasses(pen)


def _eye(pen: Pen, side: int, look: Look) -> None:
    x = side * 0.33
    pen.oval((x, 0.06), (0.085, 0.12 if look.child else 0.1), _DARK)
    pen.disc((x + 0.03, 0.02), 0.028, WHITE)
    brow = _DARK if look.style == "bald" else darker(look.hair, 0.2)
    pen.stroke([(x - side * 0.12, -0.19), (x, -0.23), (x + side * 0.15, -0.14)], 0.055, brow)
    pen.oval((side * 0.46, 0.36), (0.15, 0.1), sheer(rgb("e0575b"), 0.2))


def _mouth(pen: Pen, smile: float) -> None:
    curve = [(0.3 * math.sin(turn), 0.55 + 0.16 * smile * math.cos(turn)) for turn in arc(-1.35, 1.35)]
    if smile > 0.5:
        pen.area(curve, _LIPS)
        pen.area([(x, min(y, 0.64)) for x, y in curve], WHITE)
    else:
        pen.stroke(curve, 0.07, _LIPS)


def _beard(pen: Pen, look: Look) -> None:
    outer = [(0.75, 0.2), (0.55, 0.68), (0.2, 0.97), (-0.2, 0.97), (-0.55, 0.68), (-0.75, 0.2)]
    inner = [(-0.6, 0.38), (-0.3, 0.42), (0.0, 0.38), (0.3, 0.42), (0.6, 0.38)]
    pen.blob([*outer, *inner], mix(look.hair, look.skin, 0.12))


def _glasses(pen: Pen) -> None:
    for side in (-1, 1):
        pen.disc((side * 0.34, 0.07), 0.22, sheer(WHITE, 0.16))
        pen.ring((side * 0.34, 0.07), 0.24, 0.045, _DARK)
        pen.stroke([(side * 0.57, 0.05), (side * 0.74, 0.0)], 0.045, _DARK)
    pen.stroke([(-0.11, 0.04), (0.11, 0.04)], 0.045, _DARK)
