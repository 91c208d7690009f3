"""Phone screenshots: chats in several scripts, and a page far taller than any screen."""

from __future__ import annotations

from random import Random

from demo.pictures.codes import qr_code
from demo.pictures.drawing import Canvas, Drawing
from demo.pictures.fonts import Script, script_of
from demo.pictures.lettering import Anchor, paragraph, text_width, wrapped, write
from demo.pictures.palettes import WHITE, Colour, Palette, darker, lighter, mix, sheer
from demo.pictures.wording import CHATS, OFFERS, PAGE_ENDINGS, PAGE_HOOK, PAGE_MIDDLES, PAGE_OPENINGS, Chat
from demo.scenes.outdoors import Size


def chat(rng: Random, size: Size, palette: Palette) -> Drawing:
    return _conversation(rng, size, palette, rng.choice(CHATS))


def chat_latin(rng: Random, size: Size, palette: Palette) -> Drawing:
    return _conversation(rng, size, palette, rng.choice((CHATS[0], CHATS[3])))


def chat_chinese(rng: Random, size: Size, palette: Palette) -> Drawing:
    return _conversation(rng, size, palette, CHATS[1], with_code=True)


def chat_arabic(rng: Random, size: Size, palette: Palette) -> Drawing:
    return _conversation(rng, size, palette, CHATS[2])


def _conversation(rng: Random, size: Size, palette: Palette, what: Chat, *, with_code: bool = False) -> Drawing:
    canvas = Canvas(size, palette.paper)
    u = canvas.unit
    leftward = script_of(what.title) is Script.ARABIC
    canvas.gradient((0, 0, canvas.width, canvas.height), (palette.paper, mix(palette.paper, palette.sky[1], 0.35)))
    _header(canvas, rng, palette, what, leftward)
    y = 32 * u
    turns = (*what.turns[:4], what.turns[-1]) if with_code else what.turns  # room for the code below them
    for place, turn in enumerate(turns):
        own = place % 2 == 1
        y = _bubble(canvas, y, turn, own != leftward, palette, own=own) + 5 * u
    if with_code:
        canvas.slab((6 * u, y, 50 * u, y + 44 * u), WHITE, radius=3 * u)
        qr_code(canvas, (8 * u, y + 2 * u), 40 * u, OFFERS[1].link, ink=palette.ink, name="WeChat QR code")
    _composer(canvas, palette, what.placeholder, leftward)
    return canvas.finish(what.risky, what.listed)


def _header(canvas: Canvas, rng: Random, palette: Palette, what: Chat, leftward: bool) -> None:
    w, u = canvas.width, canvas.unit
    canvas.slab((0, 0, w, 25 * u), mix(palette.paper, WHITE, 0.7))
    canvas.slab((0, 24.7 * u, w, 25 * u), sheer(palette.ink, 0.15))
    write(
        canvas,
        f"{rng.randint(8, 22)}:{rng.randint(10, 59)}",
        (6 * u, 5.4 * u),
        4.2 * u,
        palette.ink,
        bold=True,
        quiet=True,
    )
    canvas.slab((88 * u, 4 * u, 95 * u, 7 * u), palette.ink, radius=u)
    for bar in range(4):
        canvas.slab(((76 + 2 * bar) * u, (6.4 - 0.8 * bar) * u, (77.3 + 2 * bar) * u, 7 * u), palette.ink)
    face = 84 * u if leftward else 16 * u
    canvas.disc((face, 17 * u), 5.4 * u, palette.accents[0])
    canvas.disc((face, 15.4 * u), 2.1 * u, palette.paper)
    canvas.oval((face, 20.4 * u), (3.6 * u, 2 * u), palette.paper)
    anchor: Anchor = "right" if leftward else "left"
    write(canvas, what.title, (76 * u if leftward else 24 * u, 17 * u), 5 * u, palette.ink, anchor=anchor, bold=True)


