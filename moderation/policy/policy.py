"""A policy version as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from moderation.policy.conditions import Condition
from moderation.policy.sections import Section


@dataclass(frozen=True, slots=True)
class Rule:
    """Matches when all conditions are met. Then the result goes to `queue` (a slug, "" is the default queue), moved up
    by `boost` minutes; or, when `record`, it is recorded without review.

    A boost may be negative: what can wait moves down the queue. No task starves, because its position is a time.
    """

    queue: str = ""
    when: tuple[Condition, ...] = ()
    name: str = ""
    boost: float = 0.0
    record: bool = False

    def asks(self, key: str) -> bool:
        return any(condition.key == key for condition in self.when)

    def texts(self, key: str) -> tuple[str, ...]:
        """The texts of the condition with that key; empty when it has none."""
        wanted = next((condition.wants for condition in self.when if condition.key == key), ())
        return wanted if isinstance(wanted, tuple) else ()


@dataclass(frozen=True, slots=True)
class Boosts:
    """How many minutes each fact moves a task up its queue."""

    severity: Mapping[str, float] = field(
        default_factory=lambda: MappingProxyType({"critical": 30.0, "high": 15.0, "moderate": 5.0, "low": 0.0})
    )
    confidence: float = 10.0  # at probability 1.0; nothing below 0.5
    rejected_before: float = 2.0  # for each earlier rejection
    rejected_before_at_most: float = 20.0
    reach: float = 2.0  # for each user level above 0


@dataclass(frozen=True, slots=True)
class Policy:
    """`number` 0 is the built-in policy, in force until another is configured. The first matching rule wins.
    `by_specificity` are its sections as they are asked: those with the most fields in their scope first.
    """

    number: int = 0
    rules: tuple[Rule, ...] = ()
    boosts: Boosts = field(default_factory=Boosts)
    sections: tuple[Section, ...] = ()
    by_specificity: tuple[Section, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        ordered = sorted(self.sections, key=lambda section: -section.scope.specificity)
        object.__setattr__(self, "by_specificity", tuple(ordered))


BUILT_IN = Policy()
