"""Two people's changes of one policy, merged or named as excluding each other. Pure: no database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from moderation.policy import Policy, PolicyRefused, read, write
from moderation.policy.changes import Change, changes
from moderation.policy.merge import merge
from tests.moderation.policy.drafts import policies
from tests.moderation.policy.test_changes import DEFAULT, LIVE, policy, same

MADE_UP = 400


def thresholds(**numbers: int) -> dict[str, Any]:
    return DEFAULT | {"thresholds": {label: {"review": number} for label, number in numbers.items()}}


def rules(names: str) -> Policy:
    return policy(rules=[{"name": name, "queue": name} for name in names])


def merged_names(ancestor: str, mine: str, theirs: str) -> tuple[str, tuple[str, ...]]:
    merged = merge(rules(ancestor), rules(mine), rules(theirs))
    return "".join(rule["name"] for rule in merged.body["rules"]), merged.collisions


def test_different_labels_of_one_section_are_merged() -> None:
    merged = merge(policy(thresholds(a=1, b=1)), policy(thresholds(a=2, b=1)), policy(thresholds(a=1, b=2, c=3)))
    assert merged.collisions == ()
    assert merged.body["sections"][0]["thresholds"] == {"a": {"review": 2}, "b": {"review": 2}, "c": {"review": 3}}


def test_the_same_label_changed_by_both_is_a_collision_and_stays_as_i_left_it() -> None:
    merged = merge(policy(thresholds(a=1)), policy(thresholds(a=2)), policy(thresholds(a=3)))
    assert merged.collisions == ("sections/default/thresholds/a",)
    assert merged.body["sections"][0]["thresholds"] == {"a": {"review": 2}}
    assert merge(policy(thresholds(a=1)), policy(thresholds(a=2)), policy(thresholds(a=2))).collisions == ()


@pytest.mark.parametrize(
    ("mine", "theirs", "left"), [([], [LIVE | {"otherwise": "PASS"}], 0), ([LIVE | {"otherwise": "PASS"}], [], 1)]
)
def test_a_section_that_one_removed_and_the_other_changed_is_a_collision(mine: Any, theirs: Any, left: int) -> None:
    merged = merge(policy(LIVE), policy(*mine), policy(*theirs))
    assert len(merged.collisions) >= 1
    assert all(one.startswith("sections/web ~1 live") for one in merged.collisions)
    assert len(merged.body.get("sections", [])) == left
    read(1, merged.body)


def test_a_label_added_to_a_section_that_the_other_removed_is_one_too() -> None:
    added = LIVE | {"thresholds": {"ad": {"review": 1}}}
    mine, theirs = (merge(policy(LIVE), *both) for both in ((policy(), policy(added)), (policy(added), policy())))
    assert mine.collisions == theirs.collisions == ("sections/web ~1 live",)
    assert "sections" not in mine.body
    assert theirs.body["sections"][0]["thresholds"] == {"ad": {"review": 1}}
    read(1, theirs.body)


@pytest.mark.parametrize(
    ("ancestor", "mine", "theirs", "merged"),
    [
        ("AB", "ABC", "AB", "ABC"),
        ("AB", "AB", "CAB", "CAB"),
        ("AB", "AXB", "ABY", "AXBY"),
        ("ABC", "AC", "ABCD", "ACD"),
        ("ABC", "CAB", "ABCD", "CABD"),
        ("ABC", "ABC", "CBA", "CBA"),
        ("ABC", "CBA", "CBA", "CBA"),
    ],
)
def test_rules_are_added_removed_and_moved_by_either(ancestor: str, mine: str, theirs: str, merged: str) -> None:
    assert merged_names(ancestor, mine, theirs) == (merged, ())


def test_rules_that_both_moved_elsewhere_are_a_collision() -> None:
    assert merged_names("ABC", "CBA", "BAC") == ("CBA", ("rules/place",))


def test_two_new_sections_that_cannot_both_be_leave_a_body_that_cannot_be_read() -> None:
    event, language = ({"name": name, "scope": {name: value}} for name, value in (("event", "live"), ("lang", "zh")))
    merged = merge(policy(), policy(event), policy(language))
    assert merged.collisions == ()
    with pytest.raises(PolicyRefused, match="as specific"):
        read(1, merged.body)


def test_of_policies_edited_at_random_whoever_changed_nothing_changes_nothing() -> None:
    for _, ancestor, mine, theirs in policies(MADE_UP):
        assert same(read(4, merge(ancestor, mine, ancestor).body), mine)
        assert same(read(4, merge(ancestor, ancestor, theirs).body), theirs)
        assert merge(ancestor, mine, mine).collisions == ()
        assert same(read(4, merge(ancestor, mine, mine).body), mine)


def test_of_policies_edited_at_random_what_is_merged_has_the_changes_of_both() -> None:
    merged_all = 0
    for _, ancestor, mine, theirs in policies(MADE_UP):
        merged = merge(ancestor, mine, theirs)
        swapped = merge(ancestor, theirs, mine)
        assert (merged.collisions == ()) == (swapped.collisions == ())
        if merged.collisions:
            continue
        try:
            both = read(4, merged.body)
        except PolicyRefused:
            continue
        first, second, found = (without_rules(changes(ancestor, one)) for one in (mine, theirs, both))
        assert found <= first | second
        assert all(one in found or is_gone(one, found) for one in first | second)
        before, one, other = (set(map(repr, policy.rules)) for policy in (ancestor, mine, theirs))
        assert set(map(repr, both.rules)) == (before & one & other) | (one - before) | (other - before)
        merged_all += 1
    assert merged_all > MADE_UP / 3


def without_rules(found: Iterable[Change]) -> set[str]:
    return {one.id for one in found if not one.id.startswith("rules/")}


def is_gone(change_id: str, found: set[str]) -> bool:
    """What one changed in a section that goes with it: a threshold removed from a section that the other removed."""
    return any(change_id.startswith(f"{one}/") for one in found)


def test_what_both_wrote_alike_is_written_once() -> None:
    rule = {"when": {"label": ["ad"]}, "queue": "ads"}
    merged = merge(policy(), policy(rules=[rule]), policy(rules=[rule]))
    assert write(read(1, merged.body)) == write(policy(rules=[rule]))
