"""Route a machine result by policy: decided, recorded, failed, or to a queue with a priority and the reasons why."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from moderation.contract.image_v4 import SUCCESS
from moderation.contract.values import Result, RiskLevel
from moderation.messages import LedgerCode, Message
from moderation.policy.chain import Evaluation, Link
from moderation.policy.conditions import Asked
from moderation.policy.evaluate import evaluate
from moderation.policy.facts import Facts, Subject
from moderation.policy.policy import Policy, Rule
from moderation.policy.priority import Term, terms
from moderation.policy.taxonomy import Taxonomy


class Outcome(StrEnum):
    QUEUED = "queued"
    DECIDED = "decided"
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
    """`queue` is a slug, or "" for the default queue. `rule` is None when none matched. `evaluation` is what a section
    of the policy made of the result, None when none fits; the outcome `decided` is to its level.

    `policy` is the number of the policy and `subject` the record it used, so that a replay uses the same.
    """

    outcome: Outcome
    why: Message
    queue: str = ""
    terms: tuple[Term, ...] = ()
    rule: RuleRef | None = None
    policy: int = 0
    subject: Subject = field(default_factory=Subject)
    evaluation: Evaluation | None = None

    @property
    def chain(self) -> tuple[Link, ...]:
        return self.evaluation.chain if self.evaluation else ()

    @property
    def level(self) -> RiskLevel | None:
        """What policy alone decided."""
        return self.evaluation.outcome if self.evaluation and self.outcome is Outcome.DECIDED else None

    def as_json(self) -> dict[str, Any]:
        return self._of_sections() | {
            "outcome": self.outcome.value,
            "why": self.why,
            "queue": self.queue,
            "terms": [{"term": one.term, "minutes": one.minutes, "why": one.why} for one in self.terms],
            "rule": {"position": self.rule.position, "name": self.rule.name} if self.rule else None,
            "policy": self.policy,
            "subject": {"decided": self.subject.decided, "rejected": self.subject.rejected},
        }

    def _of_sections(self) -> dict[str, Any]:
        if self.evaluation is None:
            return {}
        level = {"riskLevel": self.level.value} if self.level else {}
        return {"section": self.evaluation.section, "chain": self.evaluation.stored()} | level


def route(facts: Facts, *, policy: Policy, taxonomy: Taxonomy) -> Route:
    """Route one result. Pure, so that a policy can be replayed on past cases: equal arguments, equal route."""
    evaluation = evaluate(facts, policy, taxonomy)
    routed = _routed(facts, policy, taxonomy, evaluation)
    return replace(routed, policy=policy.number, subject=facts.subject, evaluation=evaluation)


def as_if_reviewed(facts: Facts, *, policy: Policy, taxonomy: Taxonomy) -> Route:
    """Where the rules would queue this result if it waited for a person."""
    rules = _queueing(policy)
    return route(_waiting(facts), policy=replace(policy, rules=rules, sections=()), taxonomy=taxonomy)


def queue_if_reviewed(facts: Facts, *, policy: Policy, taxonomy: Taxonomy) -> str:
    """The queue of `as_if_reviewed` alone, which costs intake less."""
    rules = _queueing(policy)
    if not rules:
        return ""
    waits = _waiting(facts)
    asked = Asked(waits, taxonomy)
    found = (rule for rule in rules if _is_for(rule, waits.result, waits=True) and asked.holds(rule.when))
    return next((rule.queue for rule in found), "")


def _queueing(policy: Policy) -> tuple[Rule, ...]:
    return tuple(rule for rule in policy.rules if not rule.record)


def _waiting(facts: Facts) -> Facts:
    return replace(facts, result=replace(facts.result, code=SUCCESS, final_result=0, result_type=0))


def _routed(facts: Facts, policy: Policy, taxonomy: Taxonomy, evaluation: Evaluation | None) -> Route:
    result = facts.result
    if not result.succeeded:
        return Route(Outcome.FAILED, Message(LedgerCode.ROUTE_FAILED, number=result.code))
    waits = _why_it_waits(result, evaluation)
    position, rule = _first_match(facts, policy, taxonomy, evaluation, waits=waits is not None)
    ref = RuleRef(position, rule.name) if rule else None
    reason = waits or _why_it_is_over(result, policy, evaluation)
    why = _why(reason, rule, ref.of_policy(policy.number) if ref else None, waits=waits is not None)
    if rule is None and waits is None:
        return Route(Outcome.DECIDED if evaluation else Outcome.RECORDED, why)
    if rule and rule.record:
        return Route(Outcome.RECORDED, why, rule=ref)
    found = (*_of_rule(rule, ref), *terms(facts, boosts=policy.boosts, taxonomy=taxonomy))
    return Route(Outcome.QUEUED, why, rule.queue if rule else "", found, ref)


def _why_it_waits(result: Result, evaluation: Evaluation | None) -> Message | None:
    if evaluation:
        return evaluation.why() if evaluation.outcome == RiskLevel.REVIEW else None
    if result.final_result == 0:
        return Message(LedgerCode.ROUTE_INTERMEDIATE)
    if result.risk_level == RiskLevel.REVIEW:
        return Message(LedgerCode.ROUTE_REVIEW)
    return None


def _why_it_is_over(result: Result, policy: Policy, evaluation: Evaluation | None) -> Message:
    if evaluation is None:
        return Message(LedgerCode.ROUTE_FINAL, level=str(result.risk_level))
    level = str(evaluation.outcome)
    return Message(LedgerCode.ROUTE_DECIDED, policy=policy.number, level=level, reason=evaluation.why())


def _first_match(
    facts: Facts, policy: Policy, taxonomy: Taxonomy, evaluation: Evaluation | None, *, waits: bool
) -> tuple[int, Rule | None]:
    """The first rule that matches, and its position from 1. None lets a critical label pass that a section does not."""
    asked = Asked(facts, taxonomy)
    for position, rule in enumerate(policy.rules, start=1):
        if _is_for(rule, facts.result, waits=waits) and asked.holds(rule.when):
            passes_critical = rule.record and evaluation is not None and evaluation.is_critical(taxonomy)
            if not passes_critical:
                return position, rule
    return 0, None


def _is_for(rule: Rule, result: Result, *, waits: bool) -> bool:
    """Whether a rule applies. Results that need no review are matched only by rules that name `finalResult`; a person's
    verdict only by rules that name `resultType`, which may record it but never queue it.
    """
    if result.result_type == 1 and not (rule.record and rule.asks("resultType")):
        return False
    return waits or rule.asks("finalResult")


def _why(reason: Message, rule: Rule | None, told: Message | None, *, waits: bool) -> Message:
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
