"""What rules make of a result that a section of the policy evaluates. Pure: no database."""

from __future__ import annotations

import json
from typing import Any

import pytest

from moderation.contract import parse_submission
from moderation.messages import english
from moderation.policy import (
    BUILT_IN_TAXONOMY,
    Facts,
    Outcome,
    Route,
    RuleRef,
    as_if_reviewed,
    queue_if_reviewed,
    read,
    route,
)
from tests.factories import bodies
from tests.moderation.policy.test_route import routed

PORN: dict[str, Any] = {"name": "all", "thresholds": {"porn": {"review": 400, "reject": 850}}, "intermediate": "decide"}
CODES: dict[str, Any] = {"name": "all", "thresholds": {"qr": {"review": 400, "reject": 850}}, "intermediate": "decide"}


def by_section(section: dict[str, Any], *rules: dict[str, Any], label: str = "porn", score: float, **own: Any) -> Route:
    """The route of a result with one label of this score, of which the machine itself was unsure."""
    labels = [{"riskLevel": "REVIEW", "riskLabel1": label, "probability": score}]
    told = {"riskLabel1": label, "riskLabel2": "", "riskLabel3": "", "allLabels": labels}
    return routed(read(7, {"rules": list(rules), "sections": [section]}), **(told | own))


@pytest.mark.parametrize(("score", "level"), [(0.1, "PASS"), (0.9, "REJECT")])
@pytest.mark.parametrize("final", [0, 1])
def test_a_section_decides_alone(score: float, level: str, final: int) -> None:
    found = by_section(PORN, score=score, finalResult=final)
    assert (found.outcome, found.level, found.queue, found.terms) == (Outcome.DECIDED, level, "", ())
    assert found.rule is None


def test_a_decided_route_says_why() -> None:
    told = "policy 7 decides REJECT: porn scores 900 and is rejected from 850, section “all”"
    assert english(by_section(PORN, score=0.9).why) == told


def test_what_a_section_reviews_is_queued_even_when_the_machine_is_sure() -> None:
    found = by_section(PORN, {"queue": "nudity"}, score=0.5, riskLevel="PASS", finalResult=1)
    assert (found.outcome, found.queue, found.level) == (Outcome.QUEUED, "nudity", None)
    told = "porn scores 500 and is reviewed from 400, section “all”; rule 1 of policy 7"
    assert english(found.why) == told
    assert [term.term for term in found.terms] == ["severity", "confidence"][: len(found.terms)]


def test_a_rule_that_does_not_name_the_final_result_leaves_a_decision_alone() -> None:
    assert by_section(PORN, {"queue": "q"}, {"record": True}, score=0.9).outcome == Outcome.DECIDED


@pytest.mark.parametrize("score", [0.1, 0.9])
def test_one_that_names_it_may_send_a_decision_to_a_queue(score: float) -> None:
    found = by_section(PORN, {"when": {"finalResult": [0, 1]}, "queue": "q", "boost": 5}, score=score)
    assert (found.outcome, found.queue, found.level, found.terms[0].minutes) == (Outcome.QUEUED, "q", None, 5)
    assert english(found.why).startswith("policy 7 decides")


KEEPS: dict[str, Any] = {"when": {"finalResult": [0, 1]}, "record": True}


@pytest.mark.parametrize(("score", "outcome"), [(0.1, "recorded"), (0.5, "queued"), (0.9, "decided")])
def test_no_rule_keeps_a_critical_label_that_a_section_does_not_pass(score: float, outcome: str) -> None:
    found = by_section(PORN, KEEPS, score=score)
    assert (found.outcome, found.rule) == (outcome, RuleRef(1) if outcome == "recorded" else None)
    assert by_section(PORN, KEEPS, {"when": {"finalResult": [0]}, "queue": "next"}, score=0.5).queue == "next"


@pytest.mark.parametrize("score", [0.1, 0.5, 0.9])
def test_others_are_kept(score: float) -> None:
    assert by_section(CODES, KEEPS, label="qr", score=score).outcome == Outcome.RECORDED


