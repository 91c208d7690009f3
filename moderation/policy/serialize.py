"""Serialize a policy to a body that parses to the same policy."""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from moderation.policy.conditions import Condition, Range
from moderation.policy.policy import Boosts, Policy, Rule
from moderation.policy.sections import Scope, Section, Threshold


def write(policy: Policy) -> dict[str, Any]:
    """Sections are written only where there are some: a body without them is as it was before there were any."""
    sections = {"sections": write_sections(policy.sections)} if policy.sections else {}
    return {"rules": [_rule(rule) for rule in policy.rules], **sections, "boosts": _boosts(policy.boosts)}


def fingerprint(policy: Policy) -> str:
    """SHA-256 of the body: the same for policies that say the same, whatever their numbers."""
    text = json.dumps(write(policy), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def write_sections(sections: Iterable[Section]) -> list[dict[str, Any]]:
    return [_section(section) for section in sections]


def _section(section: Section) -> dict[str, Any]:
    return {
        "name": section.name,
        "scope": write_scope(section.scope),
        "thresholds": {key: _threshold(threshold) for key, threshold in section.thresholds.items()},
        "otherwise": section.otherwise,
        "afterReject": section.after_reject,
        "intermediate": section.intermediate,
    }


def write_scope(scope: Scope) -> dict[str, Any]:
    fields = {"app": scope.app, "event": scope.event, "type": scope.type, "lang": scope.lang}
    level = {"level": list(scope.level)} if scope.level else {}
    return {name: text for name, text in fields.items() if text} | level


def _threshold(threshold: Threshold) -> dict[str, int]:
    numbers = {"review": threshold.review, "reject": threshold.reject}
    return {name: number for name, number in numbers.items() if number is not None}


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
