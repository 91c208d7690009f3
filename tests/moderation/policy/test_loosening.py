"""What of a policy has to be confirmed, because it is milder about critical labels. Pure: no database."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import islice, pairwise
from typing import Any

import pytest

from moderation.contract.values import Label, LabelPath, RiskLevel
from moderation.policy import BUILT_IN_TAXONOMY, Facts, Policy, Scope, Taxonomy, evaluate, read
from moderation.policy.loosening import critical_labels, loosened
from moderation.policy.taxonomy import Named
from tests.moderation.policy.test_evaluate_any import some_facts, worlds

TAXONOMY = Taxonomy(
    {
        **BUILT_IN_TAXONOMY.labels,
        ("ad", "Scam", ""): Named(severity="critical"),
        ("porn", "art", ""): Named(severity="low"),
        ("porn", "acts", "Rape"): Named(name_en="without a severity of its own"),
    }
)
Body = dict[str, Any]


def test_a_critical_label_with_a_slash_in_a_level_is_among_them() -> None:
    rated = Taxonomy({("porn", "a/b", "c/d"): Named(severity="critical")})
    assert critical_labels((), rated) == ["porn/a/b/c/d"]


def policy(thresholds: Body, **flags: Any) -> Policy:
    return read(1, {"sections": [{"name": "all", "thresholds": thresholds, **flags}]})


def found(before: Policy, after: Policy) -> list[tuple[str, str]]:
    return [(one.kind, one.label) for one in loosened(before, after, TAXONOMY)]


def porn(before: Body | None, after: Body | None) -> list[str]:
    """What is told of one critical label, by its numbers before and after."""
    was, now = (policy({} if numbers is None else {"porn": numbers}) for numbers in (before, after))
    told = dict.fromkeys(kind for kind, label in found(was, now) if label == "porn")
    return list(told)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"reject": 850}, {"reject": 851}, ["rejects-less"]),
        ({"review": 400, "reject": 850}, {"review": 400}, ["rejects-less"]),
        ({"reject": 850}, {}, ["rejects-less"]),
        ({"reject": 850}, None, ["rejects-less"]),  # the machine's own level: nobody knows
        (None, {"review": 0}, ["rejects-less"]),
        (None, {"review": 400, "reject": 850}, []),  # somebody chose a number for it
        ({"reject": 850}, {"reject": 849}, []),
        ({"review": 400, "reject": 850}, {"review": 800, "reject": 850}, []),
        ({"review": 400}, {}, []),
        ({}, {"reject": 900}, []),
        (None, None, []),
    ],
)
def test_by_the_numbers_of_a_label(before: Body | None, after: Body | None, told: list[str]) -> None:
    assert porn(before, after) == told


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({}, {"*": {"review": 900, "reject": 950}}, ["any-loosens"]),
        ({}, {"*": {"reject": 0}}, []),
        ({}, {"*": {"review": 900}}, ["rejects-less"]),
        ({"*": {"review": 400, "reject": 850}}, {"*": {"review": 450, "reject": 850}}, ["any-loosens"]),
        ({"*": {"review": 400, "reject": 850}}, {"*": {"review": 350, "reject": 850}}, []),
        ({"porn": {"review": 400, "reject": 850}}, {"*": {"review": 500, "reject": 800}}, ["any-loosens"]),
        ({}, {"*": {"review": 900, "reject": 950}, "porn": {"review": 400, "reject": 850}}, []),
    ],
)
def test_by_the_threshold_of_every_other_label(before: Body, after: Body, told: list[str]) -> None:
    kinds = {kind for kind, label in found(policy(before), policy(after)) if label == "porn"}
    assert kinds == set(told)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"otherwise": "machine"}, {"otherwise": "PASS"}, True),
        ({"otherwise": "machine"}, {"otherwise": "REVIEW"}, True),
        ({"otherwise": "PASS"}, {"otherwise": "machine"}, False),
        ({"afterReject": "final"}, {"afterReject": "confirm"}, True),
        ({"afterReject": "confirm"}, {"afterReject": "final"}, False),
        ({"intermediate": "person"}, {"intermediate": "decide"}, False),
    ],
)
def test_by_the_flags_of_a_section(before: Body, after: Body, told: bool) -> None:
    assert bool(found(policy({}, **before), policy({}, **after))) == told


def test_a_first_section_takes_nothing_from_a_policy_that_rejected_nothing() -> None:
    none = read(1, {})
    assert found(none, policy({"porn": {"review": 400}}, otherwise="PASS")) == []
    assert found(policy({"porn": {"reject": 850}}), none) == found(policy({}), none) != []
    assert found(none, none) == []


def test_labels_are_critical_by_the_catalogue_and_the_levels_above_them() -> None:
    named = policy({"porn/new": {}, "PORN/Art/x": {}, "ad/scam/x": {}, "ad": {}, "*": {}})
    labels = critical_labels([named], TAXONOMY)
    assert {"porn", "porn/new", "ad/scam", "ad/scam/x", "minor", "ban"} <= set(labels)
    assert {"porn/art", "porn/art/x", "ad", "*", "qr"}.isdisjoint(labels)


def test_an_alias_is_as_critical_as_the_label_it_stands_for() -> None:
    taxonomy = Taxonomy(TAXONOMY.labels, {("nsfw", "", ""): ("porn", "", ""), ("x", "art", ""): ("porn", "art", "")})
    labels = critical_labels([policy({"nsfw/new": {}, "x/art": {}})], taxonomy)
    assert ("nsfw/new" in labels, "x/art" in labels) == (True, False)


def test_only_where_it_is_milder() -> None:
    everywhere: Body = {"name": "all", "thresholds": {"porn": {"reject": 800}, "ad": {"reject": 100}}}
    live: Body = {"name": "live", "scope": {"event": "live"}, "thresholds": {"porn/x": {"reject": 900}}}
    added = loosened(read(1, {"sections": [everywhere]}), read(2, {"sections": [everywhere, live]}), TAXONOMY)
    assert [(one.kind, one.label, one.scope, one.section) for one in added] == [
        ("rejects-less", "porn/x", Scope(event="live"), "live")
    ]
    removed = loosened(read(1, {"sections": [everywhere, live]}), read(2, {"sections": [live]}), TAXONOMY)
    assert {(one.label, one.scope.event) for one in removed} >= {("porn", ""), ("porn", "live")}


def test_where_two_scopes_overlap_is_compared_too() -> None:
    web: Body = {"name": "web", "scope": {"app": "web"}, "thresholds": {"porn": {"reject": 300}}}
    live: Body = {"name": "live", "scope": {"event": "live", "lang": "zh"}}
    before = read(1, {"sections": [web, live]})
    after = read(2, {"sections": [web, live | {"thresholds": {"porn": {"reject": 900}}}]})
    scope = Scope(app="web", event="live", lang="zh")
    assert ("rejects-less", "porn", scope) in [
        (one.kind, one.label, one.scope) for one in loosened(before, after, TAXONOMY)
    ]


def test_a_rejection_by_a_number_that_is_none_any_more_is_always_told() -> None:
    policies, told = [policy for _, _, _, policy in islice(worlds(), 3_000)], 0
    for seed, (before, after) in enumerate(pairwise(policies)):
        dice = random.Random(seed)
        facts = [with_one_label(some_facts(dice), dice) for _ in range(8)]
        if any(rejects(one, before) and not rejects(one, after, by_number=False) for one in facts):
            assert loosened(before, after, TAXONOMY) != (), seed
            told += 1
    assert told > 300


def with_one_label(facts: Facts, dice: random.Random) -> Facts:
    path = LabelPath("porn", *dice.choice([("", ""), ("a", ""), ("b", "x")]))
    label = Label(path, RiskLevel.PASS, probability=dice.random())
    result = replace(facts.result, code=1100, result_type=0, final_result=1, labels=(label,), path=path)
    return replace(facts, result=result)


def rejects(facts: Facts, policy: Policy, *, by_number: bool = True) -> bool:
    found = evaluate(facts, policy, TAXONOMY)
    is_by_number = found is not None and found.chain[0].by == "threshold"
    return found is not None and found.outcome is RiskLevel.REJECT and (is_by_number or not by_number)