@pytest.mark.parametrize("changes", [{"code": 1911}, {"resultType": 1, "finalResult": 1}, {"resultType": 1}])
def test_a_failure_and_a_persons_verdict_are_routed_as_without_sections(changes: dict[str, Any]) -> None:
    found = by_section(PORN, score=0.9, **changes)
    bare = routed(read(7, {}), riskLabel1="porn", riskLabel2="", riskLabel3="", **changes)
    assert (found.outcome, found.why, found.evaluation) == (bare.outcome, bare.why, None)


@pytest.mark.parametrize("final", [0, 1])
@pytest.mark.parametrize("level", ["PASS", "REVIEW", "REJECT"])
def test_what_no_section_fits_is_routed_as_without_sections(level: str, final: int) -> None:
    section = PORN | {"scope": {"app": "nobody"}}
    body = bodies.result(riskLevel=level, finalResult=final)
    policies = (read(7, {"sections": [section]}), read(7, {}))
    found, bare = (
        route(Facts(parse_submission(body).result, app_id="web"), policy=each, taxonomy=BUILT_IN_TAXONOMY)
        for each in policies
    )
    assert found == bare
    assert set(found.as_json()) == {"outcome", "why", "queue", "terms", "rule", "policy", "subject"}


def test_a_route_by_section_is_stored_with_its_chain() -> None:
    stored = by_section(PORN, score=0.9).as_json()
    assert json.loads(json.dumps(stored)) == stored
    assert (stored["outcome"], stored["riskLevel"], stored["section"]) == ("decided", "REJECT", "all")
    assert [link["label"] for link in stored["chain"]] == ["porn"]
    waits = by_section(PORN, score=0.5).as_json()
    assert ("riskLevel" in waits, waits["section"], len(waits["chain"])) == (False, "all", 1)


def test_of_a_long_chain_the_strictest_links_are_stored() -> None:
    labels = [{"riskLabel1": "porn", "riskLabel2": str(n), "probability": n / 100} for n in range(100)]
    found = by_section(PORN, score=0, allLabels=labels)
    chain = found.as_json()["chain"]
    assert (len(found.chain), len(chain), chain[0]["score"], chain[-1]["score"]) == (101, 20, 990, 800)


def test_where_it_would_wait_is_where_the_rules_would_queue_it() -> None:
    submission = parse_submission(bodies.envelope(resultType=1, finalResult=1))
    rules = [{"record": True}, {"name": "porn", "when": {"label": ["porn"]}, "queue": "nudity", "boost": 7}]
    policy = read(7, {"rules": rules, "sections": [PORN]})
    facts = Facts(submission.result, submission.request)
    found = as_if_reviewed(facts, policy=policy, taxonomy=BUILT_IN_TAXONOMY)
    assert (found.outcome, found.queue, found.terms[0].minutes) == (Outcome.QUEUED, "nudity", 7)
    assert queue_if_reviewed(facts, policy=policy, taxonomy=BUILT_IN_TAXONOMY) == "nudity"


@pytest.mark.parametrize(
    "rules",
    [
        [],
        [{"record": True}],
        [{"when": {"label": ["ad"]}, "queue": "ads"}],
        [{"when": {"finalResult": [1]}, "queue": "late"}, {"queue": "rest"}],
        [{"when": {"resultType": [0]}, "queue": "machines"}, {"boost": 5}],
    ],
)
def test_the_queue_alone_is_the_same(rules: list[dict[str, Any]]) -> None:
    submission = parse_submission(bodies.envelope(resultType=1, finalResult=1))
    policy = read(7, {"rules": rules, "sections": [PORN]})
    how: dict[str, Any] = {"policy": policy, "taxonomy": BUILT_IN_TAXONOMY}
    facts = Facts(submission.result, submission.request)
    assert queue_if_reviewed(facts, **how) == as_if_reviewed(facts, **how).queue
