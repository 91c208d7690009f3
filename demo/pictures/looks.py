"""How invented people look."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from demo.pictures.palettes import HAIRS, SKINS, Colour, Palette, darker, mix, rgb

HAIR_STYLES = ("short", "long", "bob", "bun", "curly", "buzz", "wave", "scarf", "bald", "cap")


@dataclass(frozen=True, slots=True)
class Look:
    skin: Colour
    hair: Colour
    style: str
    top: Colour
    bottom: Colour
    trim: Colour
    beard: bool = False
    glasses: bool = False
    broad: bool = False
    child: bool = False

    @property
    def shade(self) -> Colour:
        return mix(self.skin, rgb("7a2f3a"), 0.22)


def cast(rng: Random, palette: Palette, count: int, *, child: bool = False) -> list[Look]:
    """People who do not look alike: skin colours repeat only when there are more people than colours."""
    skins = [*rng.sample(SKINS, len(SKINS)), *rng.choices(SKINS, k=max(0, count - len(SKINS)))]
    return [somebody(rng, palette, skin, child=child) for skin in skins[:count]]


def somebody(rng: Random, palette: Palette, skin: Colour, *, child: bool = False) -> Look:
    broad = rng.random() < 0.5
    styles = ("short", "curly", "buzz", "wave", "bald", "cap") if broad else (*HAIR_STYLES[:5], "wave", "scarf")
    top, trim = rng.sample(palette.accents, 2)
    return Look(
        skin=skin,
        hair=rng.choice(HAIRS[:2] if skin in SKINS[4:] else HAIRS[:6] if child else HAIRS),
        style=rng.choice(("short", "bob", "curly", "bun") if child else styles),
        top=top,
        bottom=rng.choice((palette.ink, darker(top, 0.45), palette.land[1])),
        trim=trim,
        beard=broad and not child and rng.random() < 0.4,
        glasses=rng.random() < 0.22,
        broad=broad and not child,
        child=child,
    )
