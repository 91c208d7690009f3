"""Find a label by typing a part of what it is called, in English, in Chinese or by its identifiers."""

from __future__ import annotations

import re
import time
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from heapq import nsmallest
from itertools import accumulate
from unicodedata import normalize

from moderation import editions
from moderation.contract.values import LabelPath
from moderation.labels.naming import EDITION, in_force
from moderation.models import Label
from moderation.policy import Taxonomy
from moderation.policy.taxonomy import Severity

FRESH_SECONDS = 60.0  # after which labels that were seen since are looked for
SHORTEST_SUBSEQUENCE = 3  # letters; two of them are found in nearly every label

_BETWEEN_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[\W_]+")
_CHINESE = re.compile(r"([\u3400-\u9fff])")

Row = tuple[str, str, str, str, str, str]
"""Level 1 as first seen, canonical level 1, levels 2 and 3, English name, Chinese name."""


@dataclass(frozen=True, slots=True)
class Found:
    """A label, its level 1 as it was first seen."""

    path: LabelPath
    name_en: str
    name_zh: str
    severity: Severity | None


def matching(typed: str, *, at_most: int = 20) -> list[Found]:
    """The labels that fit what was typed, best first. Nothing typed fits all, categories first."""
    return _index().matching(typed, at_most)


def forget() -> None:
    _INDEX.forget()


class Index:
    """Every label as one line of words; all lines are one text, searched at the speed of `str.find`.

    A line holds the last identifier, both names and the whole path. Each of them begins with a tab, each word in them
    with a space, and every Chinese character is a word.
    """

    def __init__(self, rows: list[Row], taxonomy: Taxonomy) -> None:
        self._rows = sorted(rows, key=lambda row: (row[3] != "", row[2] != "", row[1:4]))
        self._taxonomy = taxonomy
        self._lines = _lines(self._rows)
        self._text = "\n".join(self._lines)
        self._starts = list(accumulate((len(line) + 1 for line in self._lines), initial=0))
        self.built_at = time.monotonic()

    def __len__(self) -> int:
        return len(self._rows)

    def matching(self, typed: str, at_most: int) -> list[Found]:
        wanted = words(typed)
        if not wanted:
            return [] if typed.strip() else [self._found(place) for place in range(min(at_most, len(self)))]
        best: dict[int, None] = {}
        for find in (self._beginning, self._at_word_starts, self._holding_letters):
            if len(best) < at_most:
                ranked = ((rank, len(self._lines[place]), place) for rank, place in find(wanted) if place not in best)
                best.update((place, None) for *_, place in nsmallest(at_most - len(best), ranked))
        return [self._found(place) for place in best]

    def _beginning(self, wanted: str) -> Iterator[tuple[int, int]]:
        return ((0, place) for place in self._with(f"\t {wanted}"))

    def _at_word_starts(self, wanted: str) -> Iterator[tuple[int, int]]:
        """Lines in which each word typed begins a word; those first where they stand together."""
        starts = [f" {word}" for word in wanted.split()]
        for place in self._with(max(starts, key=len)):
            line = self._lines[place]
            if all(start in line for start in starts):
                yield (0 if f" {wanted}" in line else 1), place

    def _holding_letters(self, wanted: str) -> Iterator[tuple[int, int]]:
        """Lines that hold the letters in their order; those first where they stand closest."""
        letters = wanted.replace(" ", "")
        if len(letters) < SHORTEST_SUBSEQUENCE:
            return
        for place, line in enumerate(self._lines):
            if _span(line, letters):
                spans = [span for part in line.split("\t") if (span := _span(part, letters))]
                if spans:
                    yield min(spans), place

    def _with(self, part: str) -> Iterator[int]:
        """The lines that hold this text, each once."""
        at = self._text.find(part)
        while at >= 0:
            place = bisect_right(self._starts, at) - 1
            yield place
            at = self._text.find(part, self._starts[place + 1])

    def _found(self, place: int) -> Found:
        raw, one, two, three, name_en, name_zh = self._rows[place]
        severity = self._taxonomy.severity(LabelPath(one, two, three))
        return Found(LabelPath(raw, two, three), name_en, name_zh, severity)


def words(text: str) -> str:
    """Lower case, one space between words: "PoliticalSymbols" and "political_symbols" are the same two words."""
    plain = _BETWEEN_WORDS.sub(" ", text if text.isascii() else normalize("NFKC", text))
    if not plain.isascii():
        plain = _CHINESE.sub(r" \1 ", plain)
    return " ".join(plain.casefold().split())


def _lines(rows: list[Row]) -> list[str]:
    cached = cache(words)  # levels 1 and 2 come again and again
    lines = []
    for raw, one, two, three, name_en, name_zh in rows:
        above = f"{cached(one)} {cached(two)}" if two or three else ""
        last = words(three) if three else cached(two or one)
        aliases = f"\t {cached(raw)}" if raw != one else ""
        lines.append(f"\t {last}\t {words(name_en)}\t {words(name_zh)}\t {above} {last}{aliases}")
    return lines


def _span(text: str, letters: str) -> int:
    """How many characters the letters take from the first to the last; 0 when they are not there in their order."""
    start = at = text.find(letters[0])
    for letter in letters[1:]:
        if at < 0:
            return 0
        at = text.find(letter, at + 1)
    return at - start + 1 if at >= 0 else 0


def _build() -> Index:
    columns = ("raw_risk_label1", "risk_label1", "risk_label2", "risk_label3", "name_en", "name_zh")
    return Index(list(Label.objects.order_by().values_list(*columns)), in_force())


def _index() -> Index:
    index = _INDEX.current()
    if time.monotonic() - index.built_at < FRESH_SECONDS or Label.objects.count() == len(index):
        return index
    _INDEX.forget()  # a label was registered, which advances no edition
    return _INDEX.current()


_INDEX = editions.Remembered(EDITION, _build)
