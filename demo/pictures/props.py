"""Things people make: bottles, knives, signs, houses, parasols, flags, toys."""

from __future__ import annotations

import math
from random import Random

from demo.pictures.drawing import Canvas, Rectangle
from demo.pictures.lettering import write
from demo.pictures.outlines import Point, arc, mirrored
from demo.pictures.palettes import BLACK, WHITE, Colour, Palette, darker, lighter, mix, rgb, sheer
from demo.pictures.pen import Pen

STEEL = rgb("c3ccd3")
GLASS = rgb("9fc3cf")
WOOD = rgb("b98a5a")


def bottle(
    canvas: Canvas, foot: Point, height: float, glass: Colour, label: Colour, *, name: str = "Alcohol bottle"
) -> None:
    pen = Pen(canvas, foot, height)
    with canvas.seen_as("object", name):
        pen.slab((-0.058, -1, 0.058, -0.55), glass, radius=0.015)
        pen.area(mirrored([(0.058, -0.7), (0.13, -0.55), (0.145, -0.48), (0.145, -0.02), (0.12, 0.0)]), glass)
        pen.slab((-0.07, -1, 0.07, -0.9), label, radius=0.015)
        pen.slab((-0.145, -0.44, 0.145, -0.14), label)
        pen.disc((0, -0.29), 0.07, mix(label, glass, 0.5))
        pen.slab((-0.105, -0.52, -0.075, -0.06), sheer(WHITE, 0.3), radius=0.015)


def knife(canvas: Canvas, at: Point, length: float, handle: Colour, *, upright: bool = False) -> None:
    """A kitchen knife, its handle's end at `at`, the blade to the right, or up when `upright`."""
    pen = Pen(canvas, at, length)

    def lying(points: list[Point]) -> list[Point]:
        return [(down, -across) for across, down in points] if upright else points

    with canvas.seen_as("object", "Knife"):
        pen.area(lying([(0.36, -0.05), (0.86, -0.06), (1.0, 0.03), (0.9, 0.07), (0.36, 0.07)]), STEEL)
        pen.area(lying([(0.36, 0.03), (0.97, 0.035), (0.9, 0.07), (0.36, 0.07)]), lighter(STEEL, 0.5))
        pen.blob(lying([(0.0, -0.045), (0.34, -0.05), (0.37, 0.0), (0.34, 0.07), (0.0, 0.055)]), handle)
        for rivet in lying([(0.1, 0.005), (0.2, 0.005), (0.29, 0.005)]):
            pen.disc(rivet, 0.012, lighter(handle, 0.5))


def water_pistol(canvas: Canvas, at: Point, length: float, body: Colour, trim: Colour) -> None:
    """A bright plastic toy, nozzle to the left; `at` is its upper left."""
    pen = Pen(canvas, at, length / 10)
    with canvas.seen_as("object", "Toy weapon"):
        pen.area([(6.4, 2.6), (8.8, 2.6), (9.6, 6.6), (7.4, 6.6)], darker(body, 0.12))
        pen.slab((3.4, -1.6, 7.4, 0.8), mix(GLASS, WHITE, 0.3), radius=1.1)
        pen.slab((1.4, 0.4, 9.6, 3.2), body, radius=1.0)
        pen.slab((0, 1.0, 2.0, 2.2), trim, radius=0.4)
        pen.slab((3.0, 1.5, 6.4, 2.1), lighter(body, 0.4), radius=0.3)
        pen.ring((5.6, 3.9), 0.95, 0.35, darker(body, 0.25))
        pen.disc((8.4, 1.6), 0.5, trim)


def sign(canvas: Canvas, box: Rectangle, text: str, ground: Colour, ink: Colour) -> None:
    """A board with one line of text that fits it."""
    left, top, right, bottom = box
    canvas.slab(box, ground, radius=0.16 * (bottom - top))
    middle = ((left + right) / 2, (top + bottom) / 2)
    write(canvas, text, middle, 0.62 * (bottom - top), ink, anchor="middle", bold=True, fit=0.88 * (right - left))


def placard(canvas: Canvas, hand: Point, size: float, text: str, ground: Colour, ink: Colour) -> None:
    """A board on a stick, held at `hand`, `size` wide."""
    x, y = hand
    canvas.stroke([(x, y + 0.1 * size), (x, y - 0.4 * size)], 0.04 * size, WOOD)
    with canvas.seen_as("object", "Placard"):
        sign(canvas, (x - size / 2, y - 0.85 * size, x + size / 2, y - 0.35 * size), text, ground, ink)


