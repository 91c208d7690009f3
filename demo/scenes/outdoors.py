"""Days outside: beach, mountains, playground, park."""

from __future__ import annotations

from random import Random

from demo.pictures.animals import bird, dog
from demo.pictures.drawing import Canvas, Drawing
from demo.pictures.figures import Pose, figure
from demo.pictures.looks import cast
from demo.pictures.palettes import WHITE, Palette, darker, lighter, mix, rgb, sheer
from demo.pictures.props import ball, parasol
from demo.scenes.nature import fir, hills, palm, sky, tree, water

Size = tuple[int, int]


def beach(rng: Random, size: Size, palette: Palette) -> Drawing:
    canvas = Canvas(size, palette.sky[0])
    w, h, u = canvas.width, canvas.height, canvas.unit
    sky(canvas, palette, 0.42 * h, rng)
    hills(canvas, 0.42 * h, 0.1 * h, mix(palette.land[1], palette.sky[2], 0.45), rng, bottom=0.45 * h)
    deep, shallow = (mix(colour, rgb("3f93a8"), 0.55) for colour in (palette.land[1], palette.land[0]))
    water(canvas, 0.42 * h, 0.68 * h, (deep, shallow, lighter(shallow, 0.4)), rng)
    hills(canvas, 0.68 * h, 0.05 * h, WHITE, rng)
    sand = palette.land[2]
    hills(canvas, 0.7 * h, 0.05 * h, sand, rng)
    for _ in range(60):
        canvas.disc((rng.uniform(0, w), rng.uniform(0.74, 1) * h), 0.2 * u, sheer(darker(sand, 0.4), 0.3))
    palm(canvas, (rng.uniform(0.02, 0.08) * w, 0.8 * h), 0.56 * h, mix(palette.land[1], rgb("3f7d4f"), 0.6))
    spot = rng.uniform(0.68, 0.84) * w
    parasol(canvas, (spot, 0.9 * h), 36 * u, palette.accents[0], palette.accents[3])
    canvas.area(
        [
            (spot - 12 * u, 0.93 * h),
            (spot + 16 * u, 0.91 * h),
            (spot + 20 * u, 0.96 * h),
            (spot - 9 * u, 0.985 * h),
        ],
        palette.accents[1],
    )
    ball(canvas, (rng.uniform(0.5, 0.62) * w, 0.92 * h), 4.2 * u, palette.accents, rng.random())
    _bathers(canvas, rng, palette)
    return canvas.finish()


def _bathers(canvas: Canvas, rng: Random, palette: Palette) -> None:
    poses: tuple[Pose, ...] = ("wave", "hips", "rest", "cheer")
    places = rng.sample((0.2, 0.33, 0.46, 0.6), rng.choice((2, 3)))
    for place, look in zip(sorted(places), cast(rng, palette, len(places)), strict=True):
        foot = (place * canvas.width, rng.uniform(0.84, 0.96) * canvas.height)
        figure(canvas, foot, rng.uniform(52, 60) * canvas.unit, look, pose=rng.choice(poses), dress="swim")


def panorama(rng: Random, size: Size, palette: Palette) -> Drawing:
    canvas = Canvas(size, palette.sky[0])
    w, h, u = canvas.width, canvas.height, canvas.unit
    sky(canvas, palette, 0.62 * h, rng, clouds=9)
    for layer in range(4):
        colour = mix(palette.sky[2], palette.land[1], 0.25 + 0.22 * layer)
        hills(canvas, (0.52 + 0.07 * layer) * h, (0.3 - 0.06 * layer) * h, colour, rng)
    water(canvas, 0.76 * h, h, (mix(palette.land[0], palette.sky[1], 0.4), palette.land[0]), rng)
    hills(canvas, 0.97 * h, 0.1 * h, darker(palette.land[1], 0.35), rng)
    for _ in range(46):
        fir(
            canvas,
            (rng.uniform(0, w), rng.uniform(0.9, 1.02) * h),
            rng.uniform(14, 30) * u,
            darker(palette.land[1], 0.3),
        )
    for place in (0.18, 0.52, 0.79):
        with canvas.seen_as("object", "Sailing boat"):
            x, y = (place + rng.uniform(-0.08, 0.08)) * w, rng.uniform(0.8, 0.86) * h
            canvas.area([(x, y - 14 * u), (x + 7 * u, y - 2 * u), (x, y - 2 * u)], palette.paper)
            canvas.area([(x - 1 * u, y - 11 * u), (x - 1 * u, y - 2 * u), (x - 5 * u, y - 2 * u)], palette.accents[0])
            canvas.blob(
                [(x - 7 * u, y - u), (x + 8 * u, y - u), (x + 5 * u, y + 2 * u), (x - 5 * u, y + 2 * u)],
                palette.ink,
            )
    return canvas.finish()


