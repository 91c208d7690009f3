"""Search a text for the words of all lists at once. Pure: the words are passed to the constructor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from moderation.policy import ListedWord
from moderation.word_lists import patterns
from moderation.word_lists.automaton import search_for
from moderation.word_lists.boundaries import stands_alone
from moderation.word_lists.folding import Folded
from moderation.word_lists.patterns import TEXT_LIMIT, TooSlow

MATCHES_LIMIT = 200  # in one text
_CANDIDATES_LIMIT = 20_000  # that are checked: only words that contain each other give more


@dataclass(frozen=True, slots=True)
class SearchedList:
    """A list to search; `pk` is 0 for one that is not stored."""

    name: str
    kind: str
    pk: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """Words by position; `skipped` are lists that were not searched to their end."""

    words: tuple[ListedWord, ...] = ()
    skipped: tuple[SearchedList, ...] = ()


_NOTHING = Found()
_Hit = tuple[int, int, str, str]  # start, end, list, word


class Matcher:
    """All enabled lists, ready to search with."""

    def __init__(self, entries: Iterable[tuple[SearchedList, str, str]]) -> None:
        """`entries` are (list, word as entered, word as compared); a pattern's two forms are the same."""
        self._lists: list[SearchedList] = []
        self._words: list[str] = []
        self._patterns: dict[SearchedList, list[str]] = {}
        self._search = search_for(list(self._sorted_out(entries)))
        self._compiled = {own: patterns.compile_all(texts) for own, texts in self._patterns.items()}
        self.is_empty = not self._words and not self._compiled

    def __call__(self, text: str) -> Found:
        if self.is_empty or not text:
            return _NOTHING
        folded = Folded(text[:TEXT_LIMIT])
        hits = self._words_in(folded)
        skipped = [own for own in self._compiled if not self._add_patterns_in(folded, own, hits)]
        if not hits and not skipped:
            return _NOTHING
        words = [ListedWord(name, word, start, end) for start, end, name, word in _first_ones(hits)]
        return Found(tuple(words), tuple(skipped))

    def _sorted_out(self, entries: Iterable[tuple[SearchedList, str, str]]) -> Iterator[str]:
        """Yields the keys of words; patterns are stored separately."""
        for own, word, key in entries:
            if own.kind == "pattern":
                self._patterns.setdefault(own, []).append(word)
                continue
            self._lists.append(own)
            self._words.append(word)
            yield key

    def _words_in(self, folded: Folded) -> list[_Hit]:
        text, hits = folded.text[:TEXT_LIMIT], list[_Hit]()
        for start, end, index in self._search(text)[:_CANDIDATES_LIMIT]:
            own = self._lists[index]
            if (own.kind != "whole" or stands_alone(text, start, end)) and (place := folded.exactly(start, end)):
                hits.append((*place, own.name, self._words[index]))
        return hits

    def _add_patterns_in(self, folded: Folded, own: SearchedList, hits: list[_Hit]) -> bool:
        """False when the list was too slow for this text; its matches until then are kept."""
        original, text = folded.original, folded.text[:TEXT_LIMIT]
        try:
            for place in patterns.places(self._compiled[own], text, at_most=MATCHES_LIMIT):
                start, end = folded.around(*place)
                hits.append((start, end, own.name, original[start:end]))
        except TooSlow:
            return False
        return True


def _first_ones(hits: list[_Hit]) -> list[_Hit]:
    """At most MATCHES_LIMIT, in order; of every list at least one, so that no list crowds out another."""
    in_order = sorted(set(hits)) if len(hits) > 1 else hits
    if len(in_order) <= MATCHES_LIMIT:
        return in_order
    first = {hit[2]: hit for hit in reversed(in_order)}.values()
    return sorted(islice(dict.fromkeys([*first, *in_order]), MATCHES_LIMIT))
