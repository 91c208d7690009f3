"""Skies, hills, water, trees, animals, fire."""

from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random

from demo.pictures.drawing import Canvas
from demo.pictures.outlines import Point
from demo.pictures.palettes import WHITE, Colour, Palette, darker, lighter, mix, rgb, sheer
from demo.pictures.pen import Pen

_LEAF = rgb("5d8a4a")


def sky(canvas: Canvas, palette: Palette, horizon: float, rng: Random, *, clouds: int = 4) -> None:
    """Sky down to `horizon` (picture pixels) with a low sun and some clouds."""
    canvas.gradient((0, 0, canvas.width, horizon), palette.sky)
    sun = (rng.uniform(0.15, 0.85) * canvas.width, rng.uniform(0.25, 0.7) * horizon)
    canvas.glow(sun, 30 * canvas.unit, lighter(palette.sky[2], 0.3), 0.8)
    canvas.disc(sun, rng.uniform(4, 6) * canvas.unit, lighter(palette.sky[2], 0.65))
    for _ in range(clouds):
        at = (rng.uniform(0, canvas.width), rng.uniform(0.08, 0.62) * horizon)
        cloud(canvas, at, rng.uniform(4, 8) * canvas.unit, sheer(lighter(palette.sky[2], 0.5), 0.7), rng)


def stars(canvas: Canvas, count: int, bottom: float, rng: Random) -> None:
    for _ in range(count):
        at = (rng.uniform(0, canvas.width), rng.uniform(0, bottom))
        canvas.disc(at, rng.uniform(0.08, 0.28) * canvas.unit, sheer(WHITE, rng.uniform(0.3, 0.9)))


def cloud(canvas: Canvas, at: Point, size: float, colour: Colour, rng: Random) -> None:
    """A flat-bottomed cloud: one outline, so that a sheer colour does not pile up."""
    x, y = at
    humps = [(-1.9, 0.0), (-1.6, -0.45), (-0.9, -0.5), (-0.5, -1.0 - rng.random() * 0.3), (0.4, -0.95)]
    humps += [(0.8, -0.5), (1.5, -0.55), (1.9, 0.0)]
    canvas.blob([(x + across * size, y + down * size) for across, down in humps], colour)


def hills(
    canvas: Canvas, base: float, rise: float, colour: Colour, rng: Random, *, bottom: float | None = None
) -> None:
    """A soft ridge around `base`, `rise` pixels high, filled down to `bottom`."""
    turns = [(rng.uniform(0.6, 1.6), rng.uniform(0, 6.3)), (rng.uniform(2, 4), rng.uniform(0, 6.3))]
    low = canvas.height if bottom is None else bottom
    ridge = [(canvas.width * step / 60, base - rise * _wave(step / 60, turns)) for step in range(61)]
    canvas.area([*ridge, (canvas.width, low), (0, low)], colour)


def _wave(share: float, turns: Sequence[tuple[float, float]]) -> float:
    (slow, first), (fast, second) = turns
    return 0.5 + 0.36 * math.sin(slow * 6.28 * share + first) + 0.14 * math.sin(fast * 6.28 * share + second)


def water(canvas: Canvas, top: float, bottom: float, colours: Sequence[Colour], rng: Random) -> None:
    canvas.gradient((0, top, canvas.width, bottom), colours)
    for _ in range(46):
        share = rng.random() ** 1.4
        y = top + (bottom - top) * share
        half = canvas.unit * (1 + 7 * share) * rng.uniform(0.5, 1.2)
        x = rng.uniform(0, canvas.width)
        canvas.oval((x, y), (half, canvas.unit * (0.12 + 0.3 * share)), sheer(WHITE, 0.16 + 0.18 * rng.random()))


def tree(canvas: Canvas, foot: Point, height: float, leaf: Colour) -> None:
    pen, bark = Pen(canvas, foot, height), rgb("7a5640")
    pen.oval((0, 0), (0.28, 0.035), sheer((10, 10, 30), 0.16))
    pen.stroke([(0, 0), (0, -0.55)], 0.07, bark)
    pen.stroke([(0, -0.36), (0.13, -0.5)], 0.035, bark)
    for across, down, size in ((-0.17, -0.58, 0.2), (0.18, -0.6, 0.19), (0.0, -0.76, 0.24), (0.0, -0.56, 0.2)):
        pen.disc((across, down), size, leaf)
    for across, down, size in ((-0.07, -0.83, 0.11), (-0.19, -0.64, 0.08), (0.08, -0.68, 0.06)):
        pen.disc((across, down), size, lighter(leaf, 0.16))


