"""Pictures made to say something: advertisements, memes, a comic, a sticker with nothing behind it."""

from __future__ import annotations

import math
from dataclasses import replace
from random import Random

from demo.pictures.animals import cat, dog
from demo.pictures.codes import qr_code
from demo.pictures.drawing import Canvas, Drawing
from demo.pictures.lettering import paragraph, title, wrapped, write
from demo.pictures.looks import cast
from demo.pictures.outlines import Point
from demo.pictures.palettes import WHITE, Palette, darker, lighter, rgb, sheer
from demo.pictures.pen import Pen
from demo.pictures.people import bust
from demo.pictures.props import starburst
from demo.pictures.wording import CAPTIONS, OFFERS, TALKS
from demo.scenes.nature import hills, sky, tree
from demo.scenes.outdoors import Size

_COATS = (rgb("e0964f"), rgb("8b8d94"), rgb("c58a4a"), rgb("e9dcc6"))


def advert(rng: Random, size: Size, palette: Palette) -> Drawing:
    """A poster with an offer, a contact, and mostly a code."""
    canvas = Canvas(size, palette.paper)
    w, h, u = canvas.width, canvas.height, canvas.unit
    offer = rng.choice(OFFERS)
    canvas.gradient((0, 0, w, h), rng.choice((palette.sky, palette.accents[:2])))
    for turn in range(0, 24, 2):
        _ray(canvas, (0.5 * w, 0.42 * h), turn)
    canvas.slab((0.06 * w, 0.07 * h, 0.94 * w, 0.27 * h), palette.ink, radius=4 * u)
    title(canvas, offer.headline, (0.5 * w, 0.17 * h), min(17 * u, 0.16 * h), palette.accents[1], fit=0.8 * w)
    write(canvas, offer.line, (0.5 * w, 0.33 * h), 6 * u, palette.ink, anchor="middle", fit=0.55 * w)
    if rng.random() < 0.75:
        side = min(0.36 * h, 0.62 * w)
        name = "WeChat QR code" if offer.link.startswith("weixin") else "QR code"
        qr_code(canvas, (0.5 * w - side / 2, 0.4 * h), side, offer.link, ink=palette.ink, name=name)
    else:
        _presents(canvas, rng, palette)
    canvas.slab((0.08 * w, 0.83 * h, 0.92 * w, 0.94 * h), palette.paper, radius=5 * u)
    title(canvas, offer.contact, (0.5 * w, 0.885 * h), 7 * u, palette.ink, fit=0.76 * w)
    burst = (0.88 * w, 0.33 * h)
    starburst(canvas, burst, 9 * u, darker(palette.accents[0], 0.2))
    title(canvas, rng.choice(("-50%", "NEW", "0 €", "99")), burst, 5.6 * u, WHITE)
    return canvas.finish((offer.contact,), offer.listed)


def _ray(canvas: Canvas, centre: Point, turn: int) -> None:
    """One of twenty-four rays of light."""
    reach = canvas.width + canvas.height
    angles = (turn * math.pi / 12, (turn + 1) * math.pi / 12)
    far = [(centre[0] + reach * math.cos(angle), centre[1] + reach * math.sin(angle)) for angle in angles]
    canvas.area([centre, *far], sheer(WHITE, 0.12))


def _presents(canvas: Canvas, rng: Random, palette: Palette) -> None:
    for place, (x, tall) in enumerate(((0.3, 26), (0.66, 32), (0.48, 20))):
        pen = Pen(canvas, (x * canvas.width, 0.78 * canvas.height), tall * canvas.unit)
        colour = rng.choice(palette.accents)
        with canvas.seen_as("object", "Gift"):
            pen.slab((-0.5, -0.78, 0.5, 0), colour, radius=0.04)
            pen.slab((-0.56, -0.9, 0.56, -0.68), lighter(colour, 0.25), radius=0.04)
            pen.slab((-0.09, -0.9, 0.09, 0), palette.paper)
            for side in (-1, 1):
                pen.blob([(0, -0.9), (side * 0.32, -1.2), (side * 0.4, -0.95)], palette.accents[place])


