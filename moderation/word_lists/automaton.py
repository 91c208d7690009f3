"""Find every occurrence of many words in one pass over a text. Places are counted in characters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec

Occurrence = tuple[int, int, int]  # start, end, which word
Search = Callable[[str], Sequence[Occurrence]]


def search_for(words: Sequence[str]) -> Search:
    """Overlapping occurrences of `words`, in the order of their end. None of them may be empty."""
    if not words:
        return lambda text: ()
    return by_characters(words) if find_spec("daachorse") else by_bytes(words)


def by_characters(words: Sequence[str]) -> Search:
    from daachorse import CharwiseDoubleArrayAhoCorasick

    automaton = CharwiseDoubleArrayAhoCorasick(list(words))
    return automaton.find_overlapping


def by_bytes(words: Sequence[str]) -> Search:
    """Replaces daachorse where it has no wheels (Linux on ARM64): the same results, slower on Chinese."""
    from ahocorasick_rs import AhoCorasick

    automaton = AhoCorasick(words, store_patterns=False)

    def search(text: str) -> list[Occurrence]:
        found = automaton.find_matches_as_indexes(text, overlapping=True)
        return [(start, end, word) for word, start, end in found]

    return search
