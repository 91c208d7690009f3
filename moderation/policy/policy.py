"""What a policy version says, as frozen values read from its stored body."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class Rule:
    """First match wins. `risk_label1` holds canonical level-1 names; empty matches everything."""

    queue: str
    risk_label1: frozenset[str] = frozenset()
    name: str = ""


@dataclass(frozen=True, slots=True)
class Boosts:
    """How many minutes each fact moves a task up the line."""

    severity: Mapping[str, float] = field(
        default_factory=lambda: MappingProxyType({"critical": 30.0, "high": 15.0, "moderate": 5.0, "low": 0.0})
    )
    confidence: float = 10.0  # at probability 1.0; nothing below 0.5
    rejected_before: float = 2.0  # for each earlier rejection
    rejected_before_at_most: float = 20.0
    reach: float = 2.0  # for each user level above 0


@dataclass(frozen=True, slots=True)
class Policy:
    """`number` 0 is the built-in policy: what holds before anybody configured one."""

    number: int = 0
    rules: tuple[Rule, ...] = ()
    boosts: Boosts = field(default_factory=Boosts)


BUILT_IN = Policy()


def read(number: int, body: Mapping[str, Any]) -> Policy:
    """The policy a stored body describes: {"rules": [{"name", "riskLabel1": [...], "queue"}], "boosts": {...}}."""
    rules = tuple(
        Rule(rule["queue"], frozenset(rule.get("riskLabel1", ())), rule.get("name", ""))
        for rule in body.get("rules", ())
    )
    return Policy(number, rules, Boosts(**body.get("boosts", {})))
