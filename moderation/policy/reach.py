"""Which rules can never be reached, because an earlier one takes every result that they would take. Pure.

One earlier rule is compared at a time: a rule that only several together cover is not found. No rule is named wrongly.
"""

from __future__ import annotations

from collections.abc import Mapping

from moderation.policy.conditions import ANYTHING, Condition, Range, without_open_end
from moderation.policy.policy import Policy, Rule
from moderation.policy.taxonomy import Taxonomy

PATTERNS = ("label", "subjectRisk", "businessLabel", "disposal", "subjectLabel")
OF_LABELS = ("probability", "confidenceLevel")  # the highest among the labels that the rule asks for


def never_reached(policy: Policy, taxonomy: Taxonomy) -> Mapping[int, int]:
    """By the place of a rule that is never reached, from 0: the place of the first rule that takes its results."""
    taken = ((place, _taken_by(policy, place, taxonomy)) for place in range(len(policy.rules)))
    return {place: earlier for place, earlier in taken if earlier is not None}


def _taken_by(policy: Policy, place: int, taxonomy: Taxonomy) -> int | None:
    rule, decides = policy.rules[place], bool(policy.sections)
    earlier = enumerate(policy.rules[:place])
    return next((at for at, one in earlier if _takes_all(one, rule, taxonomy, decides=decides)), None)


def _takes_all(one: Rule, other: Rule, taxonomy: Taxonomy, *, decides: bool) -> bool:
    """`decides`: sections judge. Then a rule that only records leaves critical labels to the rules after it."""
    if decides and one.record and not other.record:
        return False
    return _is_for_all(one, other, decides=decides) and all(
        _follows(condition, one, other, taxonomy) for condition in one.when
    )


def _is_for_all(one: Rule, other: Rule, *, decides: bool) -> bool:
    """Whether the first applies wherever the second does, before their conditions: see `route._is_for`. An intermediate
    result always waits, unless a section decides it.
    """
    waits = not other.asks("finalResult") or (other.texts("finalResult") == ("0",) and not decides)
    judges_people = other.record and "1" in other.texts("resultType")
    return (waits or one.asks("finalResult")) and (not judges_people or (one.record and one.asks("resultType")))


def _follows(condition: Condition, one: Rule, other: Rule, taxonomy: Taxonomy) -> bool:
    """Whether the condition holds whenever all of the other rule's do."""
    same = next((each for each in other.when if each.key == condition.key), None)
    if same is None:
        return False
    if isinstance(condition.wants, Range) and isinstance(same.wants, Range):
        if condition.key in OF_LABELS and not _same_labels(one, other, taxonomy):
            return condition.wants.at_most is None and _within(same.wants, condition.wants)
        return _within(same.wants, condition.wants)
    wider, narrower = one.texts(condition.key), other.texts(condition.key)
    if condition.key in PATTERNS:
        wider, narrower = (_levels(condition.key, texts, taxonomy) for texts in (wider, narrower))
        return all(any(_covers(each, pattern) for each in wider) for pattern in narrower)
    return set(narrower) <= set(wider)


def _within(narrower: Range, wider: Range) -> bool:
    low, high = wider.at_least, wider.at_most
    starts = low is None or (narrower.at_least is not None and narrower.at_least >= low)
    return starts and (high is None or (narrower.at_most is not None and narrower.at_most <= high))


def _same_labels(one: Rule, other: Rule, taxonomy: Taxonomy) -> bool:
    """The highest number of fewer labels may be lower."""
    both = (set(_levels("label", rule.texts("label"), taxonomy)) for rule in (one, other))
    return len(set(map(frozenset, both))) == 1


def _levels(key: str, patterns: tuple[str, ...], taxonomy: Taxonomy) -> tuple[str, ...]:
    """As they are compared: without an open end, a label's category by its own name."""
    found = []
    for pattern in patterns:
        first, slash, rest = without_open_end(pattern.casefold()).partition("/")
        found.append((taxonomy.canonical(first) if key == "label" and first != ANYTHING else first) + slash + rest)
    return tuple(found)


def _covers(wider: str, narrower: str) -> bool:
    """Whether everything that fits the second pattern fits the first."""
    levels, other = wider.split("/"), narrower.split("/")
    return len(levels) <= len(other) and all(a in (ANYTHING, b) for a, b in zip(levels, other, strict=False))
