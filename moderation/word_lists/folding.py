"""Fold text for comparison with word lists, and map positions in it back to the original text.

Folding is Unicode's NFKC_Casefold, part by part: case, full and half width, ligatures, composed or decomposed accents
and invisible characters make no difference; besides, any white space is a space. It changes lengths ("ß" is "ss",
"…" is three dots), so a position in the folded text is one in the original only where a part ends. Most text folds one
for one, and then positions are the same; C code detects that, since every text of intake passes through here.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple
from unicodedata import is_normalized, normalize

from moderation.word_lists.characters import fold_unit, parts, special

Place = tuple[int, int]

_SPACES = "\t\n\v\f\r\x1c\x1d\x1e\x1f"
_ASCII = str.maketrans(_SPACES, " " * len(_SPACES))
_WIDE = {chr(code): chr(code - 0xFEE0).lower() for code in range(0xFF01, 0xFF5F)}
_ONE_FOR_ONE = _WIDE | dict.fromkeys("\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u3000", " ")
_FREQUENT = [
    (sign, _ONE_FOR_ONE[sign]) for sign in "，：！？（）\n\u3000"
]  # `replace` is far quicker than `re` for these
_LESS_FREQUENT = re.compile(f"[{''.join(_ONE_FOR_ONE.keys() - dict(_FREQUENT))}]")
_REMEMBERED_AT_MOST = 50_000


class _Part(NamedTuple):
    """`length` characters of the original that fold to `folded`: each to one, or only all together."""

    length: int
    folded: str
    one_for_one: bool = False


class Folded:
    """A folded text. Its positions are `[start, end)` in code points, and so are those of the original."""

    def __init__(self, original: str) -> None:
        self.original = original
        self.text, self._parts = _fold(original)

    def exactly(self, start: int, end: int) -> Place | None:
        """The position of this range in the original; None when it begins or ends inside a character of it."""
        if not self._parts:
            return start, end
        return self.around(start, end) if self._begins(start) and self._begins(end) else None

    def around(self, start: int, end: int) -> Place:
        """The whole characters of the original that this range touches."""
        if not self._parts:
            return start, end
        first, last = bisect_right(self._starts, start) - 1, bisect_left(self._starts, end) - 1
        return self._original(first, start, 0), self._original(last, end, self._parts[last].length)

    def _begins(self, at: int) -> bool:
        """Whether a character of the original begins, or the text ends, at this position."""
        part = bisect_right(self._starts, at) - 1
        return self._starts[part] == at or self._parts[part].one_for_one or at == len(self.text)

    def _original(self, part: int, at: int, whole: int) -> int:
        within = at - self._starts[part] if self._parts[part].one_for_one else whole
        return self._originals[part] + within

    @cached_property
    def _starts(self) -> list[int]:
        """Where each part starts in the folded text."""
        return list(accumulate((len(part.folded) for part in self._parts[:-1]), initial=0))

    @cached_property
    def _originals(self) -> list[int]:
        return list(accumulate((part.length for part in self._parts[:-1]), initial=0))


def fold(text: str) -> str:
    return _fold(text)[0]


def _fold(text: str) -> tuple[str, Sequence[_Part]]:
    """The folded text, and its parts unless all positions are the same as in the original."""
    if text.isascii():
        return text.lower().translate(_ASCII), ()
    if not special().search(text):
        return _fold_run(text), ()
    parts = list(_parts(text))
    return "".join([part.folded for part in parts]), parts


def _parts(text: str) -> Iterator[_Part]:
    for run, signs in parts().findall(text):
        if run:
            yield _Part(len(run), _fold_run(run), True)
        else:
            yield from _SEEN[signs]


def _fold_run(run: str) -> str:
    """Fold characters that fold one for one, all at once."""
    for wide, narrow in _FREQUENT:
        if wide in run:
            run = run.replace(wide, narrow)
    if _LESS_FREQUENT.search(run):
        for sign in set(_LESS_FREQUENT.findall(run)):
            run = run.replace(sign, _ONE_FOR_ONE[sign])
    if not is_normalized("NFKC", run):
        run = normalize("NFKC", run)
    folded = run.casefold()
    return folded if is_normalized("NFKC", folded) else normalize("NFKC", folded)


class _Remembered(dict[str, Sequence[_Part]]):
    """A character and its marks as parts: one when they compose, else each by itself."""

    def __missing__(self, signs: str) -> Sequence[_Part]:
        if len(self) >= _REMEMBERED_AT_MOST:
            self.clear()
        each = tuple(_Part(1, fold_unit(sign)) for sign in signs)
        together = fold_unit(signs)
        apart = "".join(part.folded for part in each) == together
        self[signs] = parts = each if apart else (_Part(len(signs), together),)
        return parts


_SEEN = _Remembered()
