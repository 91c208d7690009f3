"""What the thresholds of a policy's sections make of a result. Pure: no database."""

from __future__ import annotations

import json
from typing import Any

import pytest

from moderation.contract import parse_submission
from moderation.messages import english
from moderation.policy import BUILT_IN_TAXONOMY, Bound, Evaluation, Facts, evaluate, read
from tests.factories import bodies

LABELS = {"porn": {"review": 400, "reject": 850}}


def label(path: str, probability: float | None = None, level: str | None = "REVIEW") -> dict[str, Any]:
    levels = dict(zip(("riskLabel1", "riskLabel2", "riskLabel3"), path.split("/"), strict=False))
    sent = {"probability": probability, "riskLevel": level}
    return levels | {name: value for name, value in sent.items() if value is not None}


def sent(*labels: dict[str, Any], request: dict[str, Any] | None = None, **changes: Any) -> Facts:
    """A final result with these labels; its own label is the first of them."""
    names = ("riskLabel1", "riskLabel2", "riskLabel3")
    own = {name: (labels[0] if labels else {}).get(name, "") for name in names}
    body = bodies.envelope(allLabels=list(labels), **({"finalResult": 1} | own | changes))
    body["request"] |= request or {}
    submission = parse_submission(body)
    return Facts(submission.result, submission.request, app_id="web")


def evaluated(facts: Facts, *sections: dict[str, Any]) -> Evaluation | None:
    policy = read(4, {"sections": [{"name": f"section {n}"} | one for n, one in enumerate(sections)]})
    return evaluate(facts, policy, BUILT_IN_TAXONOMY)


def outcome(facts: Facts, *sections: dict[str, Any]) -> str:
    found = evaluated(facts, *sections)
    assert found
    return found.outcome


@pytest.mark.parametrize(
    ("probability", "told"),
    [
        (0, "PASS"),
        (0.3994, "PASS"),
        (0.3996, "REVIEW"),
        (0.4, "REVIEW"),
        (0.849, "REVIEW"),
        (0.85, "REJECT"),
        (1, "REJECT"),
    ],
)
def test_a_score_that_is_not_below_a_threshold_holds(probability: float, told: str) -> None:
    for level in ("PASS", "REVIEW", "REJECT", None):  # whatever the machine's level was
        assert outcome(sent(label("porn", probability, level), riskLevel="REJECT"), {"thresholds": LABELS}) == told


@pytest.mark.parametrize(
    ("threshold", "told"),
    [
        ({"review": 500}, "REVIEW"),
        ({"reject": 500}, "REJECT"),
        ({}, "PASS"),
        ({"review": 500, "reject": 500}, "REJECT"),
    ],
)
def test_a_missing_number_means_never(threshold: dict[str, int], told: str) -> None:
    assert outcome(sent(label("ad", 1)), {"thresholds": {"*": threshold}}) == told


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("porn/nudity/swimwear", "PASS"),
        ("Erotic/Nudity/SWIMWEAR", "PASS"),
        ("porn/nudity/other", "REJECT"),
        ("porn/nudity", "REJECT"),
        ("porn/other/other", "REVIEW"),
        ("porn", "REVIEW"),
        ("ad/nudity/swimwear", "PASS"),
    ],
)
def test_the_most_specific_level_of_a_label_has_the_say(path: str, told: str) -> None:
    thresholds = {"porn/nudity/swimwear": {}, "porn/nudity": {"reject": 1}, "porn": {"review": 1}, "*": {}}
    assert outcome(sent(label(path, 0.5)), {"thresholds": thresholds}) == told


def test_scope_comes_before_level() -> None:
    general = {"thresholds": {"porn/nudity/swimwear": {"reject": 1}}}
    assert outcome(sent(label("porn/nudity/swimwear", 0.5)), general) == "REJECT"
    assert outcome(sent(label("porn/nudity/swimwear", 0.5)), general, {"scope": {"app": "web"}}) == "REJECT"
    narrow = {"scope": {"app": "web"}, "thresholds": {"*": {}}}
    assert outcome(sent(label("porn/nudity/swimwear", 0.5)), general, narrow) == "PASS"


