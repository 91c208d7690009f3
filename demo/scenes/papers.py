"""Papers and packs: an identity card, logos, a parcel, play money."""

from __future__ import annotations

import math
from random import Random

from demo.pictures.codes import bar_code
from demo.pictures.drawing import Canvas, Drawing
from demo.pictures.lettering import title, write
from demo.pictures.looks import cast
from demo.pictures.outlines import arc
from demo.pictures.palettes import WHITE, Colour, Palette, darker, lighter, mix, rgb, sheer
from demo.pictures.pen import Pen
from demo.pictures.people import bust
from demo.pictures.props import WOOD
from demo.pictures.wording import BRANDS
from demo.scenes.outdoors import Size


def identity_card(rng: Random, size: Size, palette: Palette) -> Drawing:
    """An invented membership card on a table, with a name, a number and a portrait."""
    canvas = Canvas(size, WOOD)
    w, h, u = canvas.width, canvas.height, canvas.unit
    canvas.gradient((0, 0, w, h), (lighter(WOOD, 0.15), darker(WOOD, 0.15)))
    for board in range(7):
        canvas.slab((0, board * h / 7, w, board * h / 7 + 0.3 * u), sheer(darker(WOOD, 0.5), 0.5))
    wide = min(0.84 * w, 1.35 * h)
    left, top = (w - wide) / 2 + rng.uniform(-4, 4) * u, (h - 0.63 * wide) / 2 + rng.uniform(-4, 4) * u
    pen = Pen(canvas, (left, top), wide / 100)
    pen.slab((1, 1.4, 101, 64.4), sheer((10, 8, 20), 0.3), radius=4)
    with canvas.seen_as("object", "Identity document"):
        pen.slab((0, 0, 100, 63), lighter(palette.sky[1], 0.35), radius=4)
        number = _card_face(pen, rng, palette)
    return canvas.finish((number,), (("personal data", "MEMBER CARD"), ("personal data", number)))


def _card_face(pen: Pen, rng: Random, palette: Palette) -> str:
    """Draw everything printed on the card. Returns its number."""
    canvas, unit = pen.canvas, pen.measure
    pen.slab((0, 5, 100, 14), palette.accents[2])
    title(canvas, "REPUBLIC OF NOWHERE · MEMBER CARD", pen.place((50, 9.5)), 4 * unit, palette.paper)
    for ripple in range(5):
        pen.ring((78, 44), 6 + 3 * ripple, 0.3, sheer(palette.accents[2], 0.25))
    pen.slab((6, 19, 34, 56), palette.paper, radius=1.5)
    bust(canvas, pen.place((20, 35)), 6.0 * unit, cast(rng, palette, 1)[0], smile=0.3)
    pen.slab((6, 55.8, 34, 63), lighter(palette.sky[1], 0.35))
    name = rng.choice(("FERRANTE, ALDO", "OKAFOR, MIREILLE", "林若水", "VEY, TOMAS"))
    born = f"{rng.randint(1, 28):02} 0{rng.randint(1, 9)} {rng.randint(1961, 2004)}"
    number = f"No. {rng.randint(100000, 999999)} {rng.randint(1000, 9999)}"
    for place, (label, value) in enumerate((("NAME", name), ("BORN", born), ("NUMBER", number))):
        write(canvas, label, pen.place((39, 21.5 + 12 * place)), 2.4 * unit, mix(palette.ink, palette.paper, 0.35))
        write(canvas, value, pen.place((39, 26 + 12 * place)), 4.6 * unit, palette.ink, bold=True, fit=54 * unit)
    return number


