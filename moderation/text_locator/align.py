"""Match the text that a machine sent with the lines found on the picture. Pure.

Two recognisers never read alike: they misread letters, join and split lines, drop blanks, and go through a page in
another order. So whole found lines are looked for in the text first, the surest and longest before the others, and what
is left at their ends is divided between neighbours. Then what is left of the text is looked for, by lines and by words,
in what is left of the found lines. Each letter is used once, and equal lines are taken from the top down.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz.fuzz import partial_ratio_alignment

from moderation.contract.geometry import FoundLine, Outline
from moderation.text_locator.folding import fold
from moderation.text_locator.gaps import MOST_LETTERS, divide, pairs
from moderation.text_locator.unread import by_order, is_unreadable, unread_lines

MOST_CHARACTERS = 20_000  # of the sent text that are matched
MOST_LINES = 400  # found ones
ROUNDS = (90.0, 75.0, 60.0)  # how alike a line must be, of 100
LINE_ALIKE, WORD_ALIKE = 70.0, 80.0  # the same for lines and words of the text
SURE_FROM = 4  # letters: shorter ones must be equal
SHORT_UP_TO, SHORT_ALIKE = 8, 75.0  # letters, among which many things are alike by chance
LEAST, LEAST_OF_LATIN = 2, 3  # letters
SLACK = 3  # letters around the best place, for those that one of both has more
LOST = 2  # letters at an end of a line that the machine may have lost
BLANK_COST, LETTER_COST = 0.2, 0.4  # of ending a line at a blank, or within a word
_USED, _BREAK = "\ue000", "\ue001"

Pairs = list[tuple[int, int]]
Matched = tuple[int, int, int]
"""A letter of the text, a line, and the letter of the line."""


@dataclass(frozen=True, slots=True)
class Aligned:
    """A found line with letters of the sent text. `places` are by the place in the sent text: from where to where that
    letter stands in `text`, which is spread over `outline`.
    """

    text: str
    outline: Outline
    places: Mapping[int, tuple[int, int]]


def align(sent: str, found: Sequence[FoundLine]) -> list[Aligned]:
    """The found lines in which something of the sent text was recognised, each with what."""
    aligning = _Aligning(sent[:MOST_CHARACTERS], found[:MOST_LINES])
    unread = list(aligning.match_unread())
    for alike in ROUNDS:
        aligning.find_lines_in_text(alike)
    aligning.fill_gaps()
    aligning.find_text_in_lines(r"[^\n]+", LINE_ALIKE)
    aligning.find_text_in_lines(r"[^\s]+", WORD_ALIKE)
    aligning.fill_gaps()
    return [*unread, *aligning.matched()]


class _Aligning:
    """What of both sides is still unmatched: a letter that is matched is overwritten with _USED."""

    def __init__(self, sent: str, found: Sequence[FoundLine]) -> None:
        self._sent, self._found = sent, found
        self._unread = unread_lines(sent)
        read = ["" if self._unread and is_unreadable(line) else line.text for line in found]
        self._text, self._lines = fold(sent), [fold(text) for text in read]
        self._free = list(self._text.letters)
        self._free_of = [list(line.letters) for line in self._lines]
        self._at: dict[int, tuple[int, int]] = {}  # of each matched letter of the text: its line, and where in it

    def match_unread(self) -> Iterator[Aligned]:
        for (start, end), number in by_order(self._sent, self._unread, self._found):
            for letter in range(*(bisect_left(self._text.places, at) for at in (start, end))):
                self._free[letter] = _USED
            places = {place: (place - start, place - start + 1) for place in range(start, end)}
            yield Aligned(self._sent[start:end], self._found[number].outline, places)

    def find_lines_in_text(self, alike: float) -> None:
        matched = {line for line, _ in self._at.values()}
        left = [n for n in range(len(self._lines)) if n not in matched]
        for number in sorted(left, key=lambda n: -len(self._lines[n].letters)):
            found = _match(self._lines[number].letters, "".join(self._free), alike)
            self._take([(there, number, here) for here, there in found])

    def find_text_in_lines(self, pattern: str, alike: float) -> None:
        """Look for what is left of each match of the pattern in the text."""
        for start, end in self._left(pattern):
            piece = "".join(self._free[start:end])
            if len(piece) < LEAST_OF_LATIN and piece.isascii():
                continue  # it is found anywhere
            spots = [(n, at) for n, line in enumerate(self._free_of) for at in range(-1, len(line))]
            letters = "".join(self._free_of[n][at] if at >= 0 else _BREAK for n, at in spots)
            self._take([(start + here, *spots[there]) for here, there in _match(piece, letters, alike)])

    def _left(self, pattern: str) -> list[tuple[int, int]]:
        """The longest first, as [start, end) among the folded letters."""
        pieces = []
        for piece in re.finditer(pattern, self._sent):
            start, end = (bisect_left(self._text.places, at) for at in piece.span())
            free = "".join(self._free[start:end])
            pieces += [(start + one.start(), start + one.end()) for one in re.finditer(f"[^{_USED}]+", free)]
        return sorted(pieces, key=lambda piece: piece[0] - piece[1])

    def _take(self, found: Sequence[Matched]) -> None:
        for there, number, here in found:
            self._free[there] = self._free_of[number][here] = _USED
            self._at[there] = number, here

    def fill_gaps(self) -> None:
        """Letters between two matched ones belong to the end of the line before, or to the start of the next."""
        matched = sorted(self._at)
        for left, right in pairwise([-1, *matched, len(self._free)]):
            if right - left > 1:
                self._fill(left, right)

    def _fill(self, left: int, right: int) -> None:
        gap = "".join(self._free[left + 1 : right])
        (line, end), (next_line, start) = self._at.get(left, (-1, 0)), self._at.get(right, (-1, 0))
        if line == next_line and line >= 0 and end < start:
            inside = "".join(self._free_of[line][end + 1 : start])
            self._take([(left + 1 + here, line, end + 1 + there) for here, there in pairs(gap, inside)])
            return
        behind = _first_free(self._free_of[line][end + 1 :]) if line >= 0 else ""
        before = _first_free(self._free_of[next_line][:start][::-1])[::-1] if next_line >= 0 else ""
        mine, others = divide(gap, behind, before, lambda at: self._break_cost(left + 1 + at))
        self._take([(left + 1 + here, line, end + 1 + there) for here, there in pairs(gap[:mine], behind)])
        first = start - len(before)
        theirs = pairs(gap[others:], before)
        self._take([(left + 1 + others + here, next_line, first + there) for here, there in theirs])

    def _break_cost(self, letter: int) -> float:
        """Of ending a line before that letter of the text."""
        places = self._text.places
        if not 0 < letter < len(places):
            return 0.0
        between = self._sent[places[letter - 1] + 1 : places[letter]]
        return 0.0 if "\n" in between else BLANK_COST if between else LETTER_COST

    def matched(self) -> Iterator[Aligned]:
        of_line: dict[int, list[tuple[int, int]]] = {}
        for there, (number, here) in self._at.items():
            of_line.setdefault(number, []).append((here, there))
        for number, letters in sorted(of_line.items()):
            line = self._found[number]
            yield Aligned(line.text, line.outline, self._spread(number, sorted(letters)))

    def _spread(self, number: int, letters: Sequence[tuple[int, int]]) -> dict[int, tuple[int, int]]:
        """Where each letter stands in the line. The outermost take those that the machine lost at its ends."""
        places, text = self._lines[number].places, self._found[number].text
        spots = {there: (places[here], places[here] + 1) for here, there in letters}
        (first, start), (last, end) = letters[0], letters[-1]
        if first <= LOST:
            spots[start] = 0, spots[start][1]
        if last >= len(places) - 1 - LOST:
            spots[end] = spots[end][0], len(text)
        return {self._text.places[there]: spot for there, spot in spots.items()}


def _first_free(letters: Sequence[str]) -> str:
    return "".join(letters).partition(_USED)[0][:MOST_LETTERS]


def _match(needle: str, letters: str, alike: float) -> Pairs:
    """(a place in the needle, a place in the letters) of the letters of their best match; empty when there is none."""
    if len(needle) < LEAST:
        return []
    at = letters.find(needle)
    if at >= 0:
        return [(place, at + place) for place in range(len(needle))]
    if len(needle) < SURE_FROM:
        return []
    wanted = max(alike, SHORT_ALIKE) if len(needle) < SHORT_UP_TO else alike
    best = partial_ratio_alignment(needle, letters, score_cutoff=wanted)
    if best is None:
        return []
    low, high = max(0, best.dest_start - SLACK), best.dest_end + SLACK
    near = letters[low:high]
    found = [(here, there) for here, there in pairs(needle, near) if near[there] not in (_USED, _BREAK)]
    return [(here, low + there) for here, there in _sure(needle, near, found)]


def _sure(one: str, other: str, found: Pairs) -> Pairs:
    """From the first to the last two letters in a row that are the same: what is outside may be a neighbour's."""
    same = [one[here] == other[there] for here, there in found]
    sure = [at for at in range(len(found) - 1) if same[at] and same[at + 1] and found[at + 1][1] == found[at][1] + 1]
    return found[sure[0] : sure[-1] + 2] if sure else []
