"""Text without what recognisers disagree about: case, blanks, accents, widths, and letters that look alike."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

_ALIKE = (
    *("0oоο〇○", "1il|!і丨", "5s", "2z", "8b", "9gq"),
    *("-一—–−_~ー", "'’‘`´", '"“”', ".·。", ",、،", ":：", "(（", ")）"),
)
_AS_FIRST = {ord(letter): group[0] for group in _ALIKE for letter in group}
_DROPPED = ("Mn", "Me", "Cf", "Cc", "Zs", "Zl", "Zp")


@dataclass(frozen=True, slots=True)
class Folded:
    """`places` tells for each letter where it stands in the text, in code points."""

    letters: str
    places: tuple[int, ...]


def fold(text: str) -> Folded:
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        for one in unicodedata.normalize("NFKD", letter).casefold().translate(_AS_FIRST):
            if unicodedata.category(one) not in _DROPPED:
                letters.append(one)
                places.append(place)
    return Folded("".join(letters), tuple(places))
