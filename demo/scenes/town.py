"""Town: a street with shops and a bus, a square with flags and placards."""

from __future__ import annotations

from random import Random

from demo.pictures.drawing import Canvas, Drawing
from demo.pictures.figures import figure
from demo.pictures.looks import cast
from demo.pictures.palettes import WHITE, Palette, darker, lighter, mix, rgb, sheer
from demo.pictures.props import awning, flag, house, placard, sign
from demo.pictures.vehicles import bus, car
from demo.pictures.wording import PLACARDS, ROUTES, SHOPS
from demo.scenes.nature import sky
from demo.scenes.outdoors import Size


def street(rng: Random, size: Size, palette: Palette) -> Drawing:
    canvas = Canvas(size, palette.sky[0])
    w, h, u = canvas.width, canvas.height, canvas.unit
    sky(canvas, palette, 0.6 * h, rng, clouds=3)
    _skyline(canvas, rng, palette, 0.55 * h)
    for place, shop in enumerate(rng.sample(SHOPS, 4)):
        box = (0.25 * place * w, rng.uniform(0.06, 0.24) * h, 0.25 * (place + 1) * w, 0.68 * h)
        _shop(canvas, box, shop, rng, palette)
    canvas.slab((0, 0.68 * h, w, 0.76 * h), lighter(palette.wall, 0.2))
    canvas.gradient((0, 0.76 * h, w, h), (mix(palette.ink, palette.wall, 0.25), mix(palette.ink, palette.wall, 0.12)))
    for dash in range(-1, 7):
        canvas.slab(((dash / 6 + 0.02) * w, 0.895 * h, (dash / 6 + 0.1) * w, 0.91 * h), sheer(WHITE, 0.7))
    start = rng.uniform(0.1, 0.4) * w
    for x, look in zip((start - 0.05 * w, start + 0.56 * w), cast(rng, palette, 2), strict=True):
        figure(canvas, (x, rng.uniform(0.735, 0.75) * h), 19 * u, look)
    bus(canvas, (start, 0.56 * h, start + 0.5 * w, 0.86 * h), palette.accents[0], rng.choice(ROUTES))
    car(canvas, ((start + 0.78 * w) % w, 0.96 * h), 0.26 * w, palette.accents[2])
    return canvas.finish()


def _skyline(canvas: Canvas, rng: Random, palette: Palette, base: float) -> None:
    colour, x = mix(palette.sky[2], palette.land[0], 0.5), 0.0
    while x < canvas.width:
        wide = rng.uniform(5, 13) * canvas.unit
        canvas.slab((x, base - rng.uniform(8, 34) * canvas.unit, x + wide, base + 30 * canvas.unit), colour)
        x += wide


def _shop(canvas: Canvas, box: tuple[float, float, float, float], text: str, rng: Random, palette: Palette) -> None:
    left, _, right, bottom = box
    wide, u = right - left, canvas.unit
    wall = mix(rng.choice(palette.accents), palette.wall, 0.62)
    house(canvas, box, wall, rng, floors=3)
    front = bottom - 17 * u
    canvas.slab((left, front, right, bottom), darker(wall, 0.32))
    canvas.slab((left + 0.08 * wide, front + 6 * u, left + 0.6 * wide, bottom - u), rgb("f3dfae"))
    canvas.slab((left + 0.68 * wide, front + 6 * u, left + 0.92 * wide, bottom), darker(wall, 0.55))
    awning(canvas, (left, front + 3.4 * u, right, front + 7 * u), rng.choice(palette.accents[:3]), palette.paper)
    sign(
        canvas,
        (left + 0.06 * wide, front - 3.6 * u, right - 0.06 * wide, front + 3 * u),
        text,
        palette.ink,
        palette.paper,
    )


def square(rng: Random, size: Size, palette: Palette) -> Drawing:
    """A public square: flags, a hall, people with placards."""
    canvas = Canvas(size, palette.sky[0])
    w, h, u = canvas.width, canvas.height, canvas.unit
    sky(canvas, palette, 0.66 * h, rng)
    _hall(canvas, palette)
    canvas.gradient((0, 0.64 * h, w, h), (lighter(palette.land[2], 0.3), palette.land[2]))
    for place in (0.09, 0.79):
        flag(canvas, ((place + rng.uniform(-0.03, 0.03)) * w, 0.7 * h), 52 * u, palette)
    crowd = rng.choice((3, 4, 5))
    texts = rng.sample(PLACARDS, crowd)
    for place, (text, look) in enumerate(zip(texts, cast(rng, palette, crowd), strict=True)):
        x = (0.1 + 0.8 * (place + 0.5) / crowd) * w
        held = place % 2 == 0
        hand = figure(canvas, (x, rng.uniform(0.88, 0.96) * h), 42 * u, look, pose="cheer" if held else "rest")
        if held:
            board = rng.choice((palette.paper, palette.accents[1], palette.accents[3]))
            placard(canvas, hand, 25 * u, text, board, palette.ink)
    return canvas.finish(risky=texts[:1])


def _hall(canvas: Canvas, palette: Palette) -> None:
    w, h = canvas.width, canvas.height
    stone = lighter(palette.wall, 0.3)
    canvas.area([(0.24 * w, 0.34 * h), (0.5 * w, 0.2 * h), (0.76 * w, 0.34 * h)], darker(stone, 0.16))
    canvas.slab((0.22 * w, 0.34 * h, 0.78 * w, 0.39 * h), stone)
    canvas.slab((0.25 * w, 0.39 * h, 0.75 * w, 0.62 * h), darker(stone, 0.3))
    for column in range(7):
        x = (0.26 + 0.078 * column) * w
        canvas.slab((x, 0.39 * h, x + 0.034 * w, 0.62 * h), stone)
    for step in range(3):
        canvas.slab(
            (
                (0.22 - 0.02 * step) * w,
                (0.61 + 0.02 * step) * h,
                (0.78 + 0.02 * step) * w,
                (0.63 + 0.02 * step) * h,
            ),
            darker(stone, 0.06 * step),
        )
