"""The starting policies: each is a policy that reads, has reasons, and changes nothing that it does not speak of."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest

from moderation.policy import BUILT_IN_TAXONOMY, PolicyRefused, Scope, read
from moderation.policy.profiles import PROFILES, Profile, apply, by_key
from moderation.policy.sections import Threshold, label_key

KNOWN = {
    "/".join(filter(None, (one["risk_label1"], one["risk_label2"], one["risk_label3"])))
    for one in import_module("moderation.migrations.0005_labels").seeds()
}
IN_USE: dict[str, Any] = {
    "rules": [{"queue": "minors", "when": {"label": ["minor"]}}],
    "sections": [
        {"name": "everywhere", "thresholds": {"porn": {"reject": 990}, "ad/mine": {"review": 1}}},
        {"name": "live", "scope": {"app": "web", "event": "live"}, "thresholds": {"qr": {"review": 5}}},
    ],
    "boosts": {"confidence": 7},
}


def dating() -> Profile:
    found = by_key("dating")
    assert found
    return found


def test_there_is_one_for_each_scenario_of_the_product_page() -> None:
    keys = [profile.key for profile in PROFILES]
    assert len(set(keys)) == len(keys)
    scenarios = {"social", "dating", "ad", "marketplace", "gaming", "aigc", "forum", "education"}
    assert {key.partition("-")[0] for key in keys} == scenarios
    assert by_key("nobody") is None


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.key)
def test_each_can_be_put_in_force_and_says_why(profile: Profile) -> None:
    (section,) = read(1, apply({}, profile, scope=Scope(), name=profile.name)).sections
    assert section.name == profile.name
    assert len(section.thresholds) == len(profile.numbers), "no label twice"
    for number in profile.numbers:
        assert number.label in KNOWN, number.label
        assert label_key(number.label.split("/"), BUILT_IN_TAXONOMY) == number.label
        assert len(number.why) > 20
        assert profile.why_of(number.label) == number.why
    unusual = (profile.otherwise, profile.after_reject) != ("machine", "final")
    assert bool(profile.why) is unusual


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.key)
def test_none_lets_child_abuse_pass(profile: Profile) -> None:
    (section,) = read(1, apply({}, profile, scope=Scope(), name="x")).sections
    csam = section.thresholds["minor/csam"]
    assert csam.review is not None
    assert csam.reject is not None
    assert csam.review <= 100
    assert csam.reject <= 300
    assert section.thresholds.get("minor") is None
    assert section.intermediate == "person"


def test_it_changes_its_section_and_nothing_else() -> None:
    before = read(1, IN_USE)
    after = read(1, apply(IN_USE, dating(), scope=Scope(), name="Dating"))
    assert (after.rules, after.boosts, after.sections[1]) == (before.rules, before.boosts, before.sections[1])
    changed = after.sections[0]
    assert (changed.name, changed.thresholds["porn"]) == ("everywhere", Threshold(300, 600))
    assert changed.thresholds["ad/mine"] == Threshold(1, None)


def test_a_scope_without_a_section_gets_one_with_a_free_name() -> None:
    body = apply(IN_USE, dating(), scope=Scope(app="app"), name="LIVE")
    assert [section.name for section in read(1, body).sections] == ["everywhere", "live", "LIVE 2"]
    again = apply(body, dating(), scope=Scope(app="app"), name="LIVE")
    assert again == body, "the second time changes nothing"


def test_flags_that_somebody_has_set_stay() -> None:
    strict = replace(dating(), otherwise="REVIEW", after_reject="confirm")
    for flags, expected in (
        ({"otherwise": "PASS"}, ("PASS", "confirm")),
        ({"afterReject": "confirm"}, ("REVIEW", "confirm")),
        ({}, ("REVIEW", "confirm")),
    ):
        (section,) = read(1, apply({"sections": [{"name": "x", **flags}]}, strict, scope=Scope(), name="y")).sections
        assert (section.otherwise, section.after_reject) == expected
    mild = replace(dating(), otherwise="machine", after_reject="final")
    body = {"sections": [{"name": "x", "otherwise": "REVIEW", "afterReject": "confirm"}]}
    (section,) = read(1, apply(body, mild, scope=Scope(), name="y")).sections
    assert (section.otherwise, section.after_reject) == ("REVIEW", "confirm")


def test_a_name_with_a_number_is_no_longer_than_names_may_be() -> None:
    taken = {"sections": [{"name": "n" * 100}]}
    for name in ("n" * 100, "n" * 130):
        found = read(1, apply(taken, dating(), scope=Scope(app="app"), name=name)).sections
        assert [section.name for section in found] == ["n" * 100, "n" * 98 + " 2"]


def test_a_scope_that_another_section_may_fit_too_is_refused_when_it_is_saved() -> None:
    body = apply({"sections": [{"name": "x", "scope": {"event": "live"}}]}, dating(), scope=Scope(app="web"), name="y")
    with pytest.raises(PolicyRefused):
        read(1, body)


def test_a_broken_body_is_refused() -> None:
    with pytest.raises(PolicyRefused):
        apply({"sections": 1}, dating(), scope=Scope(), name="x")
