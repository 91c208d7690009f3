"""Where a matched word stands in the recognised text. Offsets are code points, ends are exclusive.

`position` has two readings (CONTRACT: the documents say `[start, end]`, the samples list every matched character's
index), so both are tried against the text and only a reading that spells the word counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

MOST_STRETCHES = 1_000  # of one word
Stretch = tuple[int, int]


def resolve(text: str, word: str, position: Sequence[int]) -> tuple[Stretch, ...]:
    """The stretches `[start, end)` of `text` that `position` points at; empty when it does not spell `word`."""
    if len(position) == 2:
        start, end = position
        if 0 <= start < end <= len(text) and end - start == len(word) and text[start:end] == word:
            return ((start, end),)
    if _spells_word(text, word, position):
        return tuple(dict.fromkeys(islice(_runs(position, len(word)), MOST_STRETCHES)))
    return ()


def _spells_word(text: str, word: str, indices: Sequence[int]) -> bool:
    """Whether the characters at `indices` are the word, once or several times over."""
    if not word or not indices or len(indices) % len(word):
        return False
    if min(indices) < 0 or max(indices) >= len(text):
        return False
    return "".join(map(text.__getitem__, indices)) == word * (len(indices) // len(word))


def _runs(indices: Sequence[int], word_length: int) -> Iterator[Stretch]:
    """Each word's indices as unbroken runs: several for one word when other characters stand between its own."""
    for at in range(0, len(indices), word_length):
        start = end = indices[at]
        for index in indices[at : at + word_length]:
            if index != end:
                yield start, end
                start = index
            end = index + 1
        yield start, end