@pytest.mark.parametrize(
    ("scope", "fits"),
    [
        ({"app": "web"}, True),
        ({"app": "ios"}, False),
        ({"event": "profile"}, True),
        ({"event": "live"}, False),
        ({"type": "erotic"}, True),
        ({"type": "ERO"}, False),
        ({"lang": "en"}, True),
        ({"lang": "zh"}, False),
        ({"level": [1, 2]}, True),
        ({"level": [0]}, False),
        ({"app": "web", "event": "live"}, False),
    ],
)
def test_a_section_is_for_the_results_in_its_scope(scope: dict[str, Any], fits: bool) -> None:
    facts = sent(label("porn", 0.5), request={"data": {"lang": "en", "level": 2}})
    assert bool(evaluated(facts, {"scope": scope})) is fits


@pytest.mark.parametrize("scope", [{"event": "profile"}, {"type": "A"}, {"lang": "en"}, {"level": [0]}])
def test_without_a_request_only_the_app_is_known(scope: dict[str, Any]) -> None:
    facts = Facts(sent(label("porn", 0.5)).result, app_id="web")
    assert evaluated(facts, {"scope": scope}) is None
    assert evaluated(facts, {"scope": {"app": "web"}})


def test_the_strictest_label_decides_and_begins_the_chain() -> None:
    found = evaluated(
        sent(label("sexy", 0.999), label("porn", 0.86), label("ad/x", 0.2)), {"thresholds": LABELS, "otherwise": "PASS"}
    )
    assert found
    assert (found.outcome, found.section) == ("REJECT", "section 0")
    assert [(link.label, link.score, link.level, link.by) for link in found.chain] == [
        ("porn", 860, "REJECT", "threshold"),
        ("sexy", 999, "PASS", "otherwise"),
        ("ad/x", 200, "PASS", "otherwise"),
    ]
    assert found.chain[0].threshold == Bound("porn", "reject", 850)


@pytest.mark.parametrize(("level", "told"), [("PASS", "PASS"), ("REVIEW", "REVIEW"), ("REJECT", "REJECT")])
def test_a_label_without_a_probability_counts_as_the_machine_says(level: str, told: str) -> None:
    section = {"thresholds": {"*": {"review": 1}}, "otherwise": "PASS"}
    assert outcome(sent(label("porn", None, level)), section) == told


def test_one_without_a_level_either_counts_as_the_whole_result() -> None:
    assert outcome(sent(label("porn", None, None), riskLevel="REJECT"), {}) == "REJECT"


@pytest.mark.parametrize(
    ("otherwise", "level", "told"),
    [
        ("machine", "PASS", "PASS"),
        ("machine", "REVIEW", "REVIEW"),
        ("machine", "REJECT", "REJECT"),
        ("PASS", "REJECT", "PASS"),
        ("REVIEW", "PASS", "REVIEW"),
        ("REVIEW", "REJECT", "REVIEW"),
    ],
)
def test_otherwise_is_for_labels_without_a_threshold(otherwise: str, level: str, told: str) -> None:
    section = {"thresholds": LABELS, "otherwise": otherwise}
    assert outcome(sent(label("ad", 0.5, level), riskLevel=level), section) == told


def test_the_results_own_label_counts_only_when_no_label_is_it() -> None:
    section: dict[str, Any] = {"thresholds": {"*": {}}}
    assert (
        outcome(sent(label("porn/a", 0.5), riskLevel="REJECT", riskLabel1="EROTIC", riskLabel2="A"), section) == "PASS"
    )
    assert outcome(sent(label("porn/a", 0.5), riskLevel="REJECT", riskLabel1="ad", riskLabel2=""), section) == "REJECT"


