"""What is different between two policies: one change for each thing that a person changed, and how to undo it. Pure.

`id` names the change as long as both policies hold it, so that a page can ask for it to be undone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from moderation.policy.inheritance import covering, path_keys
from moderation.policy.pieces import (
    BOOSTS,
    PLACE,
    RULES,
    SECTIONS,
    THRESHOLDS,
    Path,
    Pieces,
    moved,
    path_id,
    path_of,
    placed,
    put_together,
    take_apart,
)
from moderation.policy.policy import Policy, Rule
from moderation.policy.sections import FLAGS, Otherwise, Section, Threshold

Direction = Literal["stricter", "milder", "other"]
What = Literal["added", "removed", "changed", "moved", "renamed"]

_NEVER = 1001  # above every score
_STRICTER_FLAGS = {
    ("otherwise", "PASS", "machine"),
    ("otherwise", "PASS", "REVIEW"),
    ("afterReject", "confirm", "final"),
}


class UnknownChange(LookupError):
    """The two policies do not differ there (any more): somebody has undone it, or changed it on."""


@dataclass(frozen=True, slots=True)
class Effective:
    """`threshold` is found under `key` in `section`. It is None where no section has one: then `otherwise` of the most
    specific section applies, and where that is None too no section covers the scope.
    """

    threshold: Threshold | None = None
    section: str = ""
    key: str = ""
    otherwise: Otherwise | None = None

    @property
    def counts_as(self) -> Threshold | None:
        """The same in numbers: what is always reviewed is so from 0. None is the machine's own level."""
        if self.threshold is None and self.otherwise in ("PASS", "REVIEW"):
            return Threshold(review=0 if self.otherwise == "REVIEW" else None)
        return self.threshold


@dataclass(frozen=True, slots=True)
class ThresholdChange:
    """By which numbers a label counts in a section. `before` and `after` may be inherited, or none."""

    id: str
    direction: Direction
    section: str
    label: str
    before: Effective
    after: Effective


@dataclass(frozen=True, slots=True)
class FlagChange:
    """`flag` is otherwise, afterReject or intermediate."""

    id: str
    direction: Direction
    section: str
    flag: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class SectionChange:
    """A whole section. Thresholds of an added one are changes of their own, those of a removed one are not. One that
    is `changed` has another scope.
    """

    id: str
    direction: Direction
    what: What
    before: Section | None
    after: Section | None

    @property
    def section(self) -> str:
        """The name by which people know it now."""
        found = self.after or self.before
        return found.name if found else ""


@dataclass(frozen=True, slots=True)
class RuleChange:
    """Positions are from 1. A rule that is `moved` stands elsewhere among the rules that were there before."""

    id: str
    direction: Direction
    what: What
    before: Rule | None
    after: Rule | None
    position_before: int = 0
    position: int = 0


@dataclass(frozen=True, slots=True)
class BoostChange:
    """`name` is a field of Boosts, or a severity."""

    id: str
    direction: Direction
    name: str
    before: float
    after: float


Change: TypeAlias = ThresholdChange | FlagChange | SectionChange | RuleChange | BoostChange


def changes(before: Policy, after: Policy) -> tuple[Change, ...]:
    """In the order in which the newer policy says things: sections, rules, boosts."""
    return tuple(_Comparison(before, after).found())


def undo(before: Policy, after: Policy, change_id: str) -> dict[str, Any]:
    """The body of the newer policy with one change undone; it may be one that cannot be read. Raises UnknownChange."""
    compared = _Comparison(before, after)
    if all(one.id != change_id for one in compared.found()):
        raise UnknownChange(change_id)
    old, new, path = compared.old, compared.new, path_of(change_id)
    if path[0] == RULES and path[2:] == (PLACE,):
        return put_together(Pieces(new.values, tuple(placed(new.order, path[1], as_in=old.order))))
    touched = [one for one in {**old.values, **new.values} if one[: len(path)] == path]
    values = {one: value for one, value in new.values.items() if one not in touched}
    values |= {one: old.values[one] for one in touched if one in old.values}
    return put_together(Pieces(values, _order_without(old, new, path)))


def _order_without(old: Pieces, new: Pieces, path: Path) -> tuple[str, ...]:
    """The order of the rules once this change is undone."""
    if path[0] != RULES or (path[1] in old.order and path[1] in new.order):
        return new.order
    if path[1] in new.order:
        return tuple(key for key in new.order if key != path[1])
    return tuple(placed(new.order, path[1], as_in=old.order))


