"""Every check finds what it is for, in made-up receipts, and nothing in those of a good run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.faults import checks
from tests.faults.actors.results import QUEUED, RECORDED
from tests.faults.checks import answers, decisions, deliveries, feed, leases, results
from tests.faults.checks.evidence import Decision, Evidence

LEASED_SECONDS = 15


def good() -> Evidence:
    """One case that a person decided, reopened and decided anew; one that was only recorded."""
    evidence = Evidence(sorts={"a": QUEUED, "b": RECORDED})
    for request in ("a", "b"):
        evidence.acknowledged[request].append({"status": "accepted", "at": 1.0})
    evidence.cases = [case("a", "final"), case("b", "recorded")]
    evidence.decisions = {"d1": decision("d1", task=1, token="t1", at=3.0), "d2": decision("d2", 2, "t2", 13.0)}
    evidence.leases = [lease("alice", 1, "t1", 2.0), lease("carol", 2, "t2", 12.0)]
    evidence.reopened["1"] = 1
    evidence.events = [event(1, "d1"), event(2, "d2")]
    evidence.followed = [event(1, "d1"), event(2, "d2")]
    evidence.webhooks = [webhook("w1", 1, "d1"), webhook("w2", 2, "d2"), webhook("w3", 0, None, request="b")]
    evidence.deliveries = [delivery("w1", 1), delivery("w2", 2), delivery("w3", 0, request="b")]
    return evidence


def case(request: str, state: str) -> dict[str, Any]:
    return {"requestId": request, "caseId": "1" if request == "a" else "2", "state": state}


def decision(name: str, task: int, token: str, at: float) -> Decision:
    return Decision(name, "a", "1", task, token, "PASS", asked_at=at, accepted_at=at + 0.1)


def lease(who: str, task: int, token: str, at: float) -> dict[str, Any]:
    until = datetime.fromtimestamp(at + LEASED_SECONDS, UTC).isoformat()
    return {"who": who, "taskId": task, "token": token, "askedAt": at - 0.1, "at": at, "until": until}


def event(revision: int, decision_id: str | None, *, request: str = "a") -> dict[str, Any]:
    told = {"requestId": request, "caseId": "1", "revision": revision, "decisionId": decision_id}
    return told | {"riskLevel": "PASS"}


def webhook(name: str, revision: int, decision_id: str | None, *, request: str = "a") -> dict[str, Any]:
    told = {"id": name, "requestId": request, "revision": revision, "decisionId": decision_id, "type": "result.final"}
    return told | {"verified": True, "mode": "well", "riskLevel": "PASS", "sha256": name, "at": 20.0}


def delivery(name: str, revision: int, *, request: str = "a", state: str = "delivered") -> dict[str, Any]:
    return {"webhookId": name, "requestId": request, "revision": revision, "state": state, "attempts": 1}


def test_a_good_run_has_no_findings() -> None:
    assert checks.findings(good()) == []


Spoil = Callable[[Evidence], object]
SPOILT: list[tuple[str, Spoil]] = [
    (results.NOT_IN_API, lambda e: e.cases.pop(0)),
    (results.TWO_CASES, lambda e: e.cases.append(case("a", "final"))),
    (results.ANOTHER, lambda e: e.acknowledged["a"].append({"status": "revised", "at": 2.0})),
    (results.STILL_WAITS, lambda e: e.cases[0].update(state="queued")),
    (results.UNKNOWN, lambda e: e.cases.append(case("c", "final"))),
    (decisions.NOT_IN_FEED, lambda e: e.events.pop()),
    (decisions.NOT_DELIVERED, lambda e: e.webhooks.pop(1)),
    (decisions.NOT_DELIVERED, lambda e: e.webhooks[1].update(mode="500")),
    (decisions.DIFFERENT, lambda e: e.webhooks[0].update(riskLevel="REJECT")),
    (decisions.DIFFERENT, lambda e: e.events[0].update(riskLevel="REJECT")),
    (decisions.TWO, lambda e: e.reopened.clear()),
    (decisions.UNDONE_TOLD, lambda e: setattr(e.decisions["d1"], "undo", "undone")),
    (decisions.REFUSED_TOLD, lambda e: setattr(e.decisions["d1"], "is_refused", True)),
    (decisions.NOBODYS, lambda e: e.decisions.pop("d1")),
    (deliveries.NOT_RECEIVED, lambda e: e.webhooks.pop(2)),
    (deliveries.TWO_IDS, lambda e: e.webhooks.append(webhook("w4", 1, "d1"))),
    (deliveries.TWO_BODIES, lambda e: e.webhooks.append(webhook("w1", 1, "d1") | {"sha256": "other"})),
    (deliveries.OUT_OF_ORDER, lambda e: e.webhooks.reverse()),
    (deliveries.OUT_OF_ORDER, lambda e: e.webhooks[0].update(mode="500")),
    (deliveries.NOT_TRUE, lambda e: e.webhooks[2].update(mode="500")),
    (deliveries.NO_DELIVERY, lambda e: e.deliveries.pop(0)),
    (deliveries.STILL_PENDING, lambda e: e.deliveries[0].update(state="pending")),
    (deliveries.DEAD, lambda e: e.deliveries[0].update(state="dead")),
    (deliveries.CANCELLED, lambda e: e.deliveries[0].update(state="cancelled")),
    (deliveries.BAD_SIGNATURE, lambda e: e.webhooks.append({"id": "w5", "verified": False, "why": "", "mode": "well"})),
    (deliveries.NOBODYS, lambda e: e.webhooks.append(webhook("w6", 0, None, request="c"))),
    (leases.TWO_PEOPLE, lambda e: e.leases.insert(1, lease("bob", 1, "t9", 2.3))),
    (leases.LOST_LEASE, lambda e: e.leases.insert(1, lease("bob", 1, "t9", 2.8))),
    (feed.SKIPPED, lambda e: e.followed.pop(0)),
    (feed.TWICE, lambda e: e.followed.append(event(2, "d2"))),
    (feed.DISORDER, lambda e: e.events.reverse()),
    (feed.NO_EVENT, lambda e: e.events.pop()),
    (answers.UNEXPECTED, lambda e: e.answers.append({"status": 500, "body": "Server Error"})),
    (answers.WORDLESS, lambda e: e.answers.append({"status": 503, "body": "Service Unavailable"})),
    (answers.ACCOUNTING, lambda e: setattr(e, "unaccounted", 1.0)),
]


@pytest.mark.parametrize(("check", "spoil"), SPOILT, ids=[check for check, _ in SPOILT])
def test_a_check_finds_what_it_is_for(check: str, spoil: Spoil) -> None:
    evidence = good()
    spoil(evidence)
    assert check in {finding.check for finding in checks.findings(evidence)}


def test_every_check_has_a_test() -> None:
    assert {check for names in checks.NAMES.values() for check in names} == {check for check, _ in SPOILT}


def test_what_is_dead_and_told_is_not_called_lost() -> None:
    evidence = good()
    evidence.webhooks.pop(1)
    evidence.deliveries[1]["state"] = "dead"
    assert {finding.check for finding in checks.findings(evidence)} == {deliveries.DEAD}


def test_an_undo_of_which_nobody_knows_may_have_been_done_or_not() -> None:
    evidence = good()
    evidence.decisions["d0"] = Decision("d0", "a", "1", 1, "t0", "REJECT", asked_at=2.5, accepted_at=2.6, undo="unsure")
    assert checks.findings(evidence) == []


def test_a_lease_that_was_given_up_may_pass_to_another() -> None:
    evidence = good()
    evidence.leases.insert(0, lease("bob", 1, "t9", 1.0))
    evidence.deferred.append({"token": "t9", "at": 1.5})
    assert checks.findings(evidence) == []
