"""Sections of a policy: thresholds for the labels of the results that a scope fits, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, get_args

from moderation.contract.values import LabelPath, Request
from moderation.policy.facts import Facts
from moderation.policy.taxonomy import Key, Taxonomy

ANY_LABEL = "*"

Otherwise = Literal["machine", "PASS", "REVIEW"]
AfterReject = Literal["final", "confirm"]
Intermediate = Literal["person", "decide"]
Which = Literal["review", "reject"]
Flag = Literal["otherwise", "afterReject", "intermediate"]

FLAGS: Mapping[Flag, tuple[str, ...]] = MappingProxyType(
    {"otherwise": get_args(Otherwise), "afterReject": get_args(AfterReject), "intermediate": get_args(Intermediate)}
)
"""The values of each flag of a section, the usual one first."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """From which score on a label is reviewed and rejected, 0 to 1000; None is never."""

    review: int | None = None
    reject: int | None = None

    def reached(self, score: int) -> tuple[Which, int] | None:
        """The strictest number that the score is not below, with its name."""
        if self.reject is not None and score >= self.reject:
            return "reject", self.reject
        if self.review is not None and score >= self.review:
            return "review", self.review
        return None

    @property
    def lowest(self) -> tuple[Which, int] | None:
        """The number that a score which reaches none is below."""
        if self.review is not None:
            return "review", self.review
        return None if self.reject is None else ("reject", self.reject)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which results a section is for; an empty field is for any. `type` is one part of the request's `type`."""

    app: str = ""
    event: str = ""
    type: str = ""
    lang: str = ""
    level: tuple[int, ...] = ()

    @property
    def specificity(self) -> int:
        return sum(map(bool, (self.app, self.event, self.type, self.lang, self.level)))

    def fits(self, facts: Facts) -> bool:
        if self.app and self.app != facts.app_id:
            return False
        if facts.request is None:
            return not (self.event or self.type or self.lang or self.level)
        return self._fits_request(facts.request)

    def overlaps(self, other: Scope) -> bool:
        """Whether one result can fit both. Of its `type` both may name a part."""
        both = ((self.app, other.app), (self.event, other.event), (self.lang, other.lang))
        if any(mine and theirs and mine != theirs for mine, theirs in both):
            return False
        return not (self.level and other.level) or not set(self.level).isdisjoint(other.level)

    def _fits_request(self, request: Request) -> bool:
        return (
            (not self.event or self.event == request.event_id)
            and (not self.lang or self.lang == request.lang)
            and (not self.level or request.level in self.level)
            and (not self.type or self.type in request.type.upper().split("_"))
        )


@dataclass(frozen=True, slots=True)
class Section:
    """`thresholds` by label key, see `keys`, or ANY_LABEL for every other label. `otherwise` is what a label without a
    threshold counts as, `after_reject` whether a person confirms a REJECT, `intermediate` who judges a result with
    `finalResult` 0.
    """

    name: str
    scope: Scope = Scope()
    thresholds: Mapping[str, Threshold] = field(default_factory=lambda: MappingProxyType({}))
    otherwise: Otherwise = "machine"
    after_reject: AfterReject = "final"
    intermediate: Intermediate = "person"


def label_key(levels: list[str], taxonomy: Taxonomy) -> str:
    """The key of a label's threshold: its category's own identifier, the other levels case-folded."""
    first, *others = levels
    return "/".join((taxonomy.canonical(first), *map(str.casefold, others)))


def path_of_key(key: str) -> LabelPath:
    """The label that a key names, of three levels whatever it holds: machines send levels with a slash in them, which
    a key does not tell from two levels. What is too much stays with the third. ANY_LABEL names none.
    """
    return LabelPath(*levels_of_key(key)) if key != ANY_LABEL else LabelPath("")


def levels_of_key(key: str) -> list[str]:
    return key.split("/", 2)


def keys(path: LabelPath, taxonomy: Taxonomy) -> tuple[str, ...]:
    """Where a label's threshold is looked for, from its third level to ANY_LABEL. The label that an alias stands for is
    looked up level by level too; what names the alias itself comes first.
    """
    sent = _walk(taxonomy.sent_key(path))
    if not taxonomy.aliases:
        return (*sent, ANY_LABEL)
    meant = _walk(taxonomy.key(path))
    by_level = sorted((*sent[1:], *meant), key=lambda key: -key.count("/"))
    return (*dict.fromkeys((*sent[:1], *by_level)), ANY_LABEL)


def _walk(levels: Key) -> list[str]:
    """The keys of a label and of the levels above it, beginning with the label."""
    found: list[str] = []
    for level in levels:
        if not level:
            break
        found.append(f"{found[-1]}/{level.casefold()}" if found else level)
    return found[::-1]
