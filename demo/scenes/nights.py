"""Nights: fireworks over a harbour, people around a fire."""

from __future__ import annotations

from random import Random

from demo.pictures.drawing import Canvas, Drawing
from demo.pictures.figures import figure
from demo.pictures.looks import cast
from demo.pictures.outlines import arc
from demo.pictures.palettes import Palette, mix, rgb, sheer
from demo.pictures.props import house
from demo.scenes.nature import burst, cloud, fir, flame, hills, stars, water
from demo.scenes.outdoors import Size


def fireworks(rng: Random, size: Size, palette: Palette) -> Drawing:
    canvas = Canvas(size, (10, 14, 40))
    w, h, u = canvas.width, canvas.height, canvas.unit
    canvas.gradient((0, 0, w, 0.74 * h), ((9, 13, 38), (26, 30, 78), mix((58, 44, 104), palette.sky[0], 0.2)))
    stars(canvas, 90, 0.5 * h, rng)
    for place in rng.sample((0.14, 0.32, 0.5, 0.68, 0.86), 4):
        at = (place * w, rng.uniform(0.14, 0.42) * h)
        with canvas.seen_as("object", "Fireworks"):
            burst(canvas, at, rng.uniform(14, 23) * u, rng.choice(palette.accents), rng)
    x = -0.02 * w
    while x < w:
        wide = rng.uniform(7, 13) * u
        house(canvas, (x, rng.uniform(0.5, 0.66) * h, x + wide, 0.78 * h), (20, 22, 54), rng, lit=True, floors=5)
        x += wide
    water(canvas, 0.77 * h, h, ((34, 34, 84), (14, 16, 46)), rng)
    for _ in range(9):
        canvas.glow(
            (rng.uniform(0, w), rng.uniform(0.8, 0.98) * h),
            rng.uniform(4, 9) * u,
            rng.choice(palette.accents),
            0.35,
        )
    return canvas.finish()


def bonfire(rng: Random, size: Size, palette: Palette) -> Drawing:
    """A fire at night with people around it, and smoke."""
    canvas = Canvas(size, (16, 18, 44))
    w, h, u = canvas.width, canvas.height, canvas.unit
    canvas.gradient((0, 0, w, 0.7 * h), ((12, 16, 42), (44, 38, 84), (124, 74, 92)))
    stars(canvas, 70, 0.4 * h, rng)
    for _ in range(14):
        fir(canvas, (rng.uniform(0, w), 0.7 * h), rng.uniform(20, 40) * u, (22, 28, 54))
    hills(canvas, 0.7 * h, 0.03 * h, (46, 36, 52), rng)
    x, y = rng.uniform(0.44, 0.56) * w, 0.88 * h
    for puff in range(5):
        cloud(
            canvas,
            (x + (puff % 2 * 6 - 2) * u, (0.46 - 0.1 * puff) * h),
            (3 + puff) * u,
            sheer((210, 200, 215), 0.12),
            rng,
        )
    canvas.glow((x, y - 12 * u), 58 * u, (255, 150, 60), 0.75)
    for place, look in zip((0.16, 0.74, 0.28, 0.87), cast(rng, palette, rng.choice((3, 4))), strict=False):
        figure(canvas, (place * w, rng.uniform(0.88, 0.96) * h), 44 * u, look, pose=rng.choice(("rest", "carry")))
    for turn in arc(-0.5, 0.5, 3):
        canvas.stroke([(x - 11 * u, y + turn * 5 * u), (x + 11 * u, y - turn * 5 * u)], 2.4 * u, rgb("6b452f"))
    with canvas.seen_as("object", "Open fire"):
        for shift, tall in ((-5, 17), (5, 19), (0, 28)):
            flame(canvas, (x + shift * u, y), tall * u, rng)
    for _ in range(40):
        canvas.disc((x + rng.gauss(0, 9) * u, y - rng.uniform(10, 60) * u), rng.uniform(0.15, 0.4) * u, (255, 196, 110))
    return canvas.finish()