class _Comparison:
    def __init__(self, before: Policy, after: Policy) -> None:
        self.before, self.after = before, after
        self.old = take_apart(before)
        self.new = take_apart(after, like=self.old)

    def found(self) -> Iterator[Change]:
        old, new = (
            dict(zip(pieces.sections, policy.sections, strict=True))
            for pieces, policy in ((self.old, self.before), (self.new, self.after))
        )
        for key, section in new.items():
            yield from self._section(key, old.get(key), section)
        for key in [key for key in old if key not in new]:
            yield SectionChange(path_id((SECTIONS, key)), "other", "removed", old[key], None)
        yield from self._rules()
        yield from self._boosts()

    def _section(self, key: str, old: Section | None, new: Section) -> Iterator[Change]:
        if old is None:
            yield SectionChange(path_id((SECTIONS, key)), "other", "added", None, new)
        elif old.scope != new.scope:
            yield SectionChange(path_id((SECTIONS, key, "scope")), "other", "changed", old, new)
        if old and old.name != new.name:
            yield SectionChange(path_id((SECTIONS, key, "name")), "other", "renamed", old, new)
        if old:
            yield from self._flags(key, new)
        yield from self._thresholds(key, old, new)

    def _flags(self, key: str, new: Section) -> Iterator[Change]:
        for flag in FLAGS:
            path = SECTIONS, key, flag
            was, now = self.old.values[path], self.new.values[path]
            if was != now:
                yield FlagChange(path_id(path), _direction_of_flag(flag, was, now), new.name, flag, was, now)

    def _thresholds(self, key: str, old: Section | None, new: Section) -> Iterator[Change]:
        mine = old.thresholds if old else {}
        labels = [label for label in {**new.thresholds, **mine} if mine.get(label) != new.thresholds.get(label)]
        before, after = (covering(policy, new.scope) for policy in (self.before, self.after))
        for label in labels:
            was, now = effective_in(before, label), effective_in(after, label)
            path = SECTIONS, key, THRESHOLDS, label
            yield ThresholdChange(path_id(path), direction(was, now), new.name, label, was, now)

    def _rules(self) -> Iterator[Change]:
        old, new = (
            {key: (place, rule) for place, (key, rule) in enumerate(zip(pieces.order, policy.rules, strict=True), 1)}
            for pieces, policy in ((self.old, self.before), (self.new, self.after))
        )
        shifted = moved(self.old.order, self.new.order)
        for key, (place, rule) in new.items():
            was, earlier = old.get(key, (0, None))
            if earlier != rule:
                what: What = "changed" if earlier else "added"
                yield RuleChange(path_id((RULES, key)), "other", what, earlier, rule, was, place)
            if key in shifted:
                yield RuleChange(path_id((RULES, key, PLACE)), "other", "moved", earlier, rule, was, place)
        for key in [key for key in old if key not in new]:
            yield RuleChange(path_id((RULES, key)), "other", "removed", old[key][1], None, old[key][0])

    def _boosts(self) -> Iterator[Change]:
        for path, now in self.new.values.items():
            if path[0] == BOOSTS and (was := self.old.values[path]) != now:
                yield BoostChange(path_id(path), "other", path[-1], was, now)


def effective_in(sections: Sequence[Section], label: str) -> Effective:
    """`sections` are those that cover one scope, the most specific first; `label` is a key as thresholds have."""
    if not sections:
        return Effective()
    hits = ((section, key) for section in sections for key in path_keys(label) if key in section.thresholds)
    if hit := next(hits, None):
        section, key = hit
        return Effective(section.thresholds[key], section.name, key, sections[0].otherwise)
    return Effective(otherwise=sections[0].otherwise)


def direction(before: Effective, after: Effective) -> Direction:
    """Whether no score counts milder than before, or none stricter."""
    return _direction(before.counts_as, after.counts_as)


def _direction(before: Threshold | None, after: Threshold | None) -> Direction:
    if before is None or after is None:
        return _from_machine(after) if before is None else "other"
    pairs = list(zip(_numbers(before), _numbers(after), strict=True))
    if all(was <= now for was, now in pairs):
        return "milder" if any(was != now for was, now in pairs) else "other"
    return "stricter" if all(was >= now for was, now in pairs) else "other"


def _from_machine(after: Threshold | None) -> Direction:
    """What the machine would have said is not known, but nothing is stricter than blocking, or milder than allowing."""
    if after == Threshold():
        return "milder"
    return "stricter" if after is not None and after.reject == 0 else "other"


def _numbers(threshold: Threshold) -> tuple[int, int]:
    """From which score on it is at least reviewed, and rejected."""
    reject = _NEVER if threshold.reject is None else threshold.reject
    return min(reject, _NEVER if threshold.review is None else threshold.review), reject


def _direction_of_flag(flag: str, was: str, now: str) -> Direction:
    if (flag, was, now) in _STRICTER_FLAGS:
        return "stricter"
    return "milder" if (flag, now, was) in _STRICTER_FLAGS else "other"
