"""The difference of two policies: each change once, with its direction, and undone by itself. Pure: no database."""

from __future__ import annotations

from typing import Any

import pytest

from moderation.policy import Policy, PolicyRefused, Threshold, read
from moderation.policy.changes import (
    BoostChange,
    FlagChange,
    RuleChange,
    SectionChange,
    ThresholdChange,
    UnknownChange,
    changes,
    undo,
)
from moderation.policy.pieces import take_apart
from tests.moderation.policy.drafts import policies

DEFAULT: dict[str, Any] = {"name": "default", "thresholds": {"porn": {"review": 400, "reject": 850}}}
LIVE: dict[str, Any] = {"name": "web / live", "scope": {"app": "web", "event": "live"}}
MADE_UP = 400


def policy(*sections: Any, rules: Any = (), **boosts: Any) -> Policy:
    return read(1, {"rules": list(rules), "sections": list(sections), "boosts": boosts})


def thresholds(before: Policy, after: Policy) -> list[ThresholdChange]:
    return [one for one in changes(before, after) if isinstance(one, ThresholdChange)]


def test_a_new_threshold_is_told_with_the_one_it_was_inherited_from() -> None:
    after = policy(DEFAULT, LIVE | {"thresholds": {"porn/nudity": {"review": 480, "reject": 820}}})
    section, threshold = changes(policy(DEFAULT), after)
    assert isinstance(section, SectionChange)
    assert (section.what, section.section) == ("added", "web / live")
    assert isinstance(threshold, ThresholdChange)
    assert (threshold.section, threshold.label, threshold.direction) == ("web / live", "porn/nudity", "other")
    assert (threshold.before.threshold, threshold.before.section, threshold.before.key) == (
        Threshold(400, 850), "default", "porn",
    )  # fmt: skip
    assert (threshold.after.threshold, threshold.after.section) == (Threshold(480, 820), "web / live")


def test_one_that_is_taken_back_is_told_with_the_one_that_counts_then() -> None:
    before = policy(DEFAULT, LIVE | {"thresholds": {"porn": {"reject": 300}}})
    (threshold,) = thresholds(before, policy(DEFAULT, LIVE))
    assert (threshold.before.threshold, threshold.after.threshold) == (Threshold(None, 300), Threshold(400, 850))
    assert threshold.after.section == "default"


@pytest.mark.parametrize(
    ("before", "after", "direction"),
    [
        ({"review": 400, "reject": 850}, {"review": 300, "reject": 850}, "stricter"),
        ({"review": 400, "reject": 850}, {"review": 400, "reject": 800}, "stricter"),
        ({"review": 400}, {"review": 400, "reject": 1000}, "stricter"),
        ({"review": 400, "reject": 850}, {"reject": 400}, "stricter"),
        ({"review": 400, "reject": 850}, {"review": 480, "reject": 820}, "other"),
        ({"review": 400, "reject": 850}, {"review": 400, "reject": 900}, "milder"),
        ({"review": 400, "reject": 850}, {"review": 400}, "milder"),
        ({"review": 400, "reject": 850}, {}, "milder"),
        ({"reject": 0}, {"review": 0}, "milder"),
        ({"review": 900, "reject": 900}, {"reject": 900}, "other"),  # the same, written otherwise
    ],
)
def test_the_direction_of_a_threshold(before: Any, after: Any, direction: str) -> None:
    was, now = (policy({"name": "all", "thresholds": {"porn": numbers}}) for numbers in (before, after))
    assert [one.direction for one in thresholds(was, now)] == [direction]


@pytest.mark.parametrize(
    ("otherwise", "after", "direction"),
    [
        ("machine", {"review": 400}, "other"),
        ("machine", {}, "milder"),
        ("machine", {"reject": 0}, "stricter"),
        ("PASS", {"review": 900}, "stricter"),
        ("REVIEW", {"review": 1}, "milder"),
        ("REVIEW", {"review": 0, "reject": 900}, "stricter"),
    ],
)
def test_a_label_without_a_threshold_counted_as_its_section_says(otherwise: str, after: Any, direction: str) -> None:
    section = {"name": "all", "otherwise": otherwise}
    (found,) = thresholds(policy(section), policy(section | {"thresholds": {"ad": after}}))
    assert (found.before.threshold, found.direction) == (None, direction)


@pytest.mark.parametrize(
    ("flag", "before", "after", "direction"),
    [
        ("otherwise", "PASS", "REVIEW", "stricter"),
        ("otherwise", "machine", "PASS", "milder"),
        ("otherwise", "machine", "REVIEW", "other"),
        ("afterReject", "final", "confirm", "milder"),
        ("intermediate", "person", "decide", "other"),
    ],
)
def test_the_direction_of_a_flag(flag: str, before: str, after: str, direction: str) -> None:
    (found,) = changes(*(policy({"name": "all", flag: value}) for value in (before, after)))
    assert found == FlagChange(f"sections/all/{flag}", direction, "all", flag, before, after)  # type: ignore[arg-type]


