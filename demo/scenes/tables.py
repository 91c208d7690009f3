"""Things laid out: a wall of bottles, medicine, toys, a card game."""

from __future__ import annotations

from random import Random

from demo.pictures.drawing import Canvas, Drawing
from demo.pictures.lettering import write
from demo.pictures.looks import cast
from demo.pictures.outlines import Point
from demo.pictures.palettes import WHITE, Colour, Palette, darker, lighter, mix, rgb, sheer
from demo.pictures.pen import Pen
from demo.pictures.people import bust
from demo.pictures.props import STEEL, WOOD, ball, bottle, water_pistol
from demo.scenes.indoors import GLASSES
from demo.scenes.nature import pot_plant
from demo.scenes.outdoors import Size


def shelf(rng: Random, size: Size, palette: Palette) -> Drawing:
    """A wall of two hundred bottles: ten boards of twenty."""
    canvas = Canvas(size, darker(palette.wall, 0.55))
    w, h = canvas.width, canvas.height
    canvas.gradient((0, 0, w, h), (darker(palette.wall, 0.5), darker(palette.wall, 0.7)))
    down, across = h / 10.4, w / 21
    for board in range(10):
        foot = (board + 1.1) * down
        for place in range(20):
            tall = rng.uniform(0.68, 0.84) * down
            at = ((place + 1) * across, foot)
            bottle(canvas, at, min(tall, across * 2.6), rng.choice(GLASSES), rng.choice(palette.accents))
        canvas.slab((0, foot, w, foot + 0.09 * down), WOOD)
        canvas.slab((0, foot + 0.09 * down, w, foot + 0.14 * down), sheer((0, 0, 0), 0.3))
    canvas.glow((0.5 * w, 0.1 * h), 0.5 * w, (255, 226, 170), 0.28)
    return canvas.finish()


def medicine(rng: Random, size: Size, palette: Palette) -> Drawing:
    """A table with pill packs, a jar, plants."""
    canvas = Canvas(size, palette.wall)
    w, h, u = canvas.width, canvas.height, canvas.unit
    canvas.gradient((0, 0, w, 0.62 * h), (lighter(palette.wall, 0.3), palette.wall))
    canvas.slab((0, 0.62 * h, w, h), mix(palette.accents[3], WOOD, 0.35))
    pot_plant(canvas, (0.16 * w, 0.72 * h), 44 * u, palette.accents[0], name="Leafy plant")
    pot_plant(canvas, (0.86 * w, 0.7 * h), 34 * u, palette.accents[2], name="Leafy plant")
    _jar(
        canvas,
        (rng.uniform(0.36, 0.44) * w, 0.74 * h),
        27 * u,
        rng.choice(("VITA 500", "CALM-EX", "维生素C")),
        palette,
    )
    _jar(canvas, (0.6 * w, 0.7 * h), 21 * u, "RX 20", palette)
    for place in range(2):
        _blister(canvas, ((0.26 + 0.34 * place) * w, 0.8 * h), 24 * u, palette.accents[place], palette)
    for _ in range(rng.randint(6, 11)):
        at = (rng.uniform(0.3, 0.76) * w, rng.uniform(0.76, 0.79) * h)
        canvas.oval(at, (1.5 * u, u), rng.choice((WHITE, palette.accents[0], palette.accents[1])))
    return canvas.finish()


def _jar(canvas: Canvas, foot: Point, tall: float, text: str, palette: Palette) -> None:
    pen = Pen(canvas, foot, tall)
    with canvas.seen_as("object", "Medicine"):
        pen.slab((-0.32, -0.86, 0.32, 0), rgb("c97b3a"), radius=0.08)
        pen.slab((-0.26, -1, 0.26, -0.84), WHITE, radius=0.04)
        pen.slab((-0.32, -0.62, 0.32, -0.18), palette.paper)
        write(
            canvas,
            text,
            pen.place((0, -0.4)),
            0.16 * tall,
            palette.ink,
            anchor="middle",
            bold=True,
            fit=0.56 * tall,
        )
        pen.slab((-0.27, -0.82, -0.21, -0.05), sheer(WHITE, 0.3), radius=0.03)


