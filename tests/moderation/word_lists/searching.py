"""Search with lists that are written down in the test."""

from __future__ import annotations

from moderation.word_lists.entries import key_of
from moderation.word_lists.matching import Found, Matcher, SearchedList

Places = list[tuple[str, int, int]]


def matcher(kind: str, *words: str, name: str = "ours") -> Matcher:
    return matcher_of({(name, kind): list(words)})


def matcher_of(lists: dict[tuple[str, str], list[str]]) -> Matcher:
    """A matcher over lists by (name, kind)."""
    return Matcher(
        (SearchedList(name, kind), word, key_of(word, kind=kind))
        for (name, kind), words in lists.items()
        for word in words
    )


def places(found: Found) -> Places:
    return [(word.word, word.start, word.end) for word in found.words]
