"""Colours that go together. A colour is (r, g, b) or (r, g, b, a), each 0–255."""

from __future__ import annotations

from dataclasses import dataclass

Colour = tuple[int, int, int] | tuple[int, int, int, int]

WHITE: Colour = (255, 255, 255)
BLACK: Colour = (18, 18, 22)


def rgb(text: str) -> Colour:
    """`rgb("e69f00")` is (230, 159, 0)."""
    return int(text[:2], 16), int(text[2:4], 16), int(text[4:6], 16)


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """`share` of the second colour in the first, 0–1."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first[:3], second[:3], strict=True))
    return red, green, blue


def sheer(colour: Colour, opacity: float) -> Colour:
    return colour[0], colour[1], colour[2], round(255 * opacity)


def darker(colour: Colour, share: float = 0.2) -> Colour:
    return mix(colour, (24, 18, 48), share)


def lighter(colour: Colour, share: float = 0.2) -> Colour:
    return mix(colour, (255, 250, 240), share)


@dataclass(frozen=True, slots=True)
class Palette:
    """`sky` runs from the top to the horizon; `land` from far to near; `accents` are clothes, signs, toys."""

    name: str
    sky: tuple[Colour, ...]
    land: tuple[Colour, ...]
    accents: tuple[Colour, ...]
    paper: Colour
    ink: Colour
    wall: Colour


def _palette(name: str, *, sky: str, land: str, accents: str, tones: str) -> Palette:
    paper, ink, wall = (rgb(tone) for tone in tones.split())
    return Palette(
        name,
        sky=tuple(map(rgb, sky.split())),
        land=tuple(map(rgb, land.split())),
        accents=tuple(map(rgb, accents.split())),
        paper=paper,
        ink=ink,
        wall=wall,
    )


PALETTES = (
    _palette(
        "coast",
        sky="5fa8d3 a9d6e5 fdf0d5",
        land="4a8fa8 2a6f8a e9cf9f",
        accents="ef6f6c f7b267 457b9d f4f1de 81b29a",
        tones="fdf6ec 1d3557 dfeaf0",
    ),
    _palette(
        "dusk",
        sky="355070 b56576 eaac8b",
        land="6d597a 4b3f63 c98b76",
        accents="e56b6f ffd6a5 9d8bb8 f6e7d8 6d9dc5",
        tones="fbeee6 2b2140 ead6d0",
    ),
    _palette(
        "meadow",
        sky="8ecae6 cfe8ef fefae0",
        land="8fb996 588157 c9cf96",
        accents="d4a373 e76f51 3d6f8e fefae0 e9c46a",
        tones="fefaf0 283618 e6ead8",
    ),
    _palette(
        "plum",
        sky="463f78 9d7bb5 f3c4c8",
        land="7a6aa0 51417a b59ac0",
        accents="ff9f9b f9d57e 5fb0b7 faf0f5 8d6bb0",
        tones="fbf3f7 261a3f e7dcee",
    ),
    _palette(
        "citrus",
        sky="74c6c3 c5e8d7 fff3c9",
        land="74b49b 3c887e f0d48a",
        accents="f4845f f7c548 2f6690 fff8e8 9bc53d",
        tones="fffaf0 16425b f3ead0",
    ),
    _palette(
        "clay",
        sky="a3b8c2 d9d6c8 f6e3cf",
        land="b08d72 86624e d9b896",
        accents="bc4b34 e3a857 4f6d7a f4ece0 7a8b5d",
        tones="faf3e8 3a2a22 eadccb",
    ),
    _palette(
        "night",
        sky="0d1b3e 27366b 6a5a95",
        land="2b3a67 1b2447 3b3f73",
        accents="ff7b89 ffd166 6fd3d0 e8e9f6 a78bfa",
        tones="f2f1fa 121530 39406f",
    ),
    _palette(
        "frost",
        sky="7da7c7 bcd4e2 f1f4f2",
        land="8aa6b5 5b7b8c e2e8e6",
        accents="d1603d f2b880 33658a f6f7f3 86a873",
        tones="f8fafa 22333b e3ebee",
    ),
)

SKINS = tuple(map(rgb, ["f6d3b8", "eebf9c", "dda57c", "c68a5f", "a56a43", "85512f", "643a22", "4a2a1a"]))
HAIRS = tuple(map(rgb, ["1f1a1c", "2f221d", "4a2f22", "6e4328", "9c6237", "c99a5b", "8a8a90", "a23e2a"]))
