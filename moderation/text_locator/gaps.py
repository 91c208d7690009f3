"""Divide letters that lie between two matched stretches of the sent text among the lines on both sides. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

from rapidfuzz.distance import Levenshtein

MOST_LETTERS = 16  # of a line that are looked at on either side
MORE = 2  # letters that the sent text may have more than the line
LEFT_OUT = 0.9  # what a letter costs that neither line gets; one misread, lost or added costs 1

Break = Callable[[int], float]
"""What it costs to end a line before that letter of the gap: nothing where the sent text has a line break."""


def divide(gap: str, behind: str, before: str, break_cost: Break) -> tuple[int, int]:
    """(how many letters of the gap's beginning belong to `behind`, from which on they belong to `before`). `behind` is
    what the line on the left has left, `before` what the line on the right has.
    """
    ends = range(min(len(gap), len(behind) + MORE if behind else 0) + 1)
    starts = range(max(0, len(gap) - (len(before) + MORE if before else 0)), len(gap) + 1)
    lefts = {end: Levenshtein.distance(behind, gap[:end]) for end in ends}
    rights = {start: Levenshtein.distance(gap[start:], before) for start in starts}

    def cost(split: tuple[int, int]) -> float:
        end, start = split
        return lefts[end] + rights[start] + LEFT_OUT * (start - end) + break_cost(end) + break_cost(start)

    return min(((end, start) for end, start in product(ends, starts) if end <= start), key=cost)


def pairs(one: str, other: str) -> Iterator[tuple[int, int]]:
    """(a place in the one, a place in the other) of letters that are the same, or read otherwise."""
    for change in Levenshtein.opcodes(one, other):
        if change.tag in ("equal", "replace"):
            here, there = range(change.src_start, change.src_end), range(change.dest_start, change.dest_end)
            yield from zip(here, there, strict=True)
