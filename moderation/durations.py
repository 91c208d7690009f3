"""How long answers take, counted in steps of a fifth, so that any day's median is read from a few numbers. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from math import floor, log2

STEPS_TO_DOUBLE = 4
_LAST = 16 * STEPS_TO_DOUBLE  # 65.5 s; an exchange takes at most 20 s, a picture of the gateway 45 s


def step(milliseconds: int) -> int:
    return min(_LAST, floor(log2(max(1, milliseconds)) * STEPS_TO_DOUBLE))


def quantile(counts: Mapping[int, int], share: float) -> int | None:
    """The milliseconds within which this share of the answers came, to within 10 %. `counts` by step. None without
    any.
    """
    wanted, seen = share * sum(counts.values()), 0
    for number in sorted(counts):
        seen += counts[number]
        if counts[number] and seen >= wanted:
            return max(1, round(2 ** ((number + 0.5) / STEPS_TO_DOUBLE)))
    return None
