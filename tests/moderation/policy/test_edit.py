"""Editing the sections of a policy, one change at a time. Pure: no database."""

from __future__ import annotations

import random

import pytest

from moderation.policy import BUILT_IN_TAXONOMY, Policy, Scope, Threshold, evaluate, read, write
from moderation.policy.edit import (
    add_scope,
    change_scope,
    remove_scope,
    scope_name,
    set_flag,
    set_threshold,
    threshold_of,
    way_of,
)
from moderation.policy.inheritance import inheritance, section_of
from moderation.policy.sections import FLAGS
from tests.moderation.policy.test_evaluate_any import worlds

LIVE = Scope(app="web", event="live")
KEY = "ban/weapon/knife"


def policy() -> Policy:
    live = {
        "name": "web / live",
        "scope": {"app": "web", "event": "live"},
        "thresholds": {"ad": {}, KEY: {"reject": 5}},
    }
    everything = {
        "name": "all",
        "thresholds": {"ban": {"reject": 850}},
        "afterReject": "confirm",
        "otherwise": "REVIEW",
    }
    return read(3, {"rules": [{"queue": "q"}], "sections": [live, everything], "boosts": {"reach": 7}})


def own(edited: Policy, scope: Scope) -> dict[str, Threshold]:
    section = section_of(edited, scope)
    assert section is not None
    return dict(section.thresholds)


@pytest.mark.parametrize(
    ("way", "threshold"),
    [
        ("allow", Threshold()),
        ("review", Threshold(review=0)),
        ("block", Threshold(reject=0)),
        ("score", Threshold(480, 820)),
        ("inherit", None),
    ],
)
def test_each_way_stands_for_a_threshold_and_is_read_back(way: str, threshold: Threshold | None) -> None:
    assert threshold_of(way, review=480, reject=820) == threshold  # type: ignore[arg-type] # a table of texts
    assert way_of(threshold) == way


def test_a_threshold_is_set_where_it_stood_and_nothing_else_changes() -> None:
    edited = set_threshold(policy(), LIVE, "ad", Threshold(1, 2))
    assert list(own(edited, LIVE).items()) == [("ad", Threshold(1, 2)), (KEY, Threshold(None, 5))]
    assert (edited.rules, edited.boosts, edited.sections[1]) == (policy().rules, policy().boosts, policy().sections[1])


def test_inheriting_takes_the_own_threshold_back() -> None:
    edited = set_threshold(policy(), LIVE, KEY, None)
    assert own(edited, LIVE) == {"ad": Threshold()}
    found = inheritance(edited, LIVE, KEY).decided
    assert found is not None
    assert (found.key, found.threshold) == ("ban", Threshold(None, 850))


def test_inheriting_in_a_scope_without_a_section_makes_none() -> None:
    assert set_threshold(policy(), Scope(app="ios"), KEY, None) == policy()


def test_a_threshold_in_a_new_scope_brings_its_section_with_the_flags_it_had() -> None:
    edited = set_threshold(policy(), Scope(app="ios", level=(0, 1)), KEY, Threshold(0))
    made = edited.sections[-1]
    assert (made.name, dict(made.thresholds)) == ("ios · level 0, 1", {KEY: Threshold(0)})
    assert (made.after_reject, made.otherwise, made.intermediate) == ("confirm", "REVIEW", "person")


def test_the_first_section_of_all_leaves_the_rest_to_the_machine() -> None:
    (made,) = set_threshold(Policy(), Scope(), KEY, Threshold(0)).sections
    assert (made.name, made.scope, made.otherwise, made.after_reject) == ("default", Scope(), "machine", "final")


def test_flags_are_set_one_by_one() -> None:
    edited = policy()
    for flag, choices in FLAGS.items():
        edited = set_flag(edited, LIVE, flag, choices[-1])
    section = section_of(edited, LIVE)
    assert section is not None
    assert (section.otherwise, section.after_reject, section.intermediate) == ("REVIEW", "confirm", "decide")
    for flag, value in (("otherwise", "REJECT"), ("afterReject", ""), ("name", "x")):
        with pytest.raises(ValueError, match=flag):
            set_flag(policy(), LIVE, flag, value)


def test_scopes_are_added_once_and_removed() -> None:
    twice = add_scope(add_scope(policy(), Scope(app="ios")), Scope(app="ios"))
    assert [one.name for one in twice.sections] == ["web / live", "all", "ios"]
    assert [one.name for one in remove_scope(twice, LIVE).sections] == ["all", "ios"]


def test_a_name_that_is_taken_gets_a_number() -> None:
    taken = read(1, {"sections": [{"name": "IOS", "scope": {"app": "android"}}]})
    assert add_scope(taken, Scope(app="ios")).sections[-1].name == "ios (2)"


def test_a_long_name_still_reads() -> None:
    long = add_scope(Policy(), Scope(app="a" * 64, event="e" * 64))
    assert read(1, write(long)).sections[0].name.startswith("a" * 64)


def test_a_changed_scope_takes_its_thresholds_with_it_and_its_name_where_that_says_the_scope() -> None:
    moved = change_scope(policy(), LIVE, Scope(app="web", event="post"))
    assert (moved.sections[0].name, list(moved.sections[0].thresholds)) == ("web / post", ["ad", KEY])
    named = change_scope(policy(), Scope(), Scope(lang="zh"))
    assert (named.sections[1].name, named.sections[1].scope) == ("all", Scope(lang="zh"))
    assert change_scope(policy(), Scope(app="ios"), LIVE) == policy()


def test_scopes_are_named_by_their_fields() -> None:
    assert scope_name(Scope("web", "live", "EROTIC", "zh", (0, 1))) == "web / live · EROTIC · zh · level 0, 1"
    assert scope_name(Scope(level=(3,))) == "level 3"
    assert scope_name(Scope()) == "default"


def test_a_new_scope_without_thresholds_changes_no_outcome_where_the_flags_are_one() -> None:
    """Of types a result has several parts: there another section's flags could have counted before."""
    counted = 0
    for seed, facts, _, made in worlds():
        dice = random.Random(seed)
        scope = Scope(app=dice.choice(["web", "ios"]), event="live", lang=dice.choice(["", "en"]))
        fitting = [one for one in made.sections if one.scope.fits(facts)]
        flags = {(one.otherwise, one.after_reject, one.intermediate) for one in fitting}
        if scope.fits(facts) and len(flags) == 1 and section_of(made, Scope()):
            before, after = (evaluate(facts, one, BUILT_IN_TAXONOMY) for one in (made, add_scope(made, scope)))
            assert (before and before.outcome) == (after and after.outcome), seed
            counted += 1
    assert counted > 100


def test_what_is_edited_can_be_stored_and_read() -> None:
    edited = set_threshold(set_flag(policy(), LIVE, "otherwise", "PASS"), Scope(app="ios"), "*", Threshold(1, 1000))
    assert read(3, write(edited)) == edited
