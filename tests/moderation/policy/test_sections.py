"""Reading the sections of a policy's body: values, every mistake with its place. Pure: no database."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.policy import Mistake, Policy, PolicyRefused, Scope, Section, Threshold, read, write

SECTIONS: list[dict[str, Any]] = [
    {
        "name": "web / live",
        "scope": {"app": "web", "event": "live", "level": [1, 0, 1]},
        "thresholds": {"Erotic": {"review": 480, "reject": 820}, "minor_detect/Child": {"reject": 300}, "*": {}},
        "otherwise": "PASS",
        "afterReject": "confirm",
        "intermediate": "decide",
    },
    {"name": "default", "thresholds": {"porn": {"review": 400}}},
]


def mistakes(*sections: Any) -> dict[str, str]:
    with pytest.raises(PolicyRefused) as refused:
        read(1, {"sections": list(sections)})
    return {one.pointer: one.detail for one in refused.value.mistakes}


def one_section(**changes: Any) -> dict[str, str]:
    return mistakes({"name": "one"} | changes)


def test_sections_are_read() -> None:
    live, default = read(7, {"sections": SECTIONS}).sections
    assert live == Section(
        "web / live",
        Scope(app="web", event="live", level=(0, 1)),
        {"porn": Threshold(480, 820), "minor/child": Threshold(None, 300), "*": Threshold()},
        "PASS",
        "confirm",
        "decide",
    )
    assert default == Section("default", Scope(), {"porn": Threshold(400)}, "machine", "final", "person")


def test_what_was_read_is_written_and_reads_the_same() -> None:
    policy = read(7, {"sections": SECTIONS, "rules": [{"queue": "q"}]})
    written = json.loads(json.dumps(write(policy)))
    assert read(7, written) == policy
    assert list(written) == ["rules", "sections", "boosts"]


def test_a_policy_without_sections_is_written_as_ever() -> None:
    assert list(write(Policy())) == ["rules", "boosts"]


@pytest.mark.parametrize("path", ["unheard_of", "porn/of/nobody", "Politics/PoliticalSymbols", "标签"])
def test_a_label_that_nobody_has_seen_may_have_a_threshold(path: str) -> None:
    (section,) = read(1, {"sections": [{"name": "one", "thresholds": {path: {"review": 1}}}]}).sections
    assert list(section.thresholds.values()) == [Threshold(1)]


@pytest.mark.parametrize(
    ("changes", "pointer", "says"),
    [
        ({"scope": {"colour": "red"}}, "/scope/colour", "app, event, type, lang, level"),
        ({"scope": []}, "/scope", "give an object"),
        ({"scope": {"app": ""}}, "/scope/app", "1 to 128"),
        ({"scope": {"app": ["web"]}}, "/scope/app", "give a text"),
        ({"scope": {"event": "a\0"}}, "/scope/event", "control character"),
        ({"scope": {"type": "POLITY_EROTIC"}}, "/scope/type", "one part"),
        ({"scope": {"lang": "fr"}}, "/scope/lang", "en, ar, zh, auto"),
        ({"scope": {"level": 2}}, "/scope/level", "give an array"),
        ({"scope": {"level": []}}, "/scope/level", "leave the condition out"),
        ({"scope": {"level": [5]}}, "/scope/level/0", "from 0 to 4"),
        ({"scope": {"level": [0, True]}}, "/scope/level/1", "whole number"),
        ({"thresholds": []}, "/thresholds", "give an object"),
        ({"thresholds": {f"x{n}": {} for n in range(5001)}}, "/thresholds", "at most 5000"),
        ({"thresholds": {"porn": 400}}, "/thresholds/porn", "give an object"),
        ({"thresholds": {"porn": {"revue": 1}}}, "/thresholds/porn/revue", "review, reject"),
        ({"thresholds": {"porn": {"review": 1001}}}, "/thresholds/porn/review", "from 0 to 1000"),
        ({"thresholds": {"porn": {"review": -1}}}, "/thresholds/porn/review", "from 0 to 1000"),
        ({"thresholds": {"porn": {"review": 0.5}}}, "/thresholds/porn/review", "whole number"),
        ({"thresholds": {"porn": {"review": "400"}}}, "/thresholds/porn/review", "whole number"),
        ({"thresholds": {"porn": {"review": None}}}, "/thresholds/porn/review", "whole number"),
        ({"thresholds": {"porn": {"reject": True}}}, "/thresholds/porn/reject", "whole number"),
        ({"thresholds": {"porn": {"reject": float("nan")}}}, "/thresholds/porn/reject", "whole number"),
        ({"thresholds": {"porn": {"reject": float("inf")}}}, "/thresholds/porn/reject", "whole number"),
        ({"thresholds": {"porn": {"reject": 10**400}}}, "/thresholds/porn/reject", "whole number"),
        ({"thresholds": {"porn/x": {"review": 2, "reject": 1}}}, "/thresholds/porn~1x", "Reviews from 2"),
        ({"thresholds": {"a/b/c/d": {}}}, "/thresholds/a~1b~1c~1d", "1 to 3 levels"),
        ({"thresholds": {"porn/*": {}}}, "/thresholds/porn~1*", "alone"),
        ({"thresholds": {"porn//x": {}}}, "/thresholds/porn~1~1x", "1 to 3 levels"),
        ({"thresholds": {"": {}}}, "/thresholds/", "1 to 400"),
        ({"thresholds": {"a\x1fb": {}}}, "/thresholds/a\x1fb", "control character"),
        ({"thresholds": {"porn/A": {}, "Erotic/a": {}}}, "/thresholds/Erotic~1a", "the same label as porn/A"),
        ({"otherwise": "REJECT"}, "/otherwise", "machine, PASS, REVIEW"),
        ({"otherwise": None}, "/otherwise", "machine, PASS, REVIEW"),
        ({"afterReject": "person"}, "/afterReject", "final, confirm"),
        ({"intermediate": True}, "/intermediate", "person, decide"),
        ({"name": ""}, "/name", "1 to 100"),
        ({"name": 7}, "/name", "give a text"),
        ({"rules": []}, "/rules", "not known here"),
    ],
)
def test_a_mistake_is_named_where_it_stands(changes: dict[str, Any], pointer: str, says: str) -> None:
    found = one_section(**changes)
    assert list(found) == [f"/sections/0{pointer}"]
    assert says in found[f"/sections/0{pointer}"]


@pytest.mark.parametrize(
    ("sections", "pointer", "says"),
    [
        ([{}], "/sections/0", "Give the section a name"),
        ([7], "/sections/0", "give an object"),
        ([{"name": str(n), "scope": {"app": str(n)}} for n in range(101)], "/sections", "at most 100"),
    ],
)
def test_so_is_one_of_a_whole_section(sections: list[Any], pointer: str, says: str) -> None:
    found = mistakes(*sections)
    assert list(found) == [pointer]
    assert says in found[pointer]


def test_sections_that_are_no_array_are_refused() -> None:
    with pytest.raises(PolicyRefused) as refused:
        read(1, {"sections": {}})
    assert [one.pointer for one in refused.value.mistakes] == ["/sections"]


def test_every_mistake_is_named_at_once() -> None:
    found = mistakes(
        {"name": "a", "scope": {"app": 1, "level": [9]}, "thresholds": {"porn": {"review": 1001}}},
        {"name": "A", "otherwise": "no", "thresholds": {"x": {"review": 9, "reject": 8}}},
    )
    assert set(found) == {
        "/sections/0/scope/app",
        "/sections/0/scope/level/0",
        "/sections/0/thresholds/porn/review",
        "/sections/0/name",
        "/sections/1/name",
        "/sections/1/otherwise",
        "/sections/1/thresholds/x",
    }


@pytest.mark.parametrize(
    ("one", "other", "is_refused"),
    [
        ({}, {}, True),
        ({"app": "web"}, {"app": "web"}, True),
        ({"app": "web"}, {"app": "ios"}, False),
        ({"app": "web"}, {"event": "live"}, True),
        ({"app": "web"}, {}, False),
        ({"app": "web"}, {"app": "web", "event": "live"}, False),
        ({"app": "web", "event": "live"}, {"app": "web", "event": "post"}, False),
        ({"app": "web", "event": "live"}, {"app": "web", "lang": "zh"}, True),
        ({"app": "web", "event": "live"}, {"app": "ios", "lang": "zh"}, False),
        ({"lang": "zh"}, {"lang": "en"}, False),
        ({"level": [0, 1]}, {"level": [2]}, False),
        ({"level": [0, 1]}, {"level": [1, 2]}, True),
        ({"type": "EROTIC"}, {"type": "polity"}, True),
        ({"type": "EROTIC", "app": "web"}, {"type": "POLITY", "app": "ios"}, False),
    ],
)
def test_two_equally_specific_scopes_that_can_both_fit_are_refused(
    one: dict[str, Any], other: dict[str, Any], is_refused: bool
) -> None:
    sections = [{"name": "one", "scope": one}, {"name": "other", "scope": other}]
    for first, second in (sections, sections[::-1]):
        if is_refused:
            assert f"“{first['name']}”" in mistakes(first, second)["/sections/1/scope"]
        else:
            assert len(read(1, {"sections": [first, second]}).sections) == 2


parts = st.sampled_from(["name", "scope", "thresholds", "otherwise", "afterReject", "intermediate", "x"])
scalars = st.none() | st.booleans() | st.integers(-5, 1200) | st.floats() | st.text(max_size=8)
labels = st.sampled_from(["porn", "EROTIC", "porn/a", "porn/a/b", "*", "", "a//b", "\0"]) | st.text(max_size=6)
thresholds = st.dictionaries(labels, st.dictionaries(st.sampled_from(["review", "reject"]), scalars) | scalars)
fields = st.sampled_from(["app", "event", "type", "lang", "level", "colour"])
scopes = st.dictionaries(fields, st.text(max_size=5) | st.sampled_from(["en", "zh", "A"]) | st.lists(scalars))
sections = st.lists(
    st.fixed_dictionaries(
        {"name": st.text(max_size=3)},
        optional={
            "scope": scopes | scalars,
            "thresholds": thresholds | scalars,
            "otherwise": st.sampled_from(["machine", "PASS", "REVIEW", "REJECT"]),
            "afterReject": st.sampled_from(["final", "confirm", None]),
            "intermediate": st.sampled_from(["person", "decide", 1]),
        },
    )
    | st.dictionaries(parts, scalars)
    | scalars,
    max_size=4,
)


def attempt(sections: Any) -> tuple[Policy | None, tuple[Mistake, ...]]:
    try:
        return read(1, {"sections": sections}), ()
    except PolicyRefused as refused:
        return None, refused.mistakes


@given(sections | scalars)
def test_any_sections_are_read_or_refused_with_their_places(sections: Any) -> None:
    policy, found = attempt(sections)
    if policy is None:
        assert found
        assert all(one.detail and one.pointer.startswith("/sections") for one in found)
    else:
        assert read(1, json.loads(json.dumps(write(policy)))) == policy
