"""The conditions of rules, evaluated on a result. Each is known by its key in a policy's body; the tables list them.

A pattern of a label or of a subject's risk flag names levels from the top, joined by slashes. `*` stands for anything
at its level, and so do levels that a pattern leaves out at its end: `porn` and `porn/*` are the same.
A pattern is looked up in the set of all patterns that fit a label, seven at most, for any number of rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from moderation.contract.values import Label, LabelPath, RiskLevel, Span, UnresolvedWord
from moderation.policy.facts import Facts, ListedWord
from moderation.policy.taxonomy import Taxonomy

ANYTHING = "*"


@dataclass(frozen=True, slots=True)
class Range:
    """Both ends are included; None is no bound on that side. An unknown number is in no range."""

    at_least: float | None = None
    at_most: float | None = None

    def holds(self, number: float | None) -> bool:
        if number is None:
            return False
        return (self.at_least is None or number >= self.at_least) and (self.at_most is None or number <= self.at_most)


@dataclass(frozen=True, slots=True)
class Condition:
    """`wants` is a range of numbers, or texts of which one must match (patterns: one must fit)."""

    key: str
    wants: Range | tuple[str, ...]


Conditions = tuple[Condition, ...]


class Asked:
    """One result's facts, prepared for many conditions."""

    __slots__ = ("_labels", "facts", "taxonomy")

    def __init__(self, facts: Facts, taxonomy: Taxonomy) -> None:
        self.facts, self.taxonomy = facts, taxonomy
        self._labels: list[tuple[set[str], Label | None]] | None = None

    def holds(self, when: Conditions) -> bool:
        """Whether all of these conditions are met."""
        return all(self._holds(condition, when) for condition in when)

    def _holds(self, condition: Condition, when: Conditions) -> bool:
        key, wants = condition.key, condition.wants
        if isinstance(wants, Range):
            number = self._highest(key, when) if key in _OF_LABELS else NUMBERS[key](self.facts)
            return wants.holds(number)
        if key == "label":
            wanted = canonical_patterns(wants, self.taxonomy)
            return any(not wanted.isdisjoint(fitting) for fitting, _ in self._risky_labels())
        return not TEXTS[key](self.facts).isdisjoint(wants)

    def _highest(self, key: str, when: Conditions) -> float | None:
        """The highest number of that kind among the labels that the rule's label condition fits, else among all."""
        patterns = next((one.wants for one in when if one.key == "label" and isinstance(one.wants, tuple)), None)
        wanted = None if patterns is None else canonical_patterns(patterns, self.taxonomy)
        fit = (label for fitting, label in self._risky_labels() if wanted is None or not wanted.isdisjoint(fitting))
        told = (_OF_LABELS[key](label) for label in fit if label)
        return max((number for number in told if number is not None), default=None)

    def _risky_labels(self) -> list[tuple[set[str], Label | None]]:
        """For each label that was not passed, the overall one (None) first: the patterns that fit it."""
        if self._labels is None:
            result = self.facts.result
            risky = [(one.path, one) for one in result.labels if one.risk_level != RiskLevel.PASS]
            found: list[tuple[LabelPath, Label | None]] = [(result.path, None), *risky]
            self._labels = [(fitting_label(path, self.taxonomy), label) for path, label in found if path.risk_label1]
        return self._labels


def fitting_label(path: LabelPath, taxonomy: Taxonomy) -> set[str]:
    """Every pattern that fits a risk label: by its own identifiers, and by the label that they are an alias of."""
    named = {taxonomy.sent_key(path), taxonomy.key(path)}
    return set[str]().union(*(fitting(first, second.casefold(), third.casefold()) for first, second, third in named))


def canonical_patterns(patterns: tuple[str, ...], taxonomy: Taxonomy) -> set[str]:
    """Patterns of risk labels as `fitting_label` tells them."""
    return {taxonomy.canonical(first) + rest for first, rest in map(_split, patterns)}


