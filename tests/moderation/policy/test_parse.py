"""Reading a policy's body: every mistake with its place, the older form too. Pure: no database."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.policy import Mistake, Policy, PolicyRefused, read, write
from moderation.policy.condition_bodies import CONDITIONS
from moderation.policy.conditions import Condition, Range
from moderation.policy.policy import Boosts, Rule

BODY: dict[str, Any] = {
    "rules": [
        {
            "name": "minors first",
            "when": {
                "label": ["Minor/*", "*/child"],
                "probability": {"atLeast": 0.8},
                "type": ["erotic"],
            },
            "queue": "minors",
            "boost": 30,
        },
        {"name": "codes", "when": {"finalResult": [1], "words": ["Contacts"]}, "boost": -5.5},
        {"when": {"resultType": [1]}, "record": True},
        {"queue": "rest"},
    ],
    "boosts": {"severity": {"critical": 40}, "reach": 1},
}


def mistakes(body: Any) -> dict[str, str]:
    with pytest.raises(PolicyRefused) as refused:
        read(1, body)
    return {one.pointer: one.detail for one in refused.value.mistakes}


def a_rule(**changes: Any) -> dict[str, Any]:
    return {"rules": [{"name": "one", "queue": "q"} | changes]}


def test_a_body_is_read() -> None:
    policy = read(7, BODY)
    assert policy.number == 7
    first, second, third, fourth = policy.rules
    assert (first.name, first.queue, first.boost, first.record) == ("minors first", "minors", 30.0, False)
    assert first.when == (
        Condition("label", ("minor", "*/child")),
        Condition("probability", Range(0.8)),
        Condition("type", ("EROTIC",)),
    )
    assert (second.queue, second.boost) == ("", -5.5)
    assert second.when[1] == Condition("words", ("contacts",))
    assert (third.record, third.texts("resultType")) == (True, ("1",))
    assert fourth == Rule("rest")
    assert (policy.boosts.severity, policy.boosts.reach, policy.boosts.confidence) == ({"critical": 40.0}, 1.0, 10.0)


def test_what_was_read_is_written_and_reads_the_same() -> None:
    policy = read(7, BODY)
    assert read(7, json.loads(json.dumps(write(policy)))) == policy


@pytest.mark.parametrize("does", [{"boost": 0}, {"queue": "q", "boost": -5}, {"queue": "q"}, {"record": True}])
def test_so_is_every_action(does: dict[str, Any]) -> None:
    policy = read(7, {"rules": [does]})
    assert read(7, write(policy)) == policy


def test_what_is_named_twice_is_read_once() -> None:
    (rule,) = read(7, {"rules": [{"queue": "q", "when": {"app": ["web", "ios", "web"]}}]}).rules
    assert rule.texts("app") == ("web", "ios")


@pytest.mark.parametrize("body", [{}, {"rules": []}, {"rules": [], "boosts": {}}])
def test_an_empty_body_has_no_rules_and_the_built_in_boosts(body: Any) -> None:
    assert read(3, body) == Policy(3, (), Boosts())


def test_the_older_form_is_read() -> None:
    older = {
        "rules": [
            {"name": "people", "riskLabel1": ["minor", "porn"], "queue": "people"},
            {"name": "all", "riskLabel1": [], "queue": "q"},
            {"queue": "rest"},
        ],
        "boosts": {"confidence": 0.0},
    }
    policy = read(1, older)
    assert policy.rules[0] == Rule("people", (Condition("label", ("minor", "porn")),), "people")
    assert [rule.when for rule in policy.rules[1:]] == [(), ()]
    assert policy.boosts.confidence == 0.0


@pytest.mark.parametrize(
    ("changes", "pointer", "says"),
    [
        ({"when": {"colour": ["red"]}}, "/when/colour", "not known here"),
        ({"when": []}, "/when", "give an object"),
        ({"then": "q"}, "/then", "not known here"),
        ({"when": {"probability": {"atLeast": 1.1}}}, "/when/probability/atLeast", "from 0 to 1"),
        ({"when": {"probability": {"atLeast": "0.5"}}}, "/when/probability/atLeast", "Give a number"),
        ({"when": {"probability": {"atLeast": True}}}, "/when/probability/atLeast", "Give a number"),
        ({"when": {"probability": {"from": 1}}}, "/when/probability/from", "atLeast, atMost"),
        ({"when": {"probability": {}}}, "/when/probability", "atLeast, atMost or both"),
        ({"when": {"probability": 0.5}}, "/when/probability", "give an object"),
        ({"when": {"faces": {"atLeast": 1.5}}}, "/when/faces/atLeast", "whole number"),
        ({"when": {"faces": {"atLeast": -1}}}, "/when/faces/atLeast", "whole number"),
        ({"when": {"faces": {"atLeast": 10**400}}}, "/when/faces/atLeast", "whole number"),
        ({"when": {"faces": {"atLeast": float("nan")}}}, "/when/faces/atLeast", "whole number"),
        (
            {"when": {"faces": {"atLeast": 3, "atMost": 2}}},
            "/when/faces",
            "empty: at least 3 but at most 2",
        ),
        ({"when": {"level": {"atLeast": 5}}}, "/when/level/atLeast", "from 0 to 4"),
        ({"when": {"riskLevel": ["BAD"]}}, "/when/riskLevel/0", "PASS, REVIEW, REJECT"),
        ({"when": {"riskLevel": []}}, "/when/riskLevel", "leave the condition out"),
        ({"when": {"riskLevel": "REVIEW"}}, "/when/riskLevel", "give an array"),
        ({"when": {"finalResult": [2]}}, "/when/finalResult/0", "0, 1"),
        ({"when": {"finalResult": [True]}}, "/when/finalResult/0", "0, 1"),
        ({"when": {"resultType": [1]}}, "/when/resultType", "never sent to a queue"),
        ({"when": {"lang": ["fr"]}}, "/when/lang/0", "en, ar, zh, auto"),
        ({"when": {"label": ["a/b/c/d"]}}, "/when/label/0", "1 to 3 levels"),
        ({"when": {"label": ["porn", "fem*"]}}, "/when/label/1", "whole level"),
        ({"when": {"label": ["porn//x"]}}, "/when/label/0", "level is empty"),
        ({"when": {"label": ["porn/"]}}, "/when/label/0", "level is empty"),
        ({"when": {"label": ["*/*"]}}, "/when/label/0", "Matches everything"),
        ({"when": {"label": [7]}}, "/when/label/0", "give a text"),
        ({"when": {"label": []}}, "/when/label", "leave the condition out"),
        ({"when": {"subjectRisk": ["a/b/c"]}}, "/when/subjectRisk/0", "1 to 2 levels"),
        ({"when": {"type": ["POLITY_EROTIC"]}}, "/when/type/0", "one part"),
        ({"when": {"app": [""]}}, "/when/app/0", "1 to 128 characters"),
        ({"when": {"app": ["a\0b"]}}, "/when/app/0", "control character"),
        ({"when": {"app": ["\ud800"]}}, "/when/app/0", "half a character"),
        ({"when": {"app": ["a"] * 201}}, "/when/app", "at most 200"),
        ({"when": {"label": ["a"]}, "riskLabel1": ["b"]}, "/riskLabel1", "older form"),
        ({"name": ""}, "/name", "1 to 100"),
        ({"name": "x" * 101}, "/name", "1 to 100"),
        ({"queue": "no slug"}, "/queue", "short name"),
        ({"queue": None}, "/queue", "short name"),
        ({"boost": "30"}, "/boost", "-10080 to 10080"),
        ({"boost": 10081}, "/boost", "-10080 to 10080"),
        ({"boost": float("inf")}, "/boost", "-10080 to 10080"),
        ({"record": True}, "", "leave out its queue"),
        ({"record": 1}, "/record", "true or false"),
    ],
)
def test_a_mistake_is_named_where_it_stands(changes: dict[str, Any], pointer: str, says: str) -> None:
    found = mistakes(a_rule(**changes))
    assert list(found) == [f"/rules/0{pointer}"]
    assert says in found[f"/rules/0{pointer}"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (None, ""),
        ([], ""),
        ("rules", ""),
        ({"rules": {}}, "/rules"),
        ({"rules": [None]}, "/rules/0"),
        ({"rules": [{"name": "does nothing"}]}, "/rules/0"),
        ({"rules": [{"queue": "q"}] * 201}, "/rules"),
        ({"rulez": []}, "/rulez"),
        ({"boosts": []}, "/boosts"),
        ({"boosts": {"severity": {"terrible": 1}}}, "/boosts/severity/terrible"),
        ({"boosts": {"severity": {"low": "1"}}}, "/boosts/severity/low"),
        ({"boosts": {"speed": 1}}, "/boosts/speed"),
        ({"boosts": {"reach": None}}, "/boosts/reach"),
    ],
)
def test_so_is_one_outside_a_rule(body: Any, pointer: str) -> None:
    assert list(mistakes(body)) == [pointer]


def test_all_mistakes_are_named_at_once() -> None:
    rules = [
        {"name": "Twice", "queue": "q", "when": {"colour": 1, "probability": {"atLeast": 2}}},
        {"name": "twice", "queue": "q", "when": {"riskLevel": ["BAD"]}},
    ]
    assert set(mistakes({"rules": rules, "boosts": {"reach": "far"}})) == {
        "/rules/0/name",
        "/rules/0/when/colour",
        "/rules/0/when/probability/atLeast",
        "/rules/1/name",
        "/rules/1/when/riskLevel/0",
        "/boosts/reach",
    }


def test_a_pointer_is_escaped_and_a_percent_sign_survives() -> None:
    assert list(mistakes(a_rule(**{"a/b~%(x)s": 1}))) == ["/rules/0/a~1b~0%(x)s"]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
some_text = st.sampled_from(["porn", "porn/*", "*", "a//b", "REVIEW", "en", "0", "EROTIC", "q", ""]) | st.text(
    max_size=8
)
number = st.integers(-2, 5) | st.floats() | st.sampled_from([10**400, 0.5, True, None, "1"])
wanted = (
    st.lists(some_text | st.integers(0, 2), max_size=3)
    | st.dictionaries(st.sampled_from(["atLeast", "atMost", "x"]), number, max_size=2)
    | anything
)
when = st.dictionaries(st.sampled_from([*CONDITIONS, "x"]), wanted, max_size=4) | anything
member = {"name": some_text, "when": when, "queue": some_text, "boost": number, "record": st.booleans() | anything}
likely_rule = st.fixed_dictionaries({}, optional=member | {"riskLabel1": wanted, "x": anything})
boosts = st.dictionaries(st.sampled_from(["severity", "reach", "confidence", "x"]), number | anything, max_size=3)
likely = st.fixed_dictionaries({}, optional={"rules": st.lists(likely_rule, max_size=4), "boosts": boosts})


def attempt(body: Any) -> tuple[Policy | None, tuple[Mistake, ...]]:
    try:
        return read(1, body), ()
    except PolicyRefused as refused:
        return None, refused.mistakes


@given(likely | anything)
def test_any_body_is_read_or_refused_with_its_places(body: Any) -> None:
    policy, found = attempt(body)
    if policy is None:
        assert found
        assert all(one.detail for one in found)
    else:
        assert read(1, json.loads(json.dumps(write(policy)))) == policy
