"""Which rule says how long something of a case is kept. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from moderation.erasure.kinds import Kind

FOR_EVER = 0

Days = Mapping[Kind, int | None]
"""None: no rule says anything, or for ever."""


@dataclass(frozen=True, slots=True)
class Rule:
    """`queue` is None for every queue, `label` are levels, none for every label. `days`: None leaves it to a less
    specific rule, FOR_EVER keeps.
    """

    queue: int | None
    label: tuple[str, ...]
    days: Days

    def fits(self, queue: int | None, label: Sequence[str]) -> bool:
        return self.queue in (None, queue) and tuple(label[: len(self.label)]) == self.label


def days_of(rules: Iterable[Rule], *, queue: int | None, label: Sequence[str]) -> dict[Kind, int | None]:
    """For how many days each kind is kept of a case; None for ever. `label` are its levels, as `Rule.label` has them.

    For each kind the most specific rule that says anything: the one with the most levels of the label, and of two for
    the same label the one that names the queue. What goes with the records is kept no longer than they are.
    """
    fitting = sorted((rule for rule in rules if rule.fits(queue, label)), key=_specific, reverse=True)
    found = {kind: _first(kind, fitting) for kind in Kind}
    of_records = found[Kind.RECORDS]
    return {kind: _shorter(days, of_records) for kind, days in found.items()}


def _specific(rule: Rule) -> tuple[int, bool]:
    return len(rule.label), rule.queue is not None


def _first(kind: Kind, rules: Iterable[Rule]) -> int | None:
    said = (days for rule in rules if (days := rule.days.get(kind)) is not None)
    return next(said, FOR_EVER) or None


def _shorter(days: int | None, other: int | None) -> int | None:
    return min((one for one in (days, other) if one is not None), default=None)


def shortest(rules: Iterable[Rule]) -> int | None:
    """No case younger than so many days can be due; None: nothing is ever due."""
    return min((days for rule in rules for days in rule.days.values() if days), default=None)