def meme(rng: Random, size: Size, palette: Palette) -> Drawing:
    canvas = Canvas(size, palette.sky[0])
    w, h, u = canvas.width, canvas.height, canvas.unit
    sky(canvas, palette, 0.7 * h, rng)
    hills(canvas, 0.74 * h, 0.14 * h, palette.land[1], rng)
    tree(canvas, (rng.choice((0.12, 0.88)) * w, 0.8 * h), 52 * u, darker(palette.land[1], 0.15))
    subject = rng.choice((cat, dog, None))
    middle = rng.uniform(0.42, 0.58) * w
    if subject:
        subject(canvas, (middle, 0.97 * h), 70 * u, rng.choice(_COATS))
    else:
        bust(canvas, (middle, 0.55 * h), 17 * u, cast(rng, palette, 1)[0], smile=0.2)
    top, bottom = rng.choice(CAPTIONS)
    for text, y in ((top, 0.1), (bottom, 0.9)):
        at, rim = (w / 2, y * h), (16, 16, 20)
        write(canvas, text, at, 12 * u, WHITE, anchor="middle", bold=True, outline=rim, fit=0.92 * w)
    return canvas.finish((bottom,), (("insults, mild", "ABSOLUTE"), ("insults, mild", "POTATO")))


def sticker(rng: Random, size: Size, palette: Palette) -> Drawing:
    """A cut-out with a white rim and nothing behind it: the picture has an alpha channel."""
    canvas, shape = Canvas(size, WHITE), Canvas(size, (0, 0, 0))
    w, h, u = canvas.width, canvas.height, canvas.unit
    middle = (0.5 * w, 0.5 * h)
    shape.disc(middle, 46 * u, WHITE)
    canvas.disc(middle, 42 * u, rng.choice(palette.accents))
    canvas.disc(middle, 37 * u, palette.sky[1])
    subject = rng.choice((cat, dog))
    subject(canvas, (0.48 * w, 0.72 * h), 46 * u, rng.choice(_COATS))
    title(canvas, rng.choice(("HELLO!", "加油", "هلا", "OOPS")), (0.5 * w, 0.81 * h), 11 * u, palette.ink)
    made = canvas.finish()
    image = made.image.convert("RGBA")
    image.putalpha(shape.finish().image.convert("L"))
    return replace(made, image=image)


def comic(rng: Random, size: Size, palette: Palette) -> Drawing:
    """Two panels of a conversation."""
    canvas = Canvas(size, palette.paper)
    w, h, u = canvas.width, canvas.height, canvas.unit
    looks, talks = cast(rng, palette, 2), rng.sample(TALKS, 2)
    for place, text in enumerate(talks):
        left, right = (0.03 + 0.48 * place) * w, (0.49 + 0.48 * place) * w
        middle = (left + right) / 2
        canvas.slab((left - 0.5 * u, 0.05 * h - 0.5 * u, right + 0.5 * u, 0.95 * h + 0.5 * u), palette.ink)
        canvas.gradient((left, 0.05 * h, right, 0.95 * h), palette.sky[place:])
        bust(canvas, (middle, 0.95 * h - 3.55 * 10.5 * u), 10.5 * u, looks[place], smile=(0.2, 0.8)[place])
        _balloon(canvas, (middle, 0.2 * h), 0.42 * w, text, palette)
    return canvas.finish((talks[0],))


def _balloon(canvas: Canvas, centre: Point, wide: float, text: str, palette: Palette) -> None:
    (x, y), u = centre, canvas.unit
    canvas.area([(x - 4 * u, y + 6 * u), (x + 3 * u, y + 6 * u), (x - 2 * u, y + 17 * u)], WHITE)
    canvas.oval(centre, (wide / 2, 10 * u), WHITE)
    rows = len(wrapped(text, 4.6 * u, 0.72 * wide))
    first = (x, y - 3.2 * u * (rows - 1))
    paragraph(canvas, text, first, 4.6 * u, palette.ink, width=0.72 * wide, anchor="middle")
