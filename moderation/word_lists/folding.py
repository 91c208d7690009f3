"""Text as word lists compare it, with every place in it mapped back to the text as it was written.

Folding is Unicode's NFKC_Casefold, stretch by stretch: case, full and half width, ligatures, composed or decomposed
accents and invisible characters make no difference; besides, any white space is a space. It changes lengths ("ß" is
"ss", "…" is three dots), so a place in the folded text is a place in the original only where a stretch ends.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property
from itertools import chain

# Hangul vowels and finals, and half-width sound marks: letters that join what stands before them.
_JOINING = "\u1160-\u11ff\u314f-\u3163\ud7b0-\ud7ff\uff9e\uff9f\uffc2-\uffdc"
_MARKS = _JOINING + "".join(chr(code) for code in range(0x300, 0x1F000) if unicodedata.category(chr(code))[0] == "M")
# Default_Ignorable_Code_Point of Unicode 15: soft hyphen, zero-width characters, direction marks, variation selectors.
_IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_IRREGULAR = re.compile(f"[{_MARKS}{_IGNORABLE}]")
_STRETCH = re.compile(f".[{_MARKS}]{{0,30}}", re.DOTALL)  # more marks than any language needs on one letter
_INVISIBLE = re.compile(f"[{_IGNORABLE}]")
_ASCII = str.maketrans("\t\n\v\f\r\x1c\x1d\x1e\x1f", " " * 9)
_REMEMBERED_AT_MOST = 50_000

Place = tuple[int, int]


class Folded:
    """A folded text. Its places are `[start, end)` in code points, and so are those of the original."""

    def __init__(self, original: str) -> None:
        self.original = original
        self.text, self._units, self._pieces = _fold(original)

    def exactly(self, start: int, end: int) -> Place | None:
        """Where this stretch stands in the original; None when it begins or ends inside a character of it."""
        if self._units is None:
            return start, end
        starts, ends = self._edges
        return (starts[start], ends[end]) if start in starts and end in ends else None

    def around(self, start: int, end: int) -> Place:
        """The whole characters of the original that this stretch touches."""
        if self._units is None:
            return start, end
        starts, ends = self._edges
        last_start, first_end = list(starts), list(ends)
        return (
            starts[last_start[bisect_right(last_start, start) - 1]],
            ends[first_end[bisect_left(first_end, end)]],
        )

    @cached_property
    def _edges(self) -> tuple[dict[int, int], dict[int, int]]:
        """Original places by folded ones, for the starts and the ends of what is still visible."""
        starts, ends, at, original = {}, {}, 0, 0
        for unit, piece in zip(self._units or "", self._pieces, strict=True):
            if piece:
                starts[at], ends[at + len(piece)] = original, original + len(unit)
            at, original = at + len(piece), original + len(unit)
        return starts, ends


def fold(text: str) -> str:
    return _fold(text)[0]


def _fold(text: str) -> tuple[str, Sequence[str] | None, Sequence[str]]:
    """The folded text, the original's units and the folded form of each; no units when every place is the same."""
    if text.isascii():
        return text.lower().translate(_ASCII), None, ()
    if not _IRREGULAR.search(text):
        pieces = list(map(_FOLDED.__getitem__, text))
        folded = "".join(pieces)
        # A character by itself never folds to nothing, so an equal length means one for one.
        return (folded, None, ()) if len(folded) == len(text) else (folded, text, pieces)
    units = list(chain.from_iterable(map(_UNITS.__getitem__, _STRETCH.findall(text))))
    pieces = list(map(_FOLDED.__getitem__, units))
    return "".join(pieces), units, pieces


class _Remembered(dict[str, str]):
    """The folded form of a unit, worked out once."""

    def __missing__(self, unit: str) -> str:
        if len(self) >= _REMEMBERED_AT_MOST:
            self.clear()
        self[unit] = folded = _fold_unit(unit)
        return folded


class _RememberedUnits(dict[str, Sequence[str]]):
    """What of a stretch must be matched together: all of it when its marks compose, else each of its characters."""

    def __missing__(self, stretch: str) -> Sequence[str]:
        if len(self) >= _REMEMBERED_AT_MOST:
            self.clear()
        apart = "".join(map(_FOLDED.__getitem__, stretch)) == _FOLDED[stretch]
        self[stretch] = units = tuple(stretch) if apart else (stretch,)
        return units


_FOLDED = _Remembered()
_UNITS = _RememberedUnits()


def _fold_unit(unit: str) -> str:
    if unit.isspace():
        return " " * len(unit)
    visible = _INVISIBLE.sub("", unit)
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", visible).casefold())
    return _INVISIBLE.sub("", folded).encode(errors="replace").decode()  # half of a surrogate pair is no text
