"""How wide letters are in common typefaces without serifs, to estimate where on its line a letter stands."""

from __future__ import annotations

import unicodedata
from functools import cache

WIDTHS = {
    0.5: "iljI|.,:;'’!` ·",
    0.7: 'frt()[]{}-/\\"*J',
    1.0: "cksvxyz?_",
    1.25: "ABCDEFGHKLNOPQRSTUVXYZ&+=<>#~",
    1.75: "mwMW@%…—",
}
"""In halves of a full-width letter."""
OTHERS = 1.12
FULL = 2
_OF_LETTER = {letter: width for width, letters in WIDTHS.items() for letter in letters}


@cache
def width(letter: str) -> float:
    return _OF_LETTER.get(letter, OTHERS) if cells(letter) == 1 else float(cells(letter))


def cells(letter: str) -> int:
    """Two for a full-width letter, none for a mark on another one."""
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return FULL if unicodedata.east_asian_width(letter) in "WF" else 1
