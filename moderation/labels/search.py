"""Search labels by a part of their English name, Chinese name or identifiers."""

from __future__ import annotations

import re
import time
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import accumulate, islice
from types import MappingProxyType
from unicodedata import normalize

from moderation import cache_versions
from moderation.contract.values import LabelPath
from moderation.labels.naming import CACHE_VERSION, in_force
from moderation.models import Label
from moderation.policy import Taxonomy
from moderation.policy.sections import ANY_LABEL, label_key
from moderation.policy.taxonomy import Severity

FRESH_SECONDS = 60.0  # after which newly registered labels are read
SHORTEST_SUBSEQUENCE = 3  # letters; two of them are found in nearly every label
MAX_SUBSEQUENCES = 200  # of which the closest are chosen

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NO_LETTER = re.compile(r"[\W_]+")
_CHINESE = re.compile(r"([\u3400-\u9fff]+)")

LabelRow = tuple[str, str, str, str, str, str]
"""Level 1 as first seen, canonical level 1, levels 2 and 3, English name, Chinese name."""


@dataclass(frozen=True, slots=True)
class Found:
    """A label, with its level 1 as first seen."""

    path: LabelPath
    name_en: str
    name_zh: str
    severity: Severity | None


def matching(typed: str, *, at_most: int = 20) -> list[Found]:
    """The labels that match the typed text, best first. Empty text matches all, categories first."""
    return _index().matching(typed, at_most)


def everything() -> Mapping[str, Found]:
    """All labels by the keys that their thresholds have, in the order of their paths."""
    return _index().by_key


def below(category: str) -> list[LabelPath]:
    """The labels below a canonical category."""
    return _index().below(category)


def forget() -> None:
    _INDEX.forget()


class Index:
    """Every label as one line of words; all lines are one text, searched at the speed of `str.find`.

    A line holds the last identifier, both names and the identifiers above. Each of them begins with a tab, each word
    in them with a space; Chinese has no word starts. Categories come first, short lines before long ones, so that the
    first match is the best.
    """

    def __init__(self, rows: list[LabelRow], taxonomy: Taxonomy) -> None:
        ordered = sorted(zip(_lines(rows), rows, strict=True), key=_order)
        self._lines = [line for line, _ in ordered]
        self._rows = [row for _, row in ordered]
        self._text = "\n".join(self._lines)
        self._places = dict(_paths(self._rows))
        self._places |= dict(_aliases(taxonomy, self._places))
        self._starts = list(accumulate((len(line) + 1 for line in self._lines), initial=0))
        self._taxonomy = taxonomy
        self.built_at = time.monotonic()

    def __len__(self) -> int:
        return len(self._rows)

    @cached_property
    def by_key(self) -> Mapping[str, Found]:
        found = ((threshold_key(one.path, self._taxonomy), one) for one in map(self._found, range(len(self))))
        return MappingProxyType(dict(sorted(found, key=lambda one: one[0].split("/"))))

    def matching(self, typed: str, at_most: int) -> list[Found]:
        wanted = _words(typed)
        if not wanted:
            return [] if typed.strip() else [self._found(place) for place in range(min(at_most, len(self)))]
        best = dict.fromkeys(self._with_path(typed))
        for find in (self._beginning, self._with_phrase, self._with_words, self._with_letters):
            if len(best) < at_most:
                more = (place for place in find(wanted) if place not in best)
                best |= dict.fromkeys(islice(more, at_most - len(best)))
        return [self._found(place) for place in best]

    def below(self, category: str) -> list[LabelPath]:
        return [LabelPath(one, two, three) for _, one, two, three, *_ in self._rows if one == category and two]

    def _with_path(self, typed: str) -> list[int]:
        """The label of exactly this path: whoever types or pastes one means no label below it."""
        place = self._places.get(typed.strip().casefold())
        return [] if place is None else [place]

    def _beginning(self, wanted: str) -> Iterator[int]:
        return self._holding(f"\t {wanted}")

    def _with_phrase(self, wanted: str) -> Iterator[int]:
        return self._holding(_start(wanted))

    def _with_words(self, wanted: str) -> Iterator[int]:
        """Matches where each typed word begins a word of the label."""
        starts = sorted(map(_start, wanted.split()), key=self._text.count)
        return (place for place in self._holding(starts[0]) if all(start in self._lines[place] for start in starts))

    def _with_letters(self, wanted: str) -> Iterator[int]:
        """Matches of all typed letters as a subsequence, closest letters first."""
        letters = wanted.replace(" ", "")
        if len(letters) < SHORTEST_SUBSEQUENCE:
            return iter(())
        spans: dict[int, int] = {}
        for match in islice(_in_order(letters).finditer(self._text), MAX_SUBSEQUENCES):
            place, span = self._place(match.start()), match.end() - match.start()
            spans[place] = min(span, spans.get(place, span))
        return iter(sorted(spans, key=spans.__getitem__))

    def _holding(self, part: str) -> Iterator[int]:
        """The lines that contain this text, each once."""
        at = self._text.find(part)
        while at >= 0:
            place = self._place(at)
            yield place
            at = self._text.find(part, self._starts[place + 1])

    def _place(self, at: int) -> int:
        return bisect_right(self._starts, at) - 1

    def _found(self, place: int) -> Found:
        raw, one, two, three, name_en, name_zh = self._rows[place]
        severity = self._taxonomy.severity(LabelPath(one, two, three))
        return Found(LabelPath(raw, two, three), name_en, name_zh, severity)


