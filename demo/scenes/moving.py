"""An animation: a ball bounces along a beach while a banner is pulled across the sky."""

from __future__ import annotations

import math
from dataclasses import replace
from random import Random

from demo.pictures.drawing import Canvas, Drawing
from demo.pictures.lettering import text_width, write
from demo.pictures.palettes import Palette, darker, lighter
from demo.pictures.props import ball
from demo.pictures.wording import OFFERS
from demo.scenes.nature import hills, sky, water
from demo.scenes.outdoors import Size

FRAMES = 12


def moving_banner(rng: Random, size: Size, palette: Palette) -> Drawing:
    """All frames, with the evidence of the first. The scenery is the same in each: same seed, same clouds."""
    seed, offer = rng.random(), rng.choice(OFFERS)
    drawn = [_frame(Random(seed), size, palette, offer.contact, step / FRAMES) for step in range(FRAMES)]
    canvas = drawn[0]
    first = canvas.finish((offer.contact,), offer.listed)
    frames = tuple(step.finish().image for step in drawn)
    return replace(first, frames=frames)


def _frame(rng: Random, size: Size, palette: Palette, text: str, share: float) -> Canvas:
    canvas = Canvas(size, palette.sky[0])
    w, h, u = canvas.width, canvas.height, canvas.unit
    sky(canvas, palette, 0.5 * h, rng)
    water(canvas, 0.5 * h, 0.7 * h, (palette.land[1], palette.land[0]), rng)
    hills(canvas, 0.72 * h, 0.05 * h, palette.land[2], rng)
    bounce = abs(math.sin(2 * math.pi * share))
    x = (0.12 + 0.76 * share) * w
    canvas.oval((x, 0.9 * h), ((9 - 3 * bounce) * u, 1.4 * u), (*darker(palette.land[2], 0.3)[:3], 140))
    with canvas.seen_as("object", "Ball"):
        ball(canvas, (x, 0.9 * h - (8 + 34 * bounce) * u), 8 * u, palette.accents, 6.28 * share)
    _banner(canvas, palette, text, share)
    return canvas


def _banner(canvas: Canvas, palette: Palette, text: str, share: float) -> None:
    u = canvas.unit
    size = 7 * u
    wide = text_width(text, size) + 8 * u
    left, top = 0.3 * canvas.width - 0.22 * share * canvas.width, 12 * u
    with canvas.seen_as("object", "Banner"):
        canvas.stroke([(left - 12 * u, top + 6 * u), (left, top + 6 * u)], 0.5 * u, palette.ink)
        canvas.slab((left, top, left + wide, top + 12 * u), lighter(palette.accents[1], 0.2), radius=u)
        write(canvas, text, (left + 4 * u, top + 6 * u), size, palette.ink, bold=True)
