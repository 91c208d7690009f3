"""Route a machine result by policy: recorded, failed, or to a queue with a priority and the reasons why."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from moderation.contract.values import Result, RiskLevel
from moderation.messages import LedgerCode, Message
from moderation.policy.conditions import Asked
from moderation.policy.facts import Facts, Subject
from moderation.policy.policy import Policy, Rule
from moderation.policy.priority import Term, terms
from moderation.policy.taxonomy import Taxonomy


class Outcome(StrEnum):
    QUEUED = "queued"
    RECORDED = "recorded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class RuleRef:
    """A reference to a rule of a policy: its position from 1 and its name, "" if it has none."""

    position: int
    name: str = ""

    def of_policy(self, policy: int) -> Message:
        if self.name:
            return Message(LedgerCode.RULE_NAMED, number=self.position, name=self.name, policy=policy)
        return Message(LedgerCode.RULE, number=self.position, policy=policy)


@dataclass(frozen=True, slots=True)
class Route:
    """`queue` is a slug, or "" for the default queue. `rule` is None when none matched.

    `policy` is the number of the policy and `subject` the record it used, so that a replay uses the same.
    """

    outcome: Outcome
    why: Message
    queue: str = ""
    terms: tuple[Term, ...] = ()
    rule: RuleRef | None = None
    policy: int = 0
    subject: Subject = field(default_factory=Subject)

    def as_json(self) -> dict[str, Any]:
        return {
            "outcome": self.outcome.value,
            "why": self.why,
            "queue": self.queue,
            "terms": [{"term": one.term, "minutes": one.minutes, "why": one.why} for one in self.terms],
            "rule": {"position": self.rule.position, "name": self.rule.name} if self.rule else None,
            "policy": self.policy,
            "subject": {"decided": self.subject.decided, "rejected": self.subject.rejected},
        }


def route(facts: Facts, *, policy: Policy, taxonomy: Taxonomy) -> Route:
    """Route one result. Pure, so that a policy can be replayed on past cases: equal arguments, equal route."""
    return replace(_routed(facts, policy, taxonomy), policy=policy.number, subject=facts.subject)


def _routed(facts: Facts, policy: Policy, taxonomy: Taxonomy) -> Route:
    result = facts.result
    if not result.succeeded:
        return Route(Outcome.FAILED, Message(LedgerCode.ROUTE_FAILED, number=result.code))
    waits = _why_it_waits(result)
    position, rule = _first_match(facts, policy, taxonomy, waits=waits is not None)
    ref = RuleRef(position, rule.name) if rule else None
    why = _why(waits, result, rule, ref.of_policy(policy.number) if ref else None)
    if rule.record if rule else waits is None:
        return Route(Outcome.RECORDED, why, rule=ref)
    found = (*_of_rule(rule, ref), *terms(facts, boosts=policy.boosts, taxonomy=taxonomy))
    return Route(Outcome.QUEUED, why, rule.queue if rule else "", found, ref)


def _why_it_waits(result: Result) -> Message | None:
    if result.final_result == 0:
        return Message(LedgerCode.ROUTE_INTERMEDIATE)
    if result.risk_level == RiskLevel.REVIEW:
        return Message(LedgerCode.ROUTE_REVIEW)
    return None


def _first_match(facts: Facts, policy: Policy, taxonomy: Taxonomy, *, waits: bool) -> tuple[int, Rule | None]:
    """The first rule that matches, and its position from 1."""
    asked = Asked(facts, taxonomy)
    for position, rule in enumerate(policy.rules, start=1):
        if _is_for(rule, facts.result, waits=waits) and asked.holds(rule.when):
            return position, rule
    return 0, None


def _is_for(rule: Rule, result: Result, *, waits: bool) -> bool:
    """Whether a rule applies. Results that need no review are matched only by rules that name `finalResult`; a person's
    verdict only by rules that name `resultType`, which may record it but never queue it.
    """
    if result.result_type == 1 and not (rule.record and rule.asks("resultType")):
        return False
    return waits or rule.asks("finalResult")


def _why(waits: Message | None, result: Result, rule: Rule | None, told: Message | None) -> Message:
    reason = waits or Message(LedgerCode.ROUTE_FINAL, level=str(result.risk_level))
    if rule is None or told is None:
        return reason
    if rule.record:
        return Message(LedgerCode.ROUTE_KEPT, reason=reason, rule=told)
    code = LedgerCode.ROUTE_BY_RULE if waits else LedgerCode.ROUTE_LOOKED_AT
    return Message(code, reason=reason, rule=told)


def _of_rule(rule: Rule | None, ref: RuleRef | None) -> tuple[Term, ...]:
    if not (rule and ref and rule.boost):
        return ()
    if rule.name:
        return (Term("rule", rule.boost, Message(LedgerCode.TEXT, text=rule.name)),)
    return (Term("rule", rule.boost, Message(LedgerCode.PRIORITY_RULE, number=ref.position)),)