def threshold_key(path: LabelPath, taxonomy: Taxonomy) -> str:
    """The key of a label's threshold, see `moderation.policy.sections`; ANY_LABEL's for a path without a level."""
    levels = [level for level in taxonomy.key(path) if level]
    return label_key(levels, taxonomy) if levels else ANY_LABEL


def _paths(rows: list[LabelRow]) -> Iterator[tuple[str, int]]:
    """Each label's place by its path in lower case, under its level 1 as sent and as canonical."""
    for place, (raw, one, two, three, *_) in enumerate(rows):
        for first in (raw, one):
            yield "/".join(filter(None, (first, two, three))).casefold(), place


def _aliases(taxonomy: Taxonomy, places: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    """Whoever types an alias means its label."""
    for alias, label in taxonomy.aliases.items():
        path = "/".join(filter(None, label)).casefold()
        if path in places:
            yield "/".join(filter(None, alias)).casefold(), places[path]


def _words(text: str) -> str:
    """Lower case, one space between words: "PoliticalSymbols" and "political_symbols" are the same two words."""
    if not text.isascii():
        text = _CHINESE.sub(r" \1 ", normalize("NFKC", text))
    if not text.islower():
        text = _CAMEL.sub(" ", text).casefold()
    return _NO_LETTER.sub(" ", text).strip()


def _lines(rows: list[LabelRow]) -> Iterator[str]:
    cached = cache(_words)  # levels 1 and 2 repeat
    for raw, one, two, three, name_en, name_zh in rows:
        last = _words(three) if three else cached(two or one)
        above = [cached(level) for level in dict.fromkeys((raw, one)) if level != last]
        above += [cached(two)] if two and three else []
        yield f"\t {last}\t {_words(name_en)}\t {_words(name_zh)}\t {' '.join(above)}"


def _order(line_and_row: tuple[str, LabelRow]) -> tuple[bool, bool, int, LabelRow]:
    line, row = line_and_row
    return row[3] != "", row[2] != "", len(line), row


def _start(word: str) -> str:
    return word if _CHINESE.match(word) else f" {word}"


def _in_order(letters: str) -> re.Pattern[str]:
    """A subsequence pattern with possessive quantifiers, so that a line is never searched twice from the same start."""
    first, *others = map(re.escape, letters)
    return re.compile(first + "".join(rf"[^{letter}\t\n]*+{letter}" for letter in others))


def _build() -> Index:
    columns = ("raw_risk_label1", "risk_label1", "risk_label2", "risk_label3", "name_en", "name_zh")
    return Index(list(Label.objects.order_by().values_list(*columns)), in_force())


def _index() -> Index:
    index = _INDEX.current()
    if time.monotonic() - index.built_at < FRESH_SECONDS or Label.objects.count() == len(index):
        return index
    _INDEX.forget()  # a label was registered, which advances no cache version
    return _INDEX.current()


_INDEX = cache_versions.CachedValue(CACHE_VERSION, _build)
