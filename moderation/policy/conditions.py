"""What a rule can ask about a result. Each condition is known by its key in a policy's body; the tables are the list.

A pattern of a label or of a subject's risk flag names levels from the top, joined by slashes. `*` stands for anything
at its level, and what a pattern leaves out at its end may be anything too: `porn` and `porn/*` are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

from moderation.contract.values import EvidenceKind, RiskLevel, Span, UnresolvedWord
from moderation.policy.facts import Facts, ListedWord
from moderation.policy.taxonomy import Taxonomy

Levels = tuple[str, ...]
ANYTHING = "*"


@dataclass(frozen=True, slots=True)
class Range:
    """Both ends are included; None is no bound on that side. A number that nobody knows is in no range."""

    at_least: float | None = None
    at_most: float | None = None

    def holds(self, number: float | None) -> bool:
        if number is None:
            return False
        return (self.at_least is None or number >= self.at_least) and (self.at_most is None or number <= self.at_most)


@dataclass(frozen=True, slots=True)
class Condition:
    """`wants` is a range of numbers, or texts of which one is enough (of patterns: that one fits)."""

    key: str
    wants: Range | tuple[str, ...]


Conditions = tuple[Condition, ...]


class Asked:
    """One result's facts, made ready for many conditions: canonical labels with their probability."""

    __slots__ = ("facts", "labels", "taxonomy")

    def __init__(self, facts: Facts, taxonomy: Taxonomy) -> None:
        self.facts, self.taxonomy = facts, taxonomy
        risky = [(label.path, label.probability) for label in facts.result.labels if label.risk_level != RiskLevel.PASS]
        found = [(taxonomy.key(path), probability) for path, probability in ((facts.result.path, None), *risky)]
        self.labels = [((one, two.casefold(), three.casefold()), p) for (one, two, three), p in found if one]

    def holds(self, when: Conditions) -> bool:
        """Whether every one of these conditions does."""
        return all(self._holds(condition, when) for condition in when)

    def _holds(self, condition: Condition, when: Conditions) -> bool:
        key, wants = condition.key, condition.wants
        if isinstance(wants, Range):
            number = self._probability(when) if key == "probability" else NUMBERS[key](self.facts)
            return wants.holds(number)
        if key == "label":
            return any(self._fits(path, wants) for path, _ in self.labels)
        if key == "subjectRisk":
            return any(_under(flag, pattern) for flag in _flags(self.facts) for pattern in map(levels, wants))
        return any(said in wants for said in TEXTS[key](self.facts))

    def _probability(self, when: Conditions) -> float | None:
        """The highest among the labels that the rule's label condition fits, else among all."""
        wants = next((one.wants for one in when if one.key == "label" and isinstance(one.wants, tuple)), None)
        fitting = (p for path, p in self.labels if p is not None and (wants is None or self._fits(path, wants)))
        return max(fitting, default=None)

    def _fits(self, path: Levels, patterns: tuple[str, ...]) -> bool:
        return any(_under(path, (self.taxonomy.canonical(first), *rest)) for first, *rest in map(levels, patterns))


def levels(pattern: str) -> Levels:
    return tuple(pattern.split("/"))


def _under(path: Levels, pattern: Levels) -> bool:
    return all(want in (ANYTHING, level) for want, level in zip(pattern, path, strict=False))


def _flags(facts: Facts) -> list[Levels]:
    return [(risk.group.casefold(), risk.name.casefold()) for risk in facts.result.subject_risks]


def _type_parts(facts: Facts) -> list[str]:
    return facts.request.type.upper().split("_") if facts.request else []


def _list_names(facts: Facts) -> set[str]:
    """Of our own lists and of the machine's, whether or not the word was placed in the text."""
    text = facts.result.evidence.text
    found: Iterable[ListedWord | Span | UnresolvedWord] = chain(facts.listed, text.spans, text.unresolved)
    return {one.list_name.casefold() for one in found}


def _boxes(facts: Facts, kind: EvidenceKind, told: int | None = None) -> int:
    """How many there are: the machine sends at most ten boxes of a kind, and may tell a higher number besides."""
    return max(sum(box.kind == kind for box in facts.result.evidence.boxes), told or 0)


# Texts are compared as they stand; `type` and list names in one case, which reading gives the wanted ones too.
TEXTS: Mapping[str, Callable[[Facts], Collection[str]]] = {
    "app": lambda facts: (facts.app_id,),
    "event": lambda facts: (facts.request.event_id,) if facts.request else (),
    "type": _type_parts,
    "riskLevel": lambda facts: (facts.result.risk_level or "",),
    "finalResult": lambda facts: (str(facts.result.final_result),),
    "resultType": lambda facts: (str(facts.result.result_type),),
    "lang": lambda facts: (facts.request.lang,) if facts.request else (),
    "words": _list_names,
}
NUMBERS: Mapping[str, Callable[[Facts], float | None]] = {
    "level": lambda facts: facts.request.level if facts.request else None,
    "decided": lambda facts: facts.subject.decided,
    "rejected": lambda facts: facts.subject.rejected,
    "faces": lambda facts: _boxes(facts, "face", facts.result.evidence.face_num),
    "persons": lambda facts: _boxes(facts, "person", facts.result.evidence.person_num),
    "objects": lambda facts: _boxes(facts, "object"),
    "qrCodes": lambda facts: _boxes(facts, "qr"),
    "textLength": lambda facts: len(facts.result.evidence.text.text),
}