def _bubble(canvas: Canvas, top: float, text: str, right: bool, palette: Palette, *, own: bool) -> float:
    """One message; `right` is the side it is aligned to. Returns its lower edge."""
    w, u = canvas.width, canvas.unit
    size, pad = 5.4 * u, 4 * u
    lines = wrapped(text, size, 0.7 * w)
    anchor: Anchor = "right" if script_of(text) is Script.ARABIC else "left"
    wide = max(text_width(line, size) for line in lines) + 2 * pad
    tall = len(lines) * 1.4 * size + 1.5 * pad
    left = w - 5 * u - wide if right else 5 * u
    ground, ink = (palette.accents[2], WHITE) if own else (WHITE, palette.ink)
    canvas.slab((left, top + 0.5 * u, left + wide, top + tall + 0.5 * u), sheer(palette.ink, 0.07), radius=3 * u)
    canvas.slab((left, top, left + wide, top + tall), _readable(ground, ink), radius=3 * u)
    at = (left + wide - pad if anchor == "right" else left + pad, top + 0.75 * pad + 0.7 * size)
    paragraph(canvas, text, at, size, ink, width=0.7 * w, anchor=anchor)
    return top + tall


def _readable(ground: Colour, ink: Colour) -> Colour:
    """White letters need a ground that is dark enough."""
    return darker(ground, 0.3) if ink == WHITE and sum(ground[:3]) > 420 else ground


def _composer(canvas: Canvas, palette: Palette, placeholder: str, leftward: bool) -> None:
    w, h, u = canvas.width, canvas.height, canvas.unit
    canvas.slab((0, h - 15 * u, w, h), mix(palette.paper, WHITE, 0.7))
    canvas.slab((5 * u, h - 12 * u, 83 * u, h - 3.5 * u), lighter(palette.wall, 0.4), radius=4.2 * u)
    anchor: Anchor = "right" if leftward else "left"
    at = (79 * u if leftward else 9 * u, h - 7.8 * u)
    write(canvas, placeholder, at, 4 * u, sheer(palette.ink, 0.5), anchor=anchor, quiet=True)
    canvas.disc((91 * u, h - 7.8 * u), 4.6 * u, palette.accents[0])


def long_page(rng: Random, size: Size, palette: Palette) -> Drawing:
    """Long house rules with an advertisement hidden in the middle."""
    canvas = Canvas(size, palette.paper)
    w, h, u = canvas.width, canvas.height, canvas.unit
    canvas.gradient((0, 0, w, 46 * u), (palette.sky[0], palette.sky[1]))
    write(canvas, "House rules", (7 * u, 22 * u), 9 * u, palette.paper, bold=True)
    write(canvas, "Parcel lockers, edition 12", (7 * u, 34 * u), 4 * u, palette.paper)
    y, section, hook_at = 58 * u, 1, rng.uniform(0.45, 0.6) * h
    hooked = False
    while y < h - 40 * u:
        y = _section(canvas, rng, palette, y, section)
        section += 1
        if y > hook_at and not hooked:
            hooked, y = True, _hook(canvas, palette, y)
    return canvas.finish((PAGE_HOOK,), (("联系方式", "WeChat"), ("contact handles", "lockers_vip")))


def _section(canvas: Canvas, rng: Random, palette: Palette, y: float, number: int) -> float:
    u, size = canvas.unit, 3.3 * canvas.unit
    write(canvas, f"{number}.", (7 * u, y), 5 * u, palette.accents[0], bold=True)
    y += 7 * u
    for _ in range(rng.randint(2, 4)):
        parts = (rng.choice(PAGE_OPENINGS), rng.choice(PAGE_MIDDLES), rng.choice(PAGE_ENDINGS))
        y += paragraph(canvas, " ".join(parts), (7 * u, y), size, palette.ink, width=86 * u) + 0.6 * size
    return y + 3 * u


def _hook(canvas: Canvas, palette: Palette, y: float) -> float:
    u = canvas.unit
    canvas.slab((5 * u, y - 3 * u, 95 * u, y + 9 * u), mix(palette.accents[1], WHITE, 0.4), radius=2 * u)
    write(canvas, PAGE_HOOK, (50 * u, y + 3 * u), 3.4 * u, palette.ink, anchor="middle", fit=86 * u)
    return y + 18 * u
