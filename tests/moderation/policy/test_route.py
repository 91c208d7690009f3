"""What policy makes of a result. Pure: no database."""

from __future__ import annotations

import json
from typing import Any

import pytest

from moderation.contract import parse_submission
from moderation.contract.values import LabelPath
from moderation.messages import LedgerCode, Message, english
from moderation.policy import BUILT_IN, BUILT_IN_TAXONOMY, Facts, Outcome, Policy, Route, RuleRef, Subject, read, route
from moderation.policy.priority import Term
from tests.factories import bodies

RULES = read(
    3,
    {
        "rules": [
            {"name": "minors first", "riskLabel1": ["minor"], "queue": "minors"},
            {"riskLabel1": ["porn", "sexy"], "queue": "nudity"},
            {"queue": "rest"},
        ]
    },
)


def routed(policy: Policy = BUILT_IN, **changes: Any) -> Route:
    submission = parse_submission(bodies.envelope(**changes))
    facts = Facts(submission.result, submission.request)
    return route(facts, policy=policy, taxonomy=BUILT_IN_TAXONOMY)


@pytest.mark.parametrize("level", ["PASS", "REVIEW", "REJECT"])
def test_an_intermediate_result_waits_for_a_person_whatever_its_level(level: str) -> None:
    assert routed(riskLevel=level, finalResult=0).outcome == Outcome.QUEUED


@pytest.mark.parametrize(
    ("level", "outcome"),
    [("PASS", Outcome.RECORDED), ("REJECT", Outcome.RECORDED), ("REVIEW", Outcome.QUEUED)],
)
def test_a_final_result_is_recorded_unless_the_machine_asks_for_a_review(level: str, outcome: Outcome) -> None:
    assert routed(riskLevel=level, finalResult=1).outcome == outcome


def test_a_result_that_does_not_say_whether_it_is_final_is_final() -> None:
    body = bodies.result(riskLevel="PASS")
    del body["finalResult"]
    result = parse_submission(body).result
    assert route(Facts(result), policy=BUILT_IN, taxonomy=BUILT_IN_TAXONOMY).outcome == Outcome.RECORDED


@pytest.mark.parametrize("code", [1901, 1902, 1903, 1911, 9101, 0])
def test_a_code_other_than_1100_is_a_failure_even_when_it_says_pass(code: int) -> None:
    found = routed(code=code, riskLevel="PASS", finalResult=1)
    assert (found.outcome, found.terms) == (Outcome.FAILED, ())
    assert found.why == Message(LedgerCode.ROUTE_FAILED, number=code)


@pytest.mark.parametrize(
    ("labels", "queue"),
    [
        (["porn"], "nudity"),
        (["Erotic"], "nudity"),
        (["SEXY"], "nudity"),
        (["politics"], "rest"),
        (["porn", "minor_detect"], "minors"),
        (["unheard_of"], "rest"),
    ],
)
def test_the_first_rule_that_fits_any_risky_label_names_the_queue(labels: list[str], queue: str) -> None:
    found = [{"riskLevel": "REVIEW", "riskLabel1": label} for label in labels]
    assert routed(RULES, riskLabel1=labels[0], allLabels=found).queue == queue


def test_a_label_that_the_machine_passed_draws_no_rule() -> None:
    passed = [{"riskLevel": "PASS", "riskLabel1": "minor"}]
    assert routed(RULES, riskLabel1="porn", allLabels=passed).queue == "nudity"


def test_without_rules_it_is_the_default_queue() -> None:
    assert routed().queue == ""


def test_the_route_says_why() -> None:
    why = "the machine's result is intermediate (finalResult 0); rule 1 “minors first” of policy 3"
    assert english(routed(RULES, riskLabel1="minor").why) == why
    assert english(routed(riskLevel="REJECT", finalResult=1).why) == "the machine's REJECT is final"


def test_the_same_arguments_give_the_same_route() -> None:
    assert routed(RULES, requestId="r") == routed(RULES, requestId="r")


@pytest.mark.parametrize(
    ("name", "known_as"),
    [
        ("porn", "porn"),
        ("PORN", "porn"),
        ("Erotic", "porn"),
        ("prohibit", "ban"),
        ("QR_Code", "qr"),
        ("Abuse", "abuse"),
    ],
)
def test_a_level_one_name_is_known_by_its_aliases_in_any_case(name: str, known_as: str) -> None:
    assert BUILT_IN_TAXONOMY.canonical(name) == known_as


@pytest.mark.parametrize(
    ("path", "language", "name"),
    [
        (("porn",), "en", "Sexually Explicit Content"),
        (("porn",), "zh-hans", "色情"),
        (("porn", "female_nudity"), "en", "Female nudity"),
        (("porn", "a", "full-body"), "zh-hans", "Full body"),
        (("abuse",), "en", "Abuse"),
        (("",), "en", ""),
    ],
)
def test_a_label_is_named_by_its_deepest_level(path: tuple[str, ...], language: str, name: str) -> None:
    assert BUILT_IN_TAXONOMY.name(LabelPath(*path), language=language) == name


def test_a_name_nobody_knows_has_no_severity() -> None:
    assert BUILT_IN_TAXONOMY.severity(LabelPath("abuse")) is None