def fir(canvas: Canvas, foot: Point, height: float, leaf: Colour) -> None:
    x, y = foot
    for step in range(3):
        top, low, half = (
            y - height * (1 - 0.24 * step),
            y - height * (0.52 - 0.22 * step),
            height * (0.16 + 0.07 * step),
        )
        canvas.area([(x, top), (x + half, low), (x - half, low)], darker(leaf, 0.08 * (2 - step)))


def palm(canvas: Canvas, foot: Point, height: float, leaf: Colour) -> None:
    pen, top = Pen(canvas, foot, height), (0.16, -1.0)
    pen.stroke([(0, 0), (0.04, -0.5), top], 0.045, rgb("8a6a4c"))
    for turn in (-2.9, -2.35, -1.7, -1.1, -0.5, -0.1):
        tip = (top[0] + 0.46 * math.cos(turn), top[1] + 0.3 * math.sin(turn) + 0.12)
        bend = ((top[0] + tip[0]) / 2, min(top[1], tip[1]) - 0.07)
        low = ((bend[0] + tip[0]) / 2, bend[1] + 0.11)
        pen.blob([top, bend, tip, low], darker(leaf, 0.1 if turn > -1.4 else 0.0))


def pot_plant(canvas: Canvas, foot: Point, height: float, pot: Colour, *, name: str = "Potted plant") -> None:
    """A pot with pointed leaves fanning out."""
    pen = Pen(canvas, foot, height)
    with canvas.seen_as("object", name):
        for turn in (-2.6, -2.2, -1.85, -1.57, -1.29, -0.94, -0.54):
            _pointed_leaf(pen, turn, lighter(_LEAF, 0.12 if turn < -1.57 else 0))
        pen.area([(-0.2, -0.34), (0.2, -0.34), (0.15, 0.0), (-0.15, 0.0)], pot)
        pen.slab((-0.22, -0.38, 0.22, -0.3), lighter(pot, 0.15))


def _pointed_leaf(pen: Pen, turn: float, colour: Colour) -> None:
    tip = (0.62 * math.cos(turn), 0.62 * math.sin(turn) - 0.36)
    middle, side = (tip[0] / 2, (tip[1] - 0.3) / 2), (0.07 * math.sin(turn), -0.07 * math.cos(turn))
    edge = [(middle[0] + side[0], middle[1] + side[1]), tip, (middle[0] - side[0], middle[1] - side[1])]
    pen.blob([(0.0, -0.3), *edge], colour)


def flame(canvas: Canvas, foot: Point, height: float, rng: Random) -> None:
    for share, colour in ((1.0, "e4572e"), (0.74, "f59b2d"), (0.46, "ffd75e"), (0.22, "fff3c4")):
        lean = rng.uniform(-0.12, 0.12)
        right, left = (
            [(0.0, 0.0), (0.3, -0.12), (0.34, -0.4), (0.16 + lean, -0.66)],
            [(-0.34, -0.42), (-0.3, -0.12)],
        )
        Pen(canvas, foot, height * share).blob([*right, (lean, -1.0), (-0.12, -0.62), *left], rgb(colour))


def burst(canvas: Canvas, at: Point, radius: float, colour: Colour, rng: Random) -> None:
    """A firework: rays with bright ends around a glow."""
    x, y = at
    canvas.glow(at, radius * 1.25, colour, 0.55)
    rays = rng.choice((18, 24, 30))
    for ray in range(rays):
        turn = 6.283 * ray / rays + rng.uniform(-0.06, 0.06)
        reach = radius * rng.uniform(0.72, 1.0)
        for step in range(9):
            share = (step + 1) / 9
            drop = 0.12 * radius * share**2
            dot = (x + reach * share * math.cos(turn), y + reach * share * math.sin(turn) + drop)
            canvas.disc(dot, radius * (0.008 + 0.016 * share), mix(colour, WHITE, 0.2 + 0.6 * (step == 8)))
