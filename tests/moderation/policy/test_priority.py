"""How many minutes each fact moves a task up. Pure: no database."""

from __future__ import annotations

from typing import Any

import pytest

from moderation.contract import parse_submission
from moderation.messages import LedgerCode, Message, english
from moderation.policy import BUILT_IN, BUILT_IN_TAXONOMY, Facts, Subject, read
from moderation.policy.policy import Boosts
from moderation.policy.priority import Term, terms
from tests.factories import bodies


def moved(subject: Subject | None = None, boosts: Boosts = BUILT_IN.boosts, **changes: Any) -> dict[str, Term]:
    data = changes.pop("data", None)
    submission = parse_submission(bodies.envelope(data=data, **changes))
    facts = Facts(submission.result, submission.request, subject=subject or Subject())
    found = terms(facts, boosts=boosts, taxonomy=BUILT_IN_TAXONOMY)
    return {term.term: term for term in found}


def label(name: str, probability: float | None = None, level: str = "REVIEW") -> dict[str, Any]:
    return {"riskLevel": level, "riskLabel1": name} | ({} if probability is None else {"probability": probability})


@pytest.mark.parametrize(
    ("name", "minutes"),
    [("porn", 30), ("Minor", 30), ("politics", 15), ("ad", 5), ("sexy", 5), ("qr", None), ("unheard_of", None)],
)
def test_severity(name: str, minutes: float | None) -> None:
    found = moved(riskLabel1=name, allLabels=[]).get("severity")
    assert (found.minutes if found else None) == minutes


def test_the_worst_label_counts_and_not_one_that_was_passed() -> None:
    worst = moved(riskLabel1="ad", allLabels=[label("porn")])["severity"]
    assert worst.why == Message(LedgerCode.PRIORITY_CRITICAL, label="porn")
    assert moved(riskLabel1="ad", allLabels=[label("porn", level="PASS")])["severity"].minutes == 5


@pytest.mark.parametrize(
    ("probability", "minutes"),
    [(1.0, 10), (1, 10), (0.91, 8.2), (0.75, 5), (0.5, None), (0.2, None), (None, None)],
)
def test_confidence(probability: float | None, minutes: float | None) -> None:
    found = moved(allLabels=[label("porn", probability)]).get("confidence")
    assert (found.minutes if found else None) == minutes


def test_the_confidence_of_a_passed_label_does_not_count() -> None:
    assert "confidence" not in moved(allLabels=[label("porn", 0.99, level="PASS")])


@pytest.mark.parametrize(("rejected", "minutes"), [(0, None), (3, 6), (10, 20), (1000, 20)])
def test_the_record_of_the_subject(rejected: int, minutes: float | None) -> None:
    found = moved(Subject(decided=1000, rejected=rejected)).get("record")
    assert (found.minutes if found else None) == minutes


@pytest.mark.parametrize(("level", "minutes"), [(0, None), (1, 2), (4, 8)])
def test_the_reach_of_the_user(level: int, minutes: float | None) -> None:
    found = moved(data={"level": level}).get("reach")
    assert (found.minutes if found else None) == minutes


def test_terms_are_shown_in_one_order_and_say_why() -> None:
    found = moved(Subject(rejected=3), data={"level": 2}, allLabels=[label("porn", 0.91)])
    assert list(found) == ["severity", "confidence", "record", "reach"]
    told = [english(term.why) for term in found.values()]
    assert told[1:] == [
        "score 910",
        "3 rejected before",
        "user level 2",
    ]


def test_a_bare_result_without_a_request_has_no_reach() -> None:
    result = parse_submission(bodies.result()).result
    assert "reach" not in {
        term.term for term in terms(Facts(result), boosts=BUILT_IN.boosts, taxonomy=BUILT_IN_TAXONOMY)
    }


def test_weights_come_from_the_policy() -> None:
    boosts = read(1, {"boosts": {"severity": {"critical": 1.0}, "confidence": 0.0}}).boosts
    assert {name: term.minutes for name, term in moved(boosts=boosts).items()} == {"severity": 1.0}