def fitting(*levels: str) -> set[str]:
    """Every pattern that fits these levels, without trailing `*` levels."""
    found, before = set[str](), [""]
    for level in levels:
        if level:
            found |= {start + level for start in before}
        before = [start + step for start in before for step in (f"{level}/", f"{ANYTHING}/")]
    return found


@lru_cache(maxsize=4096)
def _split(pattern: str) -> tuple[str, str]:
    """The first level, and the rest with its slash but without trailing `*` levels."""
    first, slash, rest = without_open_end(pattern).partition("/")
    return first, slash + rest


def without_open_end(pattern: str) -> str:
    while pattern.endswith(f"/{ANYTHING}"):
        pattern = pattern.removesuffix(f"/{ANYTHING}")
    return pattern


# Numbers that every label has of its own.
_OF_LABELS: Mapping[str, Callable[[Label], float | None]] = {
    "probability": lambda label: label.probability,
    "confidenceLevel": lambda label: label.confidence_level,
}


def _paths(paths: Iterable[LabelPath]) -> set[str]:
    """The patterns that fit one of these paths, which are nobody's risk labels."""
    levels = ((path.risk_label1, path.risk_label2, path.risk_label3) for path in paths)
    return set[str]().union(*(fitting(*map(str.casefold, path)) for path in levels if path[0]))


def _streams(facts: Facts) -> set[str]:
    stream = facts.request.stream if facts.request else None
    return {facts.result.stream_id, stream.stream_id if stream else ""} - {""}


def _of_request(name: str) -> Callable[[Facts], Set[str]]:
    return lambda facts: {getattr(facts.request, name)} if facts.request else set()


def _flags(facts: Facts) -> set[str]:
    risks = facts.result.subject_risks
    return set[str]().union(*(fitting(risk.group.casefold(), risk.name.casefold()) for risk in risks))


def _type_parts(facts: Facts) -> set[str]:
    return set(facts.request.type.upper().split("_")) if facts.request else set()


def _list_names(facts: Facts) -> set[str]:
    """Names of our own lists and of the machine's, whether or not the word was located in the text."""
    text = facts.result.evidence.text
    found: Iterable[ListedWord | Span | UnresolvedWord] = chain(facts.listed, text.spans, text.unresolved)
    return {one.list_name.casefold() for one in found}


# Texts are compared exactly; `type`, flags and list names are case-folded here, and in policies when they are parsed.
TEXTS: Mapping[str, Callable[[Facts], Set[str]]] = {
    "app": lambda facts: {facts.app_id},
    "event": lambda facts: {facts.request.event_id} if facts.request else set(),
    "type": _type_parts,
    "riskLevel": lambda facts: {facts.result.risk_level or ""},
    "finalResult": lambda facts: {str(facts.result.final_result)},
    "resultType": lambda facts: {str(facts.result.result_type)},
    "lang": lambda facts: {facts.request.lang} if facts.request else set(),
    "subjectRisk": _flags,
    "words": _list_names,
    "businessLabel": lambda facts: _paths(label.path for label in facts.result.business_labels),
    "subjectLabel": lambda facts: _paths(label.path for label in facts.result.subject_labels),
    "disposal": lambda facts: _paths((facts.result.disposal.path,)) if facts.result.disposal else set(),
    "nickname": _of_request("nickname"),
    "deviceId": _of_request("device_id"),
    "room": _of_request("room"),
    "streamId": _streams,
}
NUMBERS: Mapping[str, Callable[[Facts], float | None]] = {
    "level": lambda facts: facts.request.level if facts.request else None,
    "decided": lambda facts: facts.subject.decided,
    "rejected": lambda facts: facts.subject.rejected,
    "faces": lambda facts: facts.result.evidence.faces,
    "persons": lambda facts: facts.result.evidence.persons,
    "objects": lambda facts: facts.result.evidence.counts.get("object", 0),
    "qrCodes": lambda facts: facts.result.evidence.counts.get("qr", 0),
    "textLength": lambda facts: len(facts.result.evidence.text.text),
}