def logos(rng: Random, size: Size, palette: Palette) -> Drawing:
    """A wall of invented brands."""
    canvas = Canvas(size, palette.paper)
    w, h, u = canvas.width, canvas.height, canvas.unit
    canvas.gradient((0, 0, w, h), (palette.paper, lighter(palette.wall, 0.2)))
    for place, brand in enumerate(rng.sample(BRANDS, 6)):
        x, y = (0.19 + 0.31 * (place % 3)) * w, (0.28 + 0.44 * (place // 3)) * h
        canvas.slab((x - 0.13 * w, y - 18 * u, x + 0.13 * w, y + 18 * u), WHITE, radius=3 * u)
        with canvas.seen_as("object", f"Logo {brand}"):
            _emblem(Pen(canvas, (x, y - 4 * u), 9 * u), rng, palette)
            title(canvas, brand, (x, y + 11 * u), 6 * u, palette.ink, fit=0.23 * w)
    return canvas.finish()


def _emblem(pen: Pen, rng: Random, palette: Palette) -> None:
    first, second = rng.sample((*palette.accents[:3], palette.ink), 2)
    kind = rng.choice(("orbit", "peaks", "petals", "bars", "drop"))
    if kind == "orbit":
        pen.ring((0, 0), 1, 0.22, first)
        pen.disc((0.62, -0.62), 0.34, second)
    elif kind == "peaks":
        pen.area([(-1, 0.7), (-0.2, -0.8), (0.6, 0.7)], first)
        pen.area([(-0.1, 0.7), (0.5, -0.3), (1.1, 0.7)], second)
    elif kind == "petals":
        for turn in arc(0, 2 * math.pi, 6)[:-1]:
            pen.disc((0.55 * math.cos(turn), 0.55 * math.sin(turn)), 0.4, first)
        pen.disc((0, 0), 0.34, second)
    elif kind == "bars":
        for bar in range(4):
            left = 0.5 * bar - 0.95
            pen.slab((left, 0.38 - 0.42 * bar, left + 0.37, 0.8), (first, second)[bar % 2], radius=0.1)
    else:
        pen.blob([(0, -1), (0.7, 0.2), (0, 0.95), (-0.7, 0.2)], first)
        pen.disc((0.12, 0.25), 0.3, second)


def parcel(rng: Random, size: Size, palette: Palette) -> Drawing:
    """A box with a bar code and an address label."""
    canvas = Canvas(size, palette.wall)
    w, h, u = canvas.width, canvas.height, canvas.unit
    canvas.gradient((0, 0, w, 0.6 * h), (lighter(palette.wall, 0.2), palette.wall))
    canvas.slab((0, 0.6 * h, w, h), mix(palette.land[2], palette.ink, 0.2))
    _carton(canvas, rgb("c89b66"))
    canvas.slab((0.46 * w, 0.24 * h, 0.54 * w, 0.9 * h), sheer(palette.paper, 0.35))
    canvas.slab((0.2 * w, 0.4 * h, 0.66 * w, 0.82 * h), palette.paper, radius=u)
    street = f"{rng.randint(2, 99)} {rng.choice(('Lantern Road', 'Quay Street', 'Old Mill Lane'))}"
    for place, line in enumerate(("TO: Jonah Quist", street, "Port Hollow", "Tel. 0555 0164")):
        write(canvas, line, (0.22 * w, (0.44 + 0.045 * place) * h), 3.4 * u, palette.ink, bold=place == 0)
    bar_code(canvas, (0.22 * w, 0.625 * h), (0.4 * w, 0.16 * h), str(rng.randint(10**11, 10**12 - 1)))
    return canvas.finish(("Tel. 0555 0164",), (("personal data", street),))


def _carton(canvas: Canvas, card: Colour) -> None:
    w, h = canvas.width, canvas.height
    left, right, top, foot, lid, shift = 0.14 * w, 0.86 * w, 0.24 * h, 0.9 * h, 0.16 * h, 0.06 * w
    canvas.oval((0.52 * w, 0.905 * h), (0.42 * w, 0.03 * h), sheer((10, 10, 24), 0.25))
    canvas.slab((left, top, right, foot), card)
    canvas.area([(left, top), (left + shift, lid), (right + shift, lid), (right, top)], lighter(card, 0.18))
    canvas.area([(right, top), (right + shift, lid), (right + shift, 0.82 * h), (right, foot)], darker(card, 0.2))


def banknotes(rng: Random, size: Size, palette: Palette) -> Drawing:
    """Play money of a bank that does not exist."""
    canvas = Canvas(size, palette.ink)
    w, h, u = canvas.width, canvas.height, canvas.unit
    canvas.gradient((0, 0, w, h), (mix(palette.ink, palette.wall, 0.3), palette.ink))
    for place in range(3):
        value = rng.choice(("20", "50", "100", "500"))
        left, top = (0.1 + 0.1 * place + rng.uniform(0, 0.04)) * w, (0.055 + 0.305 * place) * h
        _note(Pen(canvas, (left, top), 0.75 * u), value, palette.accents[place], palette.paper)
    return canvas.finish()


def _note(pen: Pen, value: str, colour: Colour, paper: Colour) -> None:
    canvas, ink = pen.canvas, darker(colour, 0.5)
    with canvas.seen_as("object", "Banknote"):
        pen.slab((0, 0, 100, 38), lighter(colour, 0.45), radius=1)
        pen.slab((2, 2, 98, 36), mix(colour, paper, 0.55), radius=1)
        for ripple in range(9):
            pen.ring((50, 19), 4 + 1.7 * ripple, 0.25, sheer(ink, 0.5))
        title(canvas, value, pen.place((18, 19)), 15 * pen.measure, ink)
        title(canvas, value, pen.place((88, 8)), 6 * pen.measure, ink)
        title(canvas, "BANK OF NOWHERE", pen.place((50, 32.4)), 3.4 * pen.measure, ink)
