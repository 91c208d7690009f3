"""Rooms: market stall, kitchen, living room."""

from __future__ import annotations

from random import Random

from demo.pictures.animals import cat, dog
from demo.pictures.drawing import Canvas, Drawing
from demo.pictures.looks import cast
from demo.pictures.outlines import Point
from demo.pictures.palettes import WHITE, Palette, darker, lighter, mix, rgb, sheer
from demo.pictures.pen import Pen
from demo.pictures.people import bust
from demo.pictures.props import STEEL, WOOD, awning, ball, bottle, crate, knife, sign
from demo.scenes.nature import pot_plant
from demo.scenes.outdoors import Size

GLASSES = tuple(map(rgb, ("3f7d5a", "7a4a2b", "c9d9d6", "2f4858", "a35638", "58724a")))
_COATS = tuple(map(rgb, ("e0964f", "8b8d94", "4a4448", "e9dcc6", "b9794a")))
_FRUITS = tuple(map(rgb, ("e4572e", "f3a712", "8ab661", "c0392b", "f2d16b", "7d5ba6")))


def market(rng: Random, size: Size, palette: Palette) -> Drawing:
    """A stall with fruit, bottles and knives, and its keeper."""
    canvas = Canvas(size, palette.wall)
    w, h, u = canvas.width, canvas.height, canvas.unit
    canvas.gradient((0, 0, w, h), (lighter(palette.sky[1], 0.2), palette.sky[2], palette.land[2]))
    canvas.slab((0, 0.72 * h, w, h), mix(palette.land[2], palette.ink, 0.3))
    for x in (0.06, 0.93):
        canvas.slab((x * w, 0.1 * h, (x + 0.014) * w, 0.94 * h), WOOD)
    (keeper,) = cast(rng, palette, 1)
    bust(canvas, (rng.uniform(0.47, 0.53) * w, 0.36 * h), 7.4 * u, keeper)
    _counter(canvas, rng, palette)
    awning(canvas, (0.02 * w, 0.06 * h, 0.98 * w, 0.19 * h), palette.accents[0], palette.paper, 11)
    price = rng.choice(("FRESH 2.50", "KNIVES 12.-", "今日特价", "طازج"))
    sign(canvas, (0.72 * w, 0.27 * h, 0.9 * w, 0.35 * h), price, palette.ink, palette.paper)
    return canvas.finish()


def _counter(canvas: Canvas, rng: Random, palette: Palette) -> None:
    w, h, u = canvas.width, canvas.height, canvas.unit
    for place in range(rng.choice((3, 4, 5))):
        foot = ((0.12 + 0.065 * place) * w, 0.585 * h)
        bottle(canvas, foot, rng.uniform(20, 25) * u, rng.choice(GLASSES), rng.choice(palette.accents))
    canvas.slab((0.62 * w, 0.4 * h, 0.9 * w, 0.585 * h), lighter(WOOD, 0.5), radius=u)
    for place in range(rng.choice((2, 3))):
        knife(canvas, (0.645 * w, (0.435 + 0.05 * place) * h), 0.23 * w, darker(palette.accents[place], 0.5))
    canvas.slab((0.04 * w, 0.58 * h, 0.96 * w, 0.63 * h), WOOD, radius=0.6 * u)
    canvas.slab((0.06 * w, 0.63 * h, 0.94 * w, 0.9 * h), darker(WOOD, 0.35))
    for place, fruit in enumerate(rng.sample(_FRUITS, 3)):
        left = (0.08 + 0.29 * place) * w
        crate(canvas, (left, 0.68 * h, left + 0.26 * w, 0.88 * h), fruit, rng)


