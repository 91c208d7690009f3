"""What policy makes of a machine result: recorded, failed, or to a queue with a priority and the reasons why."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from moderation.contract.values import Result, RiskLevel
from moderation.policy.facts import Facts
from moderation.policy.policy import Policy, Rule
from moderation.policy.priority import Term, terms
from moderation.policy.taxonomy import Taxonomy


class Outcome(StrEnum):
    QUEUED = "queued"
    RECORDED = "recorded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Route:
    """`queue` is a slug, or "" for the default queue. `why` is read by people."""

    outcome: Outcome
    why: str
    queue: str = ""
    terms: tuple[Term, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def route(facts: Facts, *, policy: Policy, taxonomy: Taxonomy) -> Route:
    """Pure: the same arguments give the same route, so that a policy can be replayed on past cases."""
    if not facts.result.succeeded:
        return Route(Outcome.FAILED, f"the detection service answered code {facts.result.code}")
    waits = _why_it_waits(facts.result)
    if waits is None:
        return Route(Outcome.RECORDED, f"the machine's {facts.result.risk_level} is final")
    rule = _first_match(facts.result, policy, taxonomy)
    why = f"{waits}; {rule.name or 'rule for ' + rule.queue}" if rule else waits
    queue = rule.queue if rule else ""
    return Route(Outcome.QUEUED, why, queue, terms(facts, boosts=policy.boosts, taxonomy=taxonomy))


def _why_it_waits(result: Result) -> str | None:
    if result.final_result == 0:
        return "the machine's result is intermediate (finalResult 0)"
    if result.risk_level == RiskLevel.REVIEW:
        return "the machine asks for a review"
    return None


def _first_match(result: Result, policy: Policy, taxonomy: Taxonomy) -> Rule | None:
    risky = [label.path for label in result.labels if label.risk_level != RiskLevel.PASS]
    names = {taxonomy.canonical(path.risk_label1) for path in (result.path, *risky)}
    return next((rule for rule in policy.rules if not rule.risk_label1 or names & rule.risk_label1), None)
