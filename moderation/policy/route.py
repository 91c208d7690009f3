"""What policy makes of a machine result: recorded, failed, or to a queue with a priority and the reasons why."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from moderation.contract.values import Result, RiskLevel
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
    """Which rule of a policy it was: its place from 1 and its name, "" where it has none."""

    position: int
    name: str = ""

    def __str__(self) -> str:
        return f"rule {self.position} “{self.name}”" if self.name else f"rule {self.position}"


@dataclass(frozen=True, slots=True)
class Route:
    """`queue` is a slug, or "" for the default queue. `why` is read by people; `rule` is None when none held.

    `policy` is the number of the policy and `subject` the record that it saw, so that a replay sees the same.
    """

    outcome: Outcome
    why: str
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
    """Pure: the same arguments give the same route, so that a policy can be replayed on past cases."""
    return replace(_routed(facts, policy, taxonomy), policy=policy.number, subject=facts.subject)


def _routed(facts: Facts, policy: Policy, taxonomy: Taxonomy) -> Route:
    result = facts.result
    if not result.succeeded:
        return Route(Outcome.FAILED, f"the detection service answered code {result.code}")
    waits = _why_it_waits(result)
    position, rule = _first_match(facts, policy, taxonomy, waits=waits is not None)
    ref = RuleRef(position, rule.name) if rule else None
    why = _why(waits, result, rule, f"{ref} of policy {policy.number}")
    if rule.record if rule else waits is None:
        return Route(Outcome.RECORDED, why, rule=ref)
    found = (*_of_rule(rule, ref), *terms(facts, boosts=policy.boosts, taxonomy=taxonomy))
    return Route(Outcome.QUEUED, why, rule.queue if rule else "", found, ref)


def _why_it_waits(result: Result) -> str | None:
    if result.final_result == 0:
        return "the machine's result is intermediate (finalResult 0)"
    if result.risk_level == RiskLevel.REVIEW:
        return "the machine asks for a review"
    return None


def _first_match(facts: Facts, policy: Policy, taxonomy: Taxonomy, *, waits: bool) -> tuple[int, Rule | None]:
    """The first rule that holds, and its place from 1."""
    asked = Asked(facts, taxonomy)
    for position, rule in enumerate(policy.rules, start=1):
        if _is_for(rule, facts.result, waits=waits) and asked.holds(rule.when):
            return position, rule
    return 0, None


def _is_for(rule: Rule, result: Result, *, waits: bool) -> bool:
    """Only a rule that names `finalResult` is asked about results that wait for nobody, and only one that names
    `resultType` about a person's verdict, which it may record but never queue.
    """
    if result.result_type == 1 and not (rule.record and rule.asks("resultType")):
        return False
    return waits or rule.asks("finalResult")


def _why(waits: str | None, result: Result, rule: Rule | None, told: str) -> str:
    reason = waits or f"the machine's {result.risk_level} is final"
    if rule is None:
        return reason
    if rule.record:
        return f"{reason}, and kept without review: {told}"
    return f"{reason}; {told}" if waits else f"{reason}, and a person looks at it: {told}"


def _of_rule(rule: Rule | None, ref: RuleRef | None) -> tuple[Term, ...]:
    return (Term("rule", rule.boost, rule.name or str(ref)),) if rule and rule.boost else ()
