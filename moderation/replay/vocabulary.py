"""What two policies say of each label that occurs, found once for all results with that label."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from moderation.contract.values import LabelPath
from moderation.policy import Policy, Section, Taxonomy, Threshold
from moderation.policy.conditions import canonical_patterns, fitting_label
from moderation.policy.narrow import ALWAYS
from moderation.policy.sections import keys
from moderation.policy.stored_facts import path_of
from moderation.policy.taxonomy import CRITICAL, SEVERITIES

NEVER = 2000  # above every score
MASK_BITS = 60  # of a bigint

Patterns = tuple[str, ...] | None
"""Of a rule's label condition; None stands for every label."""


@dataclass(frozen=True, slots=True)
class Word:
    """One label. `name` is how the deciding chain tells it, `all_keys` where a threshold is looked for, `keys` those of
    them that the policies name, `marks` the patterns that fit, by their places. `is_always`: no call leaves it out.
    """

    name: str
    all_keys: tuple[str, ...]
    keys: tuple[str, ...]
    marks: int
    severity: int  # its place in SEVERITIES, -1 for none
    is_named: bool
    is_always: bool

    @property
    def is_critical(self) -> bool:
        return self.severity == SEVERITIES.index(CRITICAL)


class Vocabulary:
    """`patterns` are those of all label conditions, each once."""

    def __init__(self, policies: Sequence[Policy], taxonomy: Taxonomy) -> None:
        wanted = [rule.texts("label") for policy in policies for rule in policy.rules]
        self.patterns = list(dict.fromkeys(filter(None, wanted)))
        self._canonical = [canonical_patterns(patterns, taxonomy) for patterns in self.patterns]
        self._mentioned = {key for policy in policies for section in policy.sections for key in section.thresholds}
        self._taxonomy = taxonomy
        self._words: dict[str, Word] = {}

    def words(self, texts: Iterable[str]) -> dict[str, Word]:
        return {text: self._word(text) for text in texts}

    def _word(self, text: str) -> Word:
        if text not in self._words:
            self._words[text] = self._read(path_of(text))
        return self._words[text]

    def _read(self, path: LabelPath) -> Word:
        name = "/".join(self._taxonomy.key(path)).rstrip("/")
        severity = self._taxonomy.severity(LabelPath(*name.split("/", 2)))
        fits = fitting_label(path, self._taxonomy) if path.risk_label1 else set[str]()
        found = keys(path, self._taxonomy)
        return Word(
            name,
            found,
            tuple(key for key in found if key in self._mentioned),
            sum(1 << place for place, wanted in enumerate(self._canonical) if not wanted.isdisjoint(fits)),
            SEVERITIES.index(severity) if severity else -1,
            bool(path.risk_label1),
            name in ALWAYS,
        )


def hit(fitting: Sequence[Section], wanted: Collection[str]) -> tuple[Section, Threshold] | None:
    """The first threshold that is found under one of these keys, and its section."""
    hits = ((section, key) for section in fitting for key in wanted if key in section.thresholds)
    found = next(hits, None)
    return (found[0], found[0].thresholds[found[1]]) if found else None


def numbers(fitting: Sequence[Section], wanted: Collection[str]) -> tuple[int | None, int | None]:
    """From which score on a label is reviewed and rejected; None where no section has a threshold for it."""
    found = hit(fitting, wanted)
    if found is None:
        return None, None
    return tuple(NEVER if number is None else number for number in (found[1].review, found[1].reject))  # type: ignore[return-value] # two of them


def masks(marks: int, count: int) -> tuple[Any, ...]:
    """The marks in `count` numbers that a bigint holds."""
    return tuple((marks >> MASK_BITS * place) & ((1 << MASK_BITS) - 1) for place in range(count))
