"""What policy makes of a result. Pure: no database."""

from __future__ import annotations

from typing import Any

import pytest

from moderation.contract import parse_submission
from moderation.contract.values import LabelPath
from moderation.policy import BUILT_IN, BUILT_IN_TAXONOMY, Facts, Outcome, Policy, Route, route
from moderation.policy.policy import read
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
    assert str(code) in found.why


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
    assert routed(RULES, riskLabel1="minor").why == "the machine's result is intermediate (finalResult 0); minors first"
    assert routed(riskLevel="REJECT", finalResult=1).why == "the machine's REJECT is final"


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
        (("abuse",), "en", "abuse"),
        (("",), "en", ""),
    ],
)
def test_a_label_is_named_by_its_deepest_level(path: tuple[str, ...], language: str, name: str) -> None:
    assert BUILT_IN_TAXONOMY.name(LabelPath(*path), language=language) == name


def test_a_name_nobody_knows_has_no_severity() -> None:
    assert BUILT_IN_TAXONOMY.severity(LabelPath("abuse")) is None