def playground(rng: Random, size: Size, palette: Palette) -> Drawing:
    canvas = Canvas(size, palette.sky[0])
    w, h, u = canvas.width, canvas.height, canvas.unit
    sky(canvas, palette, 0.6 * h, rng)
    hills(canvas, 0.6 * h, 0.12 * h, mix(palette.land[0], rgb("8fb996"), 0.6), rng)
    grass = mix(palette.land[1], rgb("7fae6b"), 0.72)
    hills(canvas, 0.7 * h, 0.04 * h, grass, rng)
    for place in (0.06, 0.9):
        tree(canvas, (place * w, rng.uniform(0.7, 0.78) * h), 44 * u, darker(grass, 0.2))
    with canvas.seen_as("object", "Slide"):
        x, y = rng.uniform(0.55, 0.66) * w, 0.84 * h
        for leg in (0, 9 * u):
            canvas.stroke([(x + leg, y), (x + leg, y - 34 * u)], 1.4 * u, palette.accents[2])
        for rung in range(5):
            canvas.stroke([(x, y - (5 + 6 * rung) * u), (x + 9 * u, y - (5 + 6 * rung) * u)], u, palette.accents[2])
        canvas.stroke([(x, y - 30 * u), (x - 16 * u, y - 9 * u), (x - 27 * u, y - 4 * u)], 4 * u, palette.accents[1])
    for place, child in zip((0.2, 0.36, 0.82), cast(rng, palette, rng.choice((2, 3)), child=True), strict=False):
        pose: Pose = rng.choice(("wave", "cheer", "rest"))
        figure(canvas, (place * w, rng.uniform(0.86, 0.93) * h), 30 * u, child, pose=pose, dress="shorts")
    ball(canvas, (rng.uniform(0.46, 0.56) * w, 0.93 * h), 3.4 * u, palette.accents)
    return canvas.finish()


def park(rng: Random, size: Size, palette: Palette) -> Drawing:
    """A walk with the dog; a couple arm in arm further back."""
    canvas = Canvas(size, palette.sky[0])
    w, h, u = canvas.width, canvas.height, canvas.unit
    sky(canvas, palette, 0.55 * h, rng)
    hills(canvas, 0.55 * h, 0.16 * h, mix(palette.land[0], palette.sky[2], 0.3), rng)
    hills(canvas, 0.66 * h, 0.06 * h, mix(palette.land[1], palette.land[0], 0.4), rng)
    canvas.area(
        [(0.42 * w, 0.64 * h), (0.5 * w, 0.64 * h), (0.95 * w, h), (0.2 * w, h)], mix(palette.land[2], WHITE, 0.2)
    )
    for place in (0.1, 0.26, 0.72, 0.92):
        tree(canvas, (place * w, rng.uniform(0.66, 0.76) * h), rng.uniform(34, 52) * u, darker(palette.land[1], 0.1))
    looks = cast(rng, palette, 3)
    for shift, look in zip((-4 * u, 4 * u), looks, strict=False):
        figure(canvas, (0.49 * w + shift, 0.73 * h), 22 * u, look)
    walker = figure(canvas, (0.36 * w, 0.94 * h), 54 * u, looks[2], dress=rng.choice(("dress", "trousers")))
    pet = (rng.uniform(0.58, 0.66) * w, 0.95 * h)
    canvas.stroke(
        [walker, ((walker[0] + pet[0]) / 2, walker[1] + 8 * u), (pet[0], pet[1] - 12 * u)],
        0.6 * u,
        palette.accents[0],
    )
    dog(canvas, pet, 22 * u, rng.choice((rgb("c58a4a"), rgb("8a8a8f"), rgb("e3c9a0"))))
    bird(canvas, (rng.uniform(0.76, 0.9) * w, 0.9 * h), 9 * u, palette.accents[2])
    return canvas.finish()