def _blister(canvas: Canvas, at: Point, wide: float, pill: Colour, palette: Palette) -> None:
    pen = Pen(canvas, at, wide / 6)
    with canvas.seen_as("object", "Pills"):
        pen.area([(0, 0.2), (6, 0), (6.3, 2.9), (0.2, 3.1)], mix(STEEL, palette.paper, 0.4))
        for place in range(10):
            centre = (0.75 + 1.15 * (place % 5), 0.85 + 1.35 * (place // 5))
            pen.oval((centre[0] + 0.05, centre[1] + 0.08), (0.45, 0.42), sheer((20, 20, 40), 0.25))
            pen.oval(centre, (0.42, 0.4), pill if place != 7 else darker(STEEL, 0.3))


def toys(rng: Random, size: Size, palette: Palette) -> Drawing:
    """A bright water pistol among blocks and balls."""
    canvas = Canvas(size, palette.wall)
    w, h, u = canvas.width, canvas.height, canvas.unit
    canvas.gradient((0, 0, w, h), (lighter(palette.sky[1], 0.3), lighter(palette.sky[2], 0.3)))
    canvas.slab((0, 0.66 * h, w, h), mix(WOOD, palette.paper, 0.4))
    for board in range(5):
        canvas.slab((0, (0.72 + 0.07 * board) * h, w, (0.722 + 0.07 * board) * h), sheer(WOOD, 0.5))
    for place, letter in enumerate(rng.sample("ABCDEFGHKMPRS", 4)):
        x, y = (0.62 + 0.085 * (place % 3) + 0.04 * (place // 3)) * w, (0.74 - 0.115 * (place // 3)) * h
        canvas.slab((x, y - 11 * u, x + 11 * u, y), palette.accents[place], radius=1.5 * u)
        write(canvas, letter, (x + 5.5 * u, y - 5.5 * u), 8 * u, palette.ink, anchor="middle", bold=True, quiet=True)
    ball(canvas, (0.16 * w, 0.66 * h), 9 * u, palette.accents, 0.4)
    canvas.oval((0.42 * w, 0.86 * h), (0.24 * w, 0.025 * h), sheer((10, 10, 30), 0.18))
    colours = rng.sample(palette.accents[:3], 2)
    water_pistol(canvas, (rng.uniform(0.2, 0.28) * w, 0.58 * h), rng.uniform(38, 46) * u, colours[0], colours[1])
    return canvas.finish()


def card_table(rng: Random, size: Size, palette: Palette) -> Drawing:
    """Cards and chips on green cloth, two players behind."""
    canvas = Canvas(size, (30, 24, 40))
    w, h, u = canvas.width, canvas.height, canvas.unit
    canvas.gradient((0, 0, w, 0.6 * h), ((28, 20, 38), mix((70, 40, 52), palette.accents[0], 0.25)))
    canvas.glow((0.5 * w, 0.02 * h), 60 * u, (255, 220, 150), 0.5)
    for x, look in zip((0.28, 0.72), cast(rng, palette, 2), strict=True):
        bust(canvas, (x * w, 0.28 * h), 9.5 * u, look)
    canvas.oval((0.5 * w, 0.96 * h), (0.62 * w, 0.42 * h), darker(WOOD, 0.4))
    canvas.oval((0.5 * w, 0.98 * h), (0.58 * w, 0.4 * h), rng.choice((rgb("2f7d5b"), rgb("2b6f86"), rgb("7d3550"))))
    for place in range(5):
        _card(canvas, ((0.31 + 0.085 * place) * w, 0.68 * h), 13 * u, rng)
    for place in range(6):
        _chips(
            canvas,
            rng.choice(palette.accents),
            ((0.2 + 0.12 * place) * w, rng.uniform(0.9, 0.96) * h),
            rng.randint(2, 6),
        )
    return canvas.finish()


def _card(canvas: Canvas, at: Point, tall: float, rng: Random) -> None:
    pen = Pen(canvas, at, tall)
    red = rng.random() < 0.5
    ink = rgb("c8323c") if red else rgb("22222a")
    with canvas.seen_as("object", "Playing card"):
        pen.slab((0, 0, 0.7, 1), WHITE, radius=0.07)
        pen.area([(0.35, 0.34), (0.52, 0.56), (0.35, 0.78), (0.18, 0.56)], ink)
        rank = rng.choice("A23456789JQK")
        write(canvas, rank, pen.place((0.16, 0.17)), 0.24 * tall, ink, anchor="middle", bold=True, quiet=True)


def _chips(canvas: Canvas, colour: Colour, foot: Point, count: int) -> None:
    pen = Pen(canvas, foot, canvas.unit)
    with canvas.seen_as("object", "Gambling chips"):
        for level in range(count):
            pen.oval((0, -1.3 * level), (4, 1.8), darker(colour, 0.3))
            pen.oval((0, -1.3 * level - 0.7), (4, 1.8), colour)
        pen.oval((0, -1.3 * count + 0.6), (2.4, 1.05), lighter(colour, 0.5))