@pytest.mark.parametrize("level", ["PASS", "REVIEW", "REJECT"])
def test_without_labels_it_is_the_machines_level(level: str) -> None:
    section = {"thresholds": {"*": {"reject": 0}}, "otherwise": "REVIEW"}
    assert outcome(sent(riskLevel=level, riskLabel1="porn"), section) == level


def test_an_intermediate_result_goes_to_a_person_unless_the_section_decides() -> None:
    facts = sent(label("porn", 0.99), finalResult=0)
    found = evaluated(facts, {"thresholds": LABELS})
    assert found
    assert (found.outcome, found.chain[0].by, found.chain[1].level) == ("REVIEW", "intermediate", "REJECT")
    assert outcome(facts, {"thresholds": LABELS, "intermediate": "decide"}) == "REJECT"


def test_a_rejection_can_be_left_to_a_person_to_confirm() -> None:
    section = {"thresholds": LABELS, "afterReject": "confirm"}
    found = evaluated(sent(label("porn", 0.9)), section)
    assert found
    assert (found.outcome, [link.by for link in found.chain]) == ("REVIEW", ["confirm", "threshold"])
    assert english(found.why()) == "porn scores 900 and is rejected from 850, section “section 0”; a person confirms it"
    assert outcome(sent(label("porn", 0.1)), section) == "PASS"


def test_the_flags_are_the_most_specific_sections() -> None:
    general = {"thresholds": LABELS}
    narrow = {"scope": {"app": "web"}, "afterReject": "confirm", "otherwise": "PASS"}
    assert outcome(sent(label("porn", 0.9)), general, narrow) == "REVIEW"
    assert outcome(sent(label("ad", 0.9, "REJECT")), general, narrow) == "PASS"


@pytest.mark.parametrize("changes", [{"code": 1911}, {"resultType": 1}])
def test_a_failure_and_a_persons_verdict_are_not_evaluated(changes: dict[str, Any]) -> None:
    assert evaluated(sent(label("porn", 1), **changes), {"thresholds": LABELS}) is None


def test_a_policy_without_sections_evaluates_nothing() -> None:
    assert evaluated(sent(label("porn", 1))) is None


def test_the_chain_is_stored_as_json() -> None:
    found = evaluated(sent(label("porn", 0.5), label("ad")), {"thresholds": LABELS})
    assert found
    stored = [link.as_json() for link in found.chain]
    assert json.loads(json.dumps(stored)) == stored
    assert stored == [
        {
            "label": "porn",
            "score": 500,
            "riskLevel": "REVIEW",
            "threshold": {"label": "porn", "which": "review", "number": 400},
            "section": "section 0",
            "by": "threshold",
        },
        {
            "label": "ad",
            "score": None,
            "riskLevel": "REVIEW",
            "threshold": None,
            "section": "section 0",
            "by": "machine",
        },
    ]


@pytest.mark.parametrize(
    ("facts", "section", "says"),
    [
        (sent(label("porn", 0.5)), LABELS, "porn scores 500 and is reviewed from 400, section “section 0”"),
        (sent(label("porn", 0.1)), LABELS, "porn scores 100, below 400, section “section 0”"),
        (sent(label("porn", 0.1)), {"*": {}}, "porn scores 100 and is always allowed, section “section 0”"),
        (sent(label("ad", None)), LABELS, "the machine's REVIEW for ad counts, section “section 0”"),
        (sent(riskLevel="REJECT"), LABELS, "the machine's REJECT counts, section “section 0”"),
        (sent(label("ad", 1), finalResult=0), LABELS, "the machine's result is intermediate (finalResult 0)"),
    ],
)
def test_it_says_why(facts: Facts, section: dict[str, Any], says: str) -> None:
    found = evaluated(facts, {"thresholds": section})
    assert found
    assert english(found.why()) == says


def test_it_says_that_a_label_has_no_threshold() -> None:
    found = evaluated(sent(label("ad", 1)), {"otherwise": "REVIEW"})
    assert found
    assert english(found.why()) == "ad has no threshold and counts as REVIEW, section “section 0”"
