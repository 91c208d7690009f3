"""Route several results by policy at once: the facts are read in a few queries, the routing is pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from moderation import cache_versions, labels, subjects, word_lists
from moderation.contract.evidence import NORMAL
from moderation.contract.values import LabelPath, Request, Result, RiskLevel
from moderation.gateway_facts import GatewayFacts, Narrowing
from moderation.intake import cases
from moderation.intake.submissions import Arrival
from moderation.models import Case, FinalResult, PolicyVersion
from moderation.policy import (
    Facts,
    ListedWord,
    Outcome,
    Policy,
    Route,
    Subject,
    Taxonomy,
    queue_if_reviewed,
    route,
    worst_label,
)
from moderation.policy.evaluate import deciding_label
from moderation.policy_versions import shadow, store
from moderation.policy_versions.shadow import Shadowed
from moderation.results import FinalVerdict
from moderation.webhooks.payloads import PolicyDecision


@dataclass(frozen=True, slots=True)
class Asked:
    """One result to route, of a case that may be new. `request` is the case's own, when any body brought one."""

    app_id: str
    subject: subjects.Key
    result: Result
    request: Request | None
    narrowing: Narrowing | None = None


@dataclass(frozen=True, slots=True)
class Routed:
    route: Route
    top_label: str
    severity: str  # of the worst label, "" when none is rated
    listed: tuple[ListedWord, ...]
    version: PolicyVersion | None
    facts: Facts
    verdict: FinalVerdict | None = None  # what policy alone decided
    would_wait_in: str = ""  # where policy alone decided: the queue in which it would wait for a person
    shadowed: Shadowed | None = None  # what the draft in shadow would have made of it

    def state(self, last: FinalResult | None = None) -> Case.State:
        """The state of a case that is routed so; one with a final result has nothing to be recorded beside it."""
        outcome = self.route.outcome
        if outcome == Outcome.DECIDED or (outcome == Outcome.RECORDED and last):
            return Case.State.FINAL
        return Case.State(outcome)

    def decision(self, at: datetime) -> PolicyDecision:
        """What backends are told of a verdict of policy alone."""
        chain = self.route.evaluation.as_json() if self.route.evaluation else []
        return PolicyDecision(self.route.policy, chain, at)


def of_new(arrival: Arrival) -> Asked:
    request = arrival.request or Request(raw={})
    subject = (arrival.app.pk if request.is_token_separate else None), request.token_id
    gateway = arrival.submission.gateway or GatewayFacts()
    return Asked(arrival.app.app_id, subject, arrival.result, arrival.request, gateway.narrowing)


def of_known(result: Result, case: Case) -> Asked:
    narrowing = Narrowing.stored(case.narrowing)
    return Asked(case.app.app_id, subjects.key_of(case), result, cases.request_of(case), narrowing)


def route_all(asked: Sequence[Asked]) -> list[Routed]:
    """Route each by the policy in force; returns the routes in their order."""
    with cache_versions.read_together():
        listed_in = word_lists.matcher()
        version, policy = store.in_force()
        taxonomy = labels.in_force()
        drafted = shadow.in_shadow()
    records = subjects.records_of(one.subject for one in asked)
    routed = []
    for one in asked:
        listed = listed_in(one.result.evidence.text.text)
        subject = records.get(one.subject, Subject())
        facts = Facts(one.result, one.request, one.app_id, subject, listed, one.narrowing)
        top_label = "/".join(filter(None, taxonomy.key(one.result.path)))
        worst = worst_label(one.result, taxonomy)
        severity = worst[1] if worst else ""
        found = route(facts, policy=policy, taxonomy=taxonomy)
        verdict = _verdict(found, one.result, taxonomy)
        queue = _would_wait_in(found, facts, policy, taxonomy)
        shadowed = shadow.compare(found, facts, drafted, taxonomy)
        routed.append(Routed(found, top_label, severity, listed, version, facts, verdict, queue, shadowed))
    return routed


def _would_wait_in(found: Route, facts: Facts, policy: Policy, taxonomy: Taxonomy) -> str:
    is_decided = found.outcome == Outcome.DECIDED
    return queue_if_reviewed(facts, policy=policy, taxonomy=taxonomy) if is_decided else ""


def _verdict(found: Route, result: Result, taxonomy: Taxonomy) -> FinalVerdict | None:
    """A rejection is named by the label that decided."""
    if found.level is None or found.evaluation is None:
        return None
    if found.level is RiskLevel.PASS:
        return FinalVerdict(RiskLevel.PASS, LabelPath(NORMAL), "Normal")
    named = deciding_label(result, found.evaluation, taxonomy) or result
    return FinalVerdict(found.level, named.path, named.risk_description or str(named.path).replace("/", ": "))