def test_a_section_keeps_its_identity_under_another_name_or_another_scope() -> None:
    renamed = changes(policy(LIVE), policy(LIVE | {"name": "live"}))
    moved = changes(policy(LIVE), policy(LIVE | {"scope": {"app": "ios"}}))
    assert [(one.what, one.id) for one in (*renamed, *moved) if isinstance(one, SectionChange)] == [
        ("renamed", "sections/web ~1 live/name"),
        ("changed", "sections/web ~1 live/scope"),
    ]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("AB", "ABC", [("added", "C", 3)]),
        ("ABC", "AC", [("removed", "B", 2)]),
        ("ABC", "CAB", [("moved", "C", 1)]),
        ("ABCDE", "BCDEA", [("moved", "A", 5)]),
        ("ABC", "BDC", [("added", "D", 2), ("removed", "A", 1)]),
        ("AB", "AB", []),
    ],
)
def test_rules_are_known_by_their_names(before: str, after: str, told: Any) -> None:
    was, now = (policy(rules=[{"name": name, "queue": name} for name in names]) for names in (before, after))
    found = [one for one in changes(was, now) if isinstance(one, RuleChange)]
    rules = [(one.what, one.after or one.before, one.position or one.position_before) for one in found]
    assert [(what, rule.name if rule else "", place) for what, rule, place in rules] == told


def test_a_rule_without_a_name_is_known_by_where_it_stands() -> None:
    rules = [{"name": "a", "queue": "q"}, {"queue": "one"}, {"queue": "three"}]
    after = [rules[0], {"queue": "two"}, rules[2]]
    (found,) = changes(policy(rules=rules), policy(rules=after))
    assert isinstance(found, RuleChange)
    assert found.what == "changed"
    assert found.before
    assert found.after
    assert (found.before.queue, found.after.queue, found.position) == ("one", "two", 2)


def test_a_rule_that_is_only_renamed_is_the_same_one() -> None:
    (found,) = changes(policy(rules=[{"name": "a", "queue": "q"}]), policy(rules=[{"name": "b", "queue": "q"}]))
    assert isinstance(found, RuleChange)
    assert found.what == "changed"


def test_boosts() -> None:
    found = changes(policy(), policy(severity={"critical": 41.0, "high": 15, "moderate": 5}, reach=3))
    assert found == (
        BoostChange("boosts/severity/critical", "other", "critical", 30.0, 41.0),
        BoostChange("boosts/reach", "other", "reach", 2.0, 3.0),
    )


def test_the_same_policy_written_otherwise_is_no_change() -> None:
    one = read(1, {"rules": [{"riskLabel1": ["porn"], "queue": "q"}], "sections": [DEFAULT]})
    other = read(2, {"rules": [{"when": {"label": ["porn"]}, "queue": "q"}], "sections": [DEFAULT | {"scope": {}}]})
    assert changes(one, other) == ()


NO_CHANGES = ["sections/default/thresholds/ad", "sections/nowhere", "rules/=a/place", "", "x/y"]
NO_CHANGES += ["rules", "rules/", "sections", "sections/default", "boosts", "boosts/severity"]  # wholes of something


@pytest.mark.parametrize("gone", NO_CHANGES)
def test_what_is_not_different_is_not_undone(gone: str) -> None:
    before = policy(DEFAULT, rules=[{"queue": "a"}])
    after = policy(DEFAULT | {"otherwise": "PASS"}, rules=[{"queue": "b"}, {"queue": "a"}], severity={"low": 9})
    with pytest.raises(UnknownChange):
        undo(before, after, gone)


def test_of_policies_edited_at_random_every_change_is_undone_by_itself() -> None:
    undone = 0
    for _, before, after, _ in policies(MADE_UP):
        found = changes(before, after)
        assert (found == ()) == (same(before, after))
        assert len({one.id for one in found}) == len(found)
        for one in found:
            try:
                left = changes(before, read(3, undo(before, after, one.id)))
            except PolicyRefused:
                continue  # the scopes of two sections excluded each other only by this change
            assert one.id not in {other.id for other in left}
            assert {other.id for other in left} <= {other.id for other in found if is_apart(one, other)} | moves(found)
            undone += 1
    assert undone > MADE_UP


def test_undoing_them_one_after_the_other_ends_where_it_began() -> None:
    for dice, before, after, _ in policies(MADE_UP):
        for _ in range(100):
            found = list(changes(before, after))
            if not found:
                break
            try:
                after = read(2, undo(before, after, dice.choice(found).id))
            except PolicyRefused:
                continue
        assert same(before, after)


def same(one: Policy, other: Policy) -> bool:
    """Sections have no order of their own."""
    first = take_apart(one)
    second = take_apart(other, like=first)
    return (first.values, first.order) == (second.values, second.order)


def is_apart(one: Any, other: Any) -> bool:
    """Thresholds of a section that was added go with it."""
    return not str(other.id).startswith(f"{one.id}/") and other.id != one.id


def moves(found: Any) -> set[str]:
    """Among the rules that are left, others may be the fewest to move."""
    return {f"{one.id.removesuffix('/place')}/place" for one in found if one.id.startswith("rules")} | {
        f"rules/{key}/place" for one in found if one.id.endswith("/place") for key in [one.id.split("/")[1]]
    }
