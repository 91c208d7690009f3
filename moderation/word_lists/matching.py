"""Search a text for the words of all lists at once. Pure: what it searches for is given when it is made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from ahocorasick_rs import AhoCorasick, Implementation

from moderation.policy import ListedWord
from moderation.word_lists import patterns
from moderation.word_lists.boundaries import stands_alone
from moderation.word_lists.folding import Folded
from moderation.word_lists.patterns import TEXT_LIMIT, TooSlow

MATCHES_LIMIT = 200  # in one text


@dataclass(frozen=True, slots=True)
class SearchedList:
    """A list as the search knows it; `pk` is 0 for one that is not stored."""

    name: str
    kind: str
    pk: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """Words in the order of their place; `skipped` are lists that were not searched to their end."""

    words: tuple[ListedWord, ...] = ()
    skipped: tuple[SearchedList, ...] = ()


class Matcher:
    """All enabled lists, ready to search with."""

    def __init__(self, entries: Iterable[tuple[SearchedList, str, str]]) -> None:
        """`entries` are (list, word as entered, word as compared); a pattern's two forms are the same."""
        self._lists: list[SearchedList] = []
        self._words: list[str] = []
        self._patterns: dict[SearchedList, list[str]] = {}
        keys = self._sorted_out(entries)
        self._automaton = AhoCorasick(keys, implementation=Implementation.ContiguousNFA, store_patterns=False)
        self._compiled = {own: patterns.compile_all(texts) for own, texts in self._patterns.items()}
        self.is_empty = not self._words and not self._compiled

    def __call__(self, text: str) -> Found:
        if self.is_empty or not text:
            return Found()
        folded = Folded(text[:TEXT_LIMIT])
        found = list(self._words_in(folded))
        skipped = [own for own in self._compiled if not self._add_patterns_in(folded, own, found)]
        return Found(_first_ones(found), tuple(skipped))

    def _sorted_out(self, entries: Iterable[tuple[SearchedList, str, str]]) -> Iterator[str]:
        """The keys of words, while patterns are put aside."""
        for own, word, key in entries:
            if own.kind == "pattern":
                self._patterns.setdefault(own, []).append(word)
                continue
            self._lists.append(own)
            self._words.append(word)
            yield key

    def _words_in(self, folded: Folded) -> Iterator[ListedWord]:
        text, counts = folded.text[:TEXT_LIMIT], dict[str, int]()
        for index, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            own = self._lists[index]
            if counts.get(own.name, 0) >= MATCHES_LIMIT or (own.kind == "whole" and not stands_alone(text, start, end)):
                continue
            if place := folded.exactly(start, end):
                counts[own.name] = counts.get(own.name, 0) + 1
                yield ListedWord(own.name, self._words[index], *place)

    def _add_patterns_in(self, folded: Folded, own: SearchedList, found: list[ListedWord]) -> bool:
        """False when the list was too slow for this text; what it found until then counts."""
        original, text = folded.original, folded.text[:TEXT_LIMIT]
        try:
            for place in patterns.places(self._compiled[own], text, at_most=MATCHES_LIMIT):
                start, end = folded.around(*place)
                found.append(ListedWord(own.name, original[start:end], start, end))
        except TooSlow:
            return False
        return True


def _first_ones(found: Sequence[ListedWord]) -> tuple[ListedWord, ...]:
    """At most MATCHES_LIMIT, in order; of every list at least one, so that no list is drowned by another."""
    in_order = sorted(dict.fromkeys(found), key=lambda word: (word.start, word.end, word.list_name, word.word))
    if len(in_order) <= MATCHES_LIMIT:
        return tuple(in_order)
    first = {word.list_name: word for word in reversed(in_order)}.values()
    kept = set(islice(dict.fromkeys([*first, *in_order]), MATCHES_LIMIT))
    return tuple(word for word in in_order if word in kept)