def house(canvas: Canvas, box: Rectangle, wall: Colour, rng: Random, *, lit: bool = False, floors: int = 4) -> None:
    """A front with rows of windows; the lowest fifth is left free for a shop."""
    left, top, right, bottom = box
    canvas.slab(box, wall)
    canvas.slab((left, top, right, top + 0.02 * (bottom - top)), darker(wall, 0.25))
    columns = rng.choice((2, 3, 4))
    across, down = (right - left) / columns, 0.76 * (bottom - top) / floors
    for place in range(columns * floors):
        x = left + (place % columns + 0.5) * across
        y = top + 0.05 * (bottom - top) + (place // columns + 0.5) * down
        bright = lit and rng.random() < 0.55
        _window(canvas, (x, y), (0.24 * across, 0.32 * down), rgb("ffd98a") if bright else darker(wall, 0.5), wall)


def _window(canvas: Canvas, at: Point, half: Point, glass: Colour, wall: Colour) -> None:
    (x, y), (across, down) = at, half
    canvas.slab((x - across, y - down, x + across, y + down), glass, radius=0.1 * across)
    canvas.slab((x - 1.15 * across, y + down, x + 1.15 * across, y + 1.2 * down), lighter(wall, 0.4))
    canvas.slab((x - 0.84 * across, y - 0.86 * down, x - 0.1 * across, y + 0.86 * down), sheer(WHITE, 0.12))


def awning(canvas: Canvas, box: Rectangle, first: Colour, second: Colour, stripes: int = 9) -> None:
    """A striped awning with scalloped edge."""
    left, top, right, bottom = box
    step = (right - left) / stripes
    for stripe in range(stripes):
        colour = (first, second)[stripe % 2]
        x = left + stripe * step
        canvas.slab((x, top, x + step, bottom), colour)
        canvas.disc((x + step / 2, bottom), step / 2, colour)
    canvas.slab((left, top, right, top + 0.14 * (bottom - top)), sheer(BLACK, 0.14))


def parasol(canvas: Canvas, foot: Point, height: float, first: Colour, second: Colour) -> None:
    pen, top = Pen(canvas, foot, height), (0.06, -1.0)
    pen.oval((0.1, 0), (0.55, 0.05), sheer(BLACK, 0.14))
    pen.stroke([(0, 0), (0.06, -0.95)], 0.03, lighter(WOOD, 0.5))
    rim = [(top[0] + 0.55 * (step / 3 - 1), -0.62 + 0.05 * (step % 2)) for step in range(7)]
    for step in range(6):
        pen.area([top, rim[step], rim[step + 1]], (first, second)[step % 2])


def ball(canvas: Canvas, at: Point, radius: float, colours: tuple[Colour, ...], turn: float = 0.0) -> None:
    """A beach ball with panels, turned by `turn` radians."""
    pen = Pen(canvas, at, radius)
    pen.disc((0, 0), 1, WHITE)
    for panel in range(3):
        start = turn + 2 * panel * math.pi / 3
        rim = [(math.cos(angle), math.sin(angle)) for angle in arc(start, start + math.pi / 3, 6)]
        pen.area([(0, 0), *rim], colours[panel % len(colours)])
    pen.disc((0, 0), 0.16, WHITE)
    pen.oval((-0.3, -0.4), (0.28, 0.2), sheer(WHITE, 0.35))


def flag(canvas: Canvas, foot: Point, height: float, palette: Palette) -> None:
    """An invented flag on a pole, waving to the right."""
    pen = Pen(canvas, foot, height)
    pen.stroke([(0, 0), (0, -1)], 0.022, STEEL)
    pen.disc((0, -1), 0.024, rgb("e8c15a"))
    with canvas.seen_as("object", "Flag"):
        for band in range(3):
            upper = [_flutter(step, band) for step in range(13)]
            lower = [_flutter(step, band + 1) for step in reversed(range(13))]
            pen.area([*upper, *lower], palette.accents[(0, 3, 2)[band]])
        pen.disc(_flutter(6, 1.5), 0.05, palette.accents[1])


def _flutter(step: int, band: float) -> Point:
    return 0.5 * step / 12, -0.99 + 0.107 * band + 0.029 * math.sin(step / 2)


def starburst(canvas: Canvas, at: Point, radius: float, colour: Colour, points: int = 14) -> None:
    turns = arc(0, 2 * math.pi, 2 * points)[:-1]
    reach = (1.0, 0.82)
    corners = [(reach[i % 2] * math.cos(turn), reach[i % 2] * math.sin(turn)) for i, turn in enumerate(turns)]
    Pen(canvas, at, radius).area(corners, colour)


def crate(canvas: Canvas, box: Rectangle, fruit: Colour, rng: Random) -> None:
    """A wooden crate heaped with fruit."""
    left, top, right, bottom = box
    pen = Pen(canvas, (left, top), (right - left) / 9)
    for row in range(3):
        for place in range(8 - row):
            at = ((0.9 + 0.5 * row + place) * 1.06, 0.9 - 0.62 * row)
            pen.disc(at, 0.62, mix(fruit, darker(fruit, 0.3), rng.random() * 0.5))
            pen.disc((at[0] - 0.18, at[1] - 0.2), 0.14, sheer(WHITE, 0.4))
    slat = ((bottom - top) / pen.measure - 1) / 3
    for place in range(3):
        pen.slab((0, 1 + place * slat, 9, 1 + (place + 0.86) * slat), darker(WOOD, 0.08 * place), radius=0.06)