def by_rule(*rules: dict[str, Any], data: dict[str, Any] | None = None, **changes: Any) -> Route:
    return routed(read(7, {"rules": list(rules)}), data=data, **changes)


FINAL: dict[str, Any] = {"riskLevel": "REJECT", "finalResult": 1}


@pytest.mark.parametrize("when", [{}, {"riskLevel": ["REJECT"]}, {"label": ["porn"]}, {"resultType": [0]}])
def test_a_rule_that_does_not_name_the_final_result_never_catches_one(when: dict[str, Any]) -> None:
    assert by_rule({"when": when, "queue": "q"}, **FINAL).outcome == Outcome.RECORDED
    assert by_rule({"when": when, "queue": "q"}, riskLevel="REJECT", finalResult=0).queue == "q"


@pytest.mark.parametrize(
    ("final_results", "changes", "queue"),
    [
        ([1], FINAL, "q"),
        ([0, 1], FINAL, "q"),
        ([1], {"riskLevel": "PASS", "finalResult": 1}, "q"),
        ([1], {"riskLevel": "REVIEW", "finalResult": 1}, "q"),
        ([1], {"finalResult": 0}, ""),
        ([0], {"finalResult": 0}, "q"),
    ],
)
def test_one_that_names_it_does(final_results: list[int], changes: dict[str, Any], queue: str) -> None:
    found = by_rule({"name": "all", "when": {"finalResult": final_results}, "queue": "q"}, **changes)
    assert (found.outcome, found.queue) == (Outcome.QUEUED, queue)


def test_a_final_result_that_a_rule_queues_says_so() -> None:
    found = by_rule({"name": "second look", "when": {"finalResult": [1]}, "boost": 5}, **FINAL)
    assert (found.outcome, found.queue) == (Outcome.QUEUED, "")
    told = "the machine's REJECT is final, and a person looks at it: rule 1 “second look” of policy 7"
    assert english(found.why) == told


def test_one_that_is_no_success_is_asked_of_no_rule() -> None:
    assert by_rule({"when": {"finalResult": [0, 1]}, "queue": "q"}, code=1911).outcome == Outcome.FAILED


def test_a_rule_can_keep_what_the_machine_asks_a_review_of() -> None:
    found = by_rule({"name": "codes", "when": {"label": ["qr"]}, "record": True}, riskLabel1="qr", allLabels=[])
    assert (found.outcome, found.queue, found.terms) == (Outcome.RECORDED, "", ())
    told = "rule 1 “codes” of policy 7"
    assert (
        english(found.why) == f"the machine's result is intermediate (finalResult 0), and kept without review: {told}"
    )


@pytest.mark.parametrize("final", [0, 1])
def test_a_persons_verdict_is_queued_by_no_rule(final: int) -> None:
    every: dict[str, Any] = {"when": {"finalResult": [0, 1]}, "queue": "q"}
    rules = [every, {"boost": 9}, {"record": True}]
    found = by_rule(*rules, riskLevel="REJECT", resultType=1, finalResult=final)
    assert (found.outcome, found.rule, found.queue) == (Outcome.RECORDED if final else Outcome.QUEUED, None, "")


def test_but_one_that_names_it_may_record_it() -> None:
    found = by_rule({"when": {"resultType": [1]}, "record": True}, resultType=1, finalResult=0)
    assert (found.outcome, found.rule) == (Outcome.RECORDED, RuleRef(1))


def test_a_boost_alone_leaves_the_case_in_the_default_queue() -> None:
    found = by_rule({"name": "patience", "boost": -20}, {"queue": "never"})
    assert (found.queue, found.terms[0]) == ("", Term("rule", -20.0, Message(LedgerCode.TEXT, text="patience")))
    assert [term.term for term in found.terms] == ["rule", "severity", "confidence"]


def test_a_boost_of_a_rule_without_a_name_says_which_rule() -> None:
    assert by_rule({"queue": "q", "boost": 1}).terms[0].why == Message(LedgerCode.PRIORITY_RULE, number=1)


def test_the_rule_is_told_by_place_and_name_with_its_policy() -> None:
    found = by_rule({"name": "a", "when": {"app": ["x"]}, "queue": "a"}, {"name": "b", "queue": "b"})
    assert (found.rule, found.policy) == (RuleRef(2, "b"), 7)
    assert routed().rule is None


def test_a_route_is_stored_with_all_that_a_replay_asks_for() -> None:
    facts = Facts(parse_submission(bodies.result()).result, subject=Subject(decided=5, rejected=2))
    stored = route(facts, policy=RULES, taxonomy=BUILT_IN_TAXONOMY).as_json()
    assert json.loads(json.dumps(stored)) == stored
    assert {name: stored[name] for name in ("outcome", "queue", "policy", "rule", "subject")} == {
        "outcome": "queued",
        "queue": "nudity",
        "policy": 3,
        "rule": {"position": 2, "name": ""},
        "subject": {"decided": 5, "rejected": 2},
    }
    worst = {"code": "priority.critical", "label": "porn/nudity/swimwear"}
    assert stored["terms"][0] == {"term": "severity", "minutes": 30.0, "why": worst}