def kitchen(rng: Random, size: Size, palette: Palette) -> Drawing:
    canvas = Canvas(size, palette.wall)
    w, h, u = canvas.width, canvas.height, canvas.unit
    canvas.gradient((0, 0, w, 0.7 * h), (lighter(palette.wall, 0.3), palette.wall))
    _window(canvas, (0.08 * w, 0.1 * h, 0.36 * w, 0.5 * h), palette)
    tile = mix(palette.wall, palette.accents[2], 0.25)
    for place in range(66):
        x, y = (0.42 + 0.052 * (place % 11)) * w, (0.34 + 0.06 * (place // 11)) * h
        canvas.slab((x, y, x + 0.049 * w, y + 0.055 * h), tile if place % 3 else lighter(tile, 0.3), radius=0.4 * u)
    canvas.slab((0.44 * w, 0.28 * h, 0.95 * w, 0.3 * h), WOOD)
    for place in range(4):
        foot = ((0.49 + 0.075 * place) * w, 0.28 * h)
        bottle(canvas, foot, rng.uniform(13, 19) * u, rng.choice(GLASSES), rng.choice(palette.accents))
    for place in range(3):
        knife(canvas, ((0.83 + 0.04 * place) * w, 0.56 * h), 20 * u, palette.ink, upright=True)
    canvas.slab((0.8 * w, 0.44 * h, 0.96 * w, 0.455 * h), STEEL)
    canvas.slab((0, 0.7 * h, w, 0.745 * h), lighter(WOOD, 0.2))
    _cupboards(canvas, palette)
    _pot(canvas, (0.62 * w, 0.7 * h), palette)
    pot_plant(canvas, (0.22 * w, 0.7 * h), 30 * u, palette.accents[0])
    return canvas.finish()


def _window(canvas: Canvas, box: tuple[float, float, float, float], palette: Palette) -> None:
    left, top, right, bottom = box
    u = canvas.unit
    canvas.slab((left - 1.6 * u, top - 1.6 * u, right + 1.6 * u, bottom + 1.6 * u), WHITE, radius=u)
    canvas.gradient(box, palette.sky)
    canvas.slab(((left + right) / 2 - 0.6 * u, top, (left + right) / 2 + 0.6 * u, bottom), WHITE)
    canvas.slab((left, (top + bottom) / 2 - 0.6 * u, right, (top + bottom) / 2 + 0.6 * u), WHITE)


def _cupboards(canvas: Canvas, palette: Palette) -> None:
    w, h, u = canvas.width, canvas.height, canvas.unit
    front = mix(palette.accents[2], palette.wall, 0.3)
    canvas.slab((0, 0.745 * h, w, h), darker(front, 0.2))
    for door in range(5):
        left = (0.01 + 0.198 * door) * w
        canvas.slab((left, 0.77 * h, left + 0.185 * w, 1.02 * h), front, radius=u)
        canvas.slab((left + 0.07 * w, 0.79 * h, left + 0.115 * w, 0.8 * h), STEEL, radius=0.5 * u)


def _pot(canvas: Canvas, foot: Point, palette: Palette) -> None:
    pen = Pen(canvas, foot, canvas.unit)
    for puff in range(3):
        pen.blob(
            [(-2 + 3 * puff, -20), (0 + 3 * puff, -26), (-1 + 3 * puff, -33), (-3 + 3 * puff, -26)],
            sheer(WHITE, 0.3),
        )
    pen.slab((-13, -12.4, 13, -10.4), darker(palette.accents[0], 0.15), radius=1)
    pen.slab((-9, -14, 9, 0), palette.accents[0], radius=2)
    pen.slab((-9.6, -15.4, 9.6, -13), darker(palette.accents[0], 0.25), radius=1)
    pen.disc((0, -16.4), 1.3, palette.ink)


def living_room(rng: Random, size: Size, palette: Palette) -> Drawing:
    """Pets on and before a sofa."""
    canvas = Canvas(size, palette.wall)
    w, h, u = canvas.width, canvas.height, canvas.unit
    canvas.gradient((0, 0, w, 0.76 * h), (palette.wall, lighter(palette.wall, 0.25)))
    canvas.slab((0, 0.76 * h, w, h), mix(WOOD, palette.wall, 0.35))
    canvas.oval((0.5 * w, 0.9 * h), (0.42 * w, 0.08 * h), sheer(palette.accents[1], 0.7))
    for place in range(3):
        left, tall = (0.2 + 0.22 * place) * w, rng.uniform(14, 19) * u
        canvas.slab((left, 0.1 * h, left + 0.15 * w, 0.1 * h + tall), palette.ink, radius=0.4 * u)
        canvas.gradient((left + u, 0.1 * h + u, left + 0.15 * w - u, 0.1 * h + tall - u), palette.sky[place % 2 :])
    sofa = rng.choice((palette.accents[2], palette.accents[4], palette.accents[0]))
    canvas.slab((0.12 * w, 0.4 * h, 0.88 * w, 0.72 * h), darker(sofa, 0.12), radius=5 * u)
    canvas.slab((0.16 * w, 0.6 * h, 0.84 * w, 0.78 * h), sofa, radius=4 * u)
    for x in (0.07, 0.81):
        canvas.slab((x * w, 0.5 * h, (x + 0.12) * w, 0.8 * h), lighter(sofa, 0.08), radius=5 * u)
    pot_plant(canvas, (0.93 * w, 0.84 * h), 34 * u, palette.accents[1])
    coats = rng.sample(_COATS, 3)
    cat(canvas, (rng.uniform(0.3, 0.4) * w, 0.65 * h), 27 * u, coats[0])
    if rng.random() < 0.6:
        cat(canvas, (0.62 * w, 0.65 * h), 25 * u, coats[1])
    dog(canvas, (rng.uniform(0.44, 0.68) * w, 0.94 * h), 34 * u, coats[2])
    ball(canvas, (0.24 * w, 0.9 * h), 4 * u, palette.accents)
    return canvas.finish()
