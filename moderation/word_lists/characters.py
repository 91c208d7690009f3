"""Which characters fold to exactly one character, and which depend on the characters around them."""

from __future__ import annotations

import re
import unicodedata
from functools import cache


def _signs(*ranges: tuple[int, int]) -> str:
    return "".join(chr(code) for first, last in ranges for code in range(first, last + 1))


# Default_Ignorable_Code_Point of Unicode 15: soft hyphen, zero-width signs, direction marks, variation selectors.
_INVISIBLE = dict.fromkeys(
    map(
        ord,
        "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u3164\ufeff\uffa0"
        + _signs((0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0xFE00, 0xFE0F))
        + _signs((0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF)),
    )
)
# Hangul vowels and finals, and half-width sound marks: letters that join the character before them.
_JOINING = _signs((0x1160, 0x11FF), (0x314F, 0x3163), (0xD7B0, 0xD7FF), (0xFF9E, 0xFF9F), (0xFFC2, 0xFFDC))
# Han, Yi, Hangul syllables and private use: half of the plane, with no character that needs a check.
_PLAIN = (range(0x3400, 0xA48D), range(0xAC00, 0xD7A4), range(0xE000, 0xF900))


def fold_unit(unit: str) -> str:
    """NFKC_Casefold of characters that belong together; white space is a space, half of a surrogate pair a "?"."""
    if unit.isspace():
        return " " * len(unit)
    visible = unit.translate(_INVISIBLE)
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", visible).casefold())
    return folded.translate(_INVISIBLE).encode(errors="replace").decode()


def _is_mark(sign: str) -> bool:
    return unicodedata.category(sign)[0] == "M" or sign in _JOINING


def _is_special(sign: str) -> bool:
    folded = fold_unit(sign)
    return len(folded) != 1 or _is_mark(sign) or _is_mark(folded) or unicodedata.category(sign) == "Cs"


def _basic_plane() -> list[str]:
    codes = (code for code in range(0x80, 0x10000) if not any(code in plain for plain in _PLAIN))
    return [chr(code) for code in codes]


@cache
def special() -> re.Pattern[str]:
    """A character that may not fold to exactly one character by itself. Made at the first use: it takes 0.3 s, which no
    process should pay that folds no text.
    """
    return re.compile(f"[{_special_signs()}]")


@cache
def parts() -> re.Pattern[str]:
    """Splits a text into runs of characters that fold one for one, and single characters with up to 30 marks."""
    marks = "".join(sign for sign in _basic_plane() if _is_mark(sign))
    astral = "".join(chr(code) for code in range(0x10000, 0x1F000) if _is_mark(chr(code)))
    # `re` is slow on classes beyond U+FFFF, so those few come last and only behind a lookahead.
    mark = f"(?:[{marks}]|(?=[\U00010000-\U0001efff])[{astral}])"
    return re.compile(f"([^{_special_signs()}]+(?!{mark}))|(.{mark}{{0,30}})", re.DOTALL)


@cache
def _special_signs() -> str:
    """Beyond U+FFFF all but the emoji and the rare Han characters, which fold one for one."""
    astral = "\U00010000-\U0001f2ff\U0001fb00-\U0001ffff\U000e0000-\U0010ffff"
    return "".join(sign for sign in _basic_plane() if _is_special(sign)) + astral
