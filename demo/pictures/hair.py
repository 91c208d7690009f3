"""Draw hair and hats in three layers: behind the shoulders, behind the face, in front of the face.

All points are in head measures (half a head's height) from the head's centre.
"""

from __future__ import annotations

import math

from demo.pictures.looks import Look
from demo.pictures.outlines import Point, arc
from demo.pictures.palettes import Colour, darker, lighter
from demo.pictures.pen import Pen

# where the hair ends on the forehead, from right to left
_FRINGES: dict[str, tuple[Point, ...]] = {
    "short": ((0.7, -0.3), (0.5, -0.56), (0.1, -0.5), (-0.4, -0.66), (-0.7, -0.3)),
    "long": ((0.78, 0.1), (0.6, -0.35), (0.2, -0.68), (-0.35, -0.45), (-0.78, 0.1)),
    "bob": ((0.78, 0.05), (0.66, -0.34), (0.3, -0.4), (-0.1, -0.42), (-0.62, -0.34), (-0.78, 0.05)),
    "bun": ((0.7, -0.35), (0.3, -0.7), (0.0, -0.74), (-0.3, -0.7), (-0.7, -0.35)),
    "curly": ((0.72, -0.3), (0.42, -0.56), (0.14, -0.5), (-0.14, -0.58), (-0.44, -0.5), (-0.72, -0.3)),
    "buzz": ((0.72, -0.32), (0.5, -0.62), (0.0, -0.68), (-0.5, -0.62), (-0.72, -0.32)),
    "wave": ((0.76, -0.1), (0.56, -0.52), (0.1, -0.7), (-0.3, -0.52), (-0.62, -0.5), (-0.77, -0.1)),
    "scarf": ((0.66, -0.5), (0.3, -0.74), (-0.3, -0.74), (-0.66, -0.5)),
}


def hair_falling(pen: Pen, look: Look) -> None:
    """Long hair lies behind the shoulders."""
    if look.style == "long":
        half = [(0.0, -1.18), (0.75, -0.85), (1.0, 0.0), (1.12, 1.1), (0.95, 2.15), (0.4, 2.25)]
        pen.both(half, darker(look.hair, 0.12))


def hair_behind(pen: Pen, look: Look) -> None:
    if look.style in ("bob", "wave"):
        low = 0.95 if look.style == "bob" else 0.5
        pen.both([(0.0, -1.16), (0.72, -0.9), (0.98, -0.1), (0.96, low), (0.5, low + 0.1)], darker(look.hair, 0.1))
    elif look.style == "bun":
        pen.disc((0, -1.18), 0.4, look.hair)
        pen.oval((0, -0.2), (0.86, 0.92), darker(look.hair, 0.1))
    elif look.style == "curly":
        for turn in arc(-2.35, 2.35, 11):
            pen.disc((0.8 * math.sin(turn), -0.22 - 0.8 * math.cos(turn)), 0.36, look.hair)
    elif look.style == "scarf":
        pen.oval((0, -0.02), (0.98, 1.2), look.trim)


def hair_before(pen: Pen, look: Look) -> None:
    if look.style == "cap":
        _cap(pen, look.trim)
    elif look.style == "scarf":
        _crown(pen, look.trim, _FRINGES["scarf"])
    elif look.style == "buzz":
        _crown(pen, look.hair, _FRINGES["buzz"], rise=1.05)
    elif look.style != "bald":
        _crown(pen, look.hair, _FRINGES[look.style])
        shine = [(0.62 * math.sin(turn), -0.1 - 0.82 * math.cos(turn)) for turn in arc(-0.75, -0.1, 6)]
        pen.stroke(shine, 0.05, lighter(look.hair, 0.22))


def _crown(pen: Pen, colour: Colour, fringe: tuple[Point, ...], rise: float = 1.14) -> None:
    top = [(-0.85, -0.42), (-0.62, -0.88), (0.0, -rise), (0.62, -0.88), (0.85, -0.42)]
    pen.blob([*top, *fringe], colour)


def _cap(pen: Pen, colour: Colour) -> None:
    pen.blob([(-0.84, -0.36), (-0.7, -0.88), (0.0, -1.2), (0.7, -0.88), (0.84, -0.36), (0.0, -0.5)], colour)
    pen.blob([(-0.8, -0.42), (0.0, -0.62), (0.8, -0.42), (0.0, -0.24)], darker(colour, 0.25))
