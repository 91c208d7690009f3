"""Lines in scripts that the recogniser does not read, as Arabic: matched by their order, from the top down. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from math import dist

from moderation.contract.geometry import FoundLine
from moderation.contract.positions import Stretch
from moderation.contract.text_lines import FULL, width

TOO_LONG = 1.2
"""Times as long for its height as what was read in it needs. Measured: 0.6 to 1.16 of lines that were read well."""
UNLIKE = 2.0  # between the line that is longest for its text and the one that is shortest: then the order is another
_READ = ("LATIN", "CJK", "DIGIT", "FULLWIDTH", "HIRAGANA", "KATAKANA")


def unread_lines(sent: str) -> list[Stretch]:
    """The lines of the text of whose letters most are in such a script."""
    return [line.span() for line in re.finditer(r"[^\n]+", sent) if _is_unread(line.group())]


def is_unreadable(line: FoundLine) -> bool:
    """Whether nothing was read in a line, or only a part: digits in Arabic are read alone."""
    return not line.text or _length(line, line.text) > TOO_LONG


def by_order(sent: str, stretches: Sequence[Stretch], found: Sequence[FoundLine]) -> list[tuple[Stretch, int]]:
    """(a line of the text, the number of its found line) of each; empty where they are not as many, or where they are
    too unlike in length.
    """
    left = [number for number, line in enumerate(found) if is_unreadable(line)]
    if len(stretches) != len(left) or not left:
        return []
    matched = list(zip(stretches, left, strict=True))
    lengths = [_length(found[number], sent[start:end]) for (start, end), number in matched]
    return matched if max(lengths) <= UNLIKE * min(lengths) else []


def _length(line: FoundLine, text: str) -> float:
    """How long its box is for its height, of what this text needs."""
    x1, y1, x2, y2, _, _, x4, y4 = line.outline.corners
    needed = sum(map(width, text)) / FULL
    return dist((x1, y1), (x2, y2)) / max(1.0, dist((x1, y1), (x4, y4))) / max(needed, 0.1)


def _is_unread(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    return 2 * sum(map(_is_read, letters)) < len(letters)


@lru_cache(maxsize=4096)
def _is_read(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith(_READ)
