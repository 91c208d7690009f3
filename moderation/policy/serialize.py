"""Serialize a policy to a body that parses to the same policy."""

from __future__ import annotations

from typing import Any

from moderation.policy.conditions import Condition, Range
from moderation.policy.policy import Boosts, Policy, Rule


def write(policy: Policy) -> dict[str, Any]:
    return {"rules": [_rule(rule) for rule in policy.rules], "boosts": _boosts(policy.boosts)}


def _rule(rule: Rule) -> dict[str, Any]:
    name = {"name": rule.name} if rule.name else {}
    when = {"when": {condition.key: _wants(condition) for condition in rule.when}} if rule.when else {}
    return name | when | _actions(rule)


def _actions(rule: Rule) -> dict[str, Any]:
    if rule.record:
        return {"record": True}
    queue: dict[str, Any] = {"queue": rule.queue} if rule.queue else {}
    return queue | ({"boost": rule.boost} if rule.boost or not queue else {})


def _wants(condition: Condition) -> Any:
    wants = condition.wants
    if isinstance(wants, Range):
        ends = {"atLeast": wants.at_least, "atMost": wants.at_most}
        return {name: end for name, end in ends.items() if end is not None}
    numbers = condition.key in ("finalResult", "resultType")
    return [int(text) if numbers else text for text in wants]


def _boosts(boosts: Boosts) -> dict[str, Any]:
    names = ("confidence", "rejected_before", "rejected_before_at_most", "reach")
    return {"severity": dict(boosts.severity)} | {name: getattr(boosts, name) for name in names}
