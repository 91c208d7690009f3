"""Rules that an earlier rule leaves nothing to take. Pure: no database."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.policy import BUILT_IN_TAXONOMY, reach, read
from moderation.policy.condition_bodies import CONDITIONS, read_patterns
from moderation.policy.conditions import _OF_LABELS, Asked
from moderation.policy.reach import never_reached
from moderation.policy.route import _is_for
from tests.moderation.policy.test_conditions import facts

EVERYTHING: dict[str, Any] = {}


def reached(*whens: dict[str, Any], record: bool = False) -> dict[int, int]:
    does = {"record": True} if record else {"queue": "q"}
    rules = [{**does, **({"when": when} if when else {})} for when in whens]
    return dict(never_reached(read(1, {"rules": rules}), BUILT_IN_TAXONOMY))


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (EVERYTHING, EVERYTHING),
        (EVERYTHING, {"label": ["porn"]}),
        ({"label": ["porn"]}, {"label": ["porn/female_nudity"]}),
        ({"label": ["Erotic"]}, {"label": ["porn/*"]}),  # an alias
        ({"label": ["*/female_nudity"]}, {"label": ["porn/female_nudity/x"]}),
        ({"label": ["porn", "ad"]}, {"label": ["ad", "porn/acts"], "faces": {"atLeast": 1}}),
        ({"app": ["web", "ios"]}, {"app": ["web"]}),
        ({"faces": {"atLeast": 1}}, {"faces": {"atLeast": 2, "atMost": 3}}),
        ({"probability": {"atLeast": 0.5}}, {"probability": {"atLeast": 0.6}}),
        ({"label": ["porn"], "probability": {"atLeast": 0.5}}, {"label": ["porn/x"], "probability": {"atLeast": 0.5}}),
        ({"words": ["spam"]}, {"words": ["SPAM"], "lang": ["en"]}),
        ({"subjectRisk": ["*/b_risk"]}, {"subjectRisk": ["a/b_risk"]}),
        ({"businessLabel": ["face"]}, {"businessLabel": ["face/smile"]}),
        ({"finalResult": [0, 1]}, {"finalResult": [1], "label": ["ad"]}),
        ({"label": ["ad"]}, {"finalResult": [0], "label": ["ad"]}),
    ],
)
def test_a_rule_that_an_earlier_one_covers_is_never_reached(earlier: dict[str, Any], later: dict[str, Any]) -> None:
    assert reached(earlier, later) == {1: 0}


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ({"label": ["porn"]}, EVERYTHING),
        ({"label": ["porn/x"]}, {"label": ["porn"]}),
        ({"label": ["porn"]}, {"label": ["porn", "ad"]}),
        ({"label": ["porn/x"]}, {"label": ["*/x"]}),
        ({"app": ["web"]}, {"event": ["web"]}),
        ({"app": ["web"], "lang": ["en"]}, {"app": ["web"]}),
        ({"faces": {"atLeast": 2}}, {"faces": {"atLeast": 1}}),
        ({"faces": {"atMost": 3}}, {"faces": {"atLeast": 1}}),
        ({"label": ["porn"], "probability": {"atMost": 0.5}}, {"label": ["porn/x"], "probability": {"atMost": 0.5}}),
        ({"label": ["ad"], "confidenceLevel": {"atMost": 1}}, {"label": ["ad/x"], "confidenceLevel": {"atMost": 1}}),
        (EVERYTHING, {"finalResult": [1]}),  # what needs no person is asked for by name
        (EVERYTHING, {"finalResult": [0, 1]}),
        ({"finalResult": [0]}, {"label": ["ad"]}),
    ],
)
def test_a_rule_that_may_take_something_is_reached(earlier: dict[str, Any], later: dict[str, Any]) -> None:
    assert reached(earlier, later) == {}


def test_a_rule_for_peoples_verdicts_is_not_taken_by_one_that_is_not() -> None:
    assert reached(EVERYTHING, {"resultType": [1]}, record=True) == {}
    assert reached({"resultType": [0, 1]}, {"resultType": [1]}, record=True) == {1: 0}


def test_each_is_told_with_the_first_that_takes_its_results() -> None:
    assert reached({"label": ["ad"]}, {"label": ["porn"]}, {"label": ["ad/x"]}, EVERYTHING, EVERYTHING) == {2: 0, 4: 3}


WHENS = st.fixed_dictionaries(
    {},
    optional={
        "label": st.lists(st.sampled_from(["porn", "erotic/acts", "*/acts", "sexy", "ad", "minor"]), min_size=1),
        "probability": st.sampled_from([{"atLeast": 0.3}, {"atLeast": 0.8}, {"atMost": 0.5}]),
        "riskLevel": st.lists(st.sampled_from(["REVIEW", "REJECT"]), min_size=1),
        "finalResult": st.lists(st.sampled_from([0, 1]), min_size=1),
        "faces": st.sampled_from([{"atLeast": 1}, {"atLeast": 3, "atMost": 20}, {"atMost": 14}]),
        "lang": st.lists(st.sampled_from(["en", "ar"]), min_size=1),
        "words": st.lists(st.sampled_from(["Contacts", "house rules", "none"]), min_size=1),
    },
)


@settings(max_examples=300)
@given(WHENS, WHENS, st.sampled_from([0, 1]), st.sampled_from(["REVIEW", "REJECT"]))
def test_what_is_said_to_be_never_reached_takes_nothing(
    one: dict[str, Any], other: dict[str, Any], final: int, level: str
) -> None:
    policy = read(1, {"rules": [{"queue": "q", "when": when} if when else {"queue": "q"} for when in (one, other)]})
    if never_reached(policy, BUILT_IN_TAXONOMY):
        about = facts(finalResult=final, riskLevel=level)
        waits = final == 0 or level == "REVIEW"
        first, second = (
            _is_for(rule, about.result, waits=waits) and Asked(about, BUILT_IN_TAXONOMY).holds(rule.when)
            for rule in policy.rules
        )
        assert first or not second


def test_every_condition_over_patterns_and_labels_is_compared_as_such() -> None:
    patterns = {key for key, reads in CONDITIONS.items() if getattr(reads, "func", None) is read_patterns}
    assert set(reach.PATTERNS) == patterns
    assert set(reach.OF_LABELS) == set(_OF_LABELS)


KEEP: dict[str, Any] = {"record": True}
SEND: dict[str, Any] = {"queue": "q"}
INTERMEDIATE: dict[str, Any] = {"when": {"finalResult": [0]}}


@pytest.mark.parametrize(
    ("earlier", "later", "decides", "without"),
    [
        (KEEP, SEND, {}, {1: 0}),  # critical labels are left to the second
        (KEEP, KEEP, {1: 0}, {1: 0}),
        (SEND, KEEP, {1: 0}, {1: 0}),
        (SEND, SEND | INTERMEDIATE, {}, {1: 0}),  # a section may decide what is intermediate
        (SEND | INTERMEDIATE, SEND | INTERMEDIATE, {1: 0}, {1: 0}),
    ],
)
def test_where_sections_judge_a_rule_takes_less(
    earlier: dict[str, Any], later: dict[str, Any], decides: dict[int, int], without: dict[int, int]
) -> None:
    body = {"rules": [earlier, later]}
    assert never_reached(read(1, body), BUILT_IN_TAXONOMY) == without
    assert never_reached(read(1, body | {"sections": [{"name": "all"}]}), BUILT_IN_TAXONOMY) == decides
