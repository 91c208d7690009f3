"""Which stored scores a threshold decides about, held against what evaluation does with the same results."""

from __future__ import annotations

import random
from typing import Any

import pytest

from moderation.contract.values import Label, LabelPath, Request, Result, RiskLevel, Shape
from moderation.models import Case
from moderation.policy import BUILT_IN_TAXONOMY, Facts, Policy, Scope, Taxonomy, evaluate, read
from moderation.policy.taxonomy import alias_key
from review.statistics.label_scores import sample as sampling
from review.statistics.label_scores.asked import asked
from review.statistics.label_scores.nearest import SHOWN, nearest
from review.statistics.label_scores.sample import Sample, first_case, sample
from review.statistics.label_scores.seen import seen
from tests.factories.label_scores import scored
from tests.world import World

LABELS = ("porn/a/x", "porn/a/y", "porn/b", "ad/c")
BODY: dict[str, Any] = {
    "sections": [
        {"name": "all", "thresholds": {"porn": {"review": 1}, "porn/a": {"review": 2}, "*": {"review": 3}}},
        {"name": "live", "scope": {"event": "live"}, "thresholds": {"porn/a/x": {"review": 4}, "ad": {}}},
        {"name": "zh", "scope": {"app": "web", "lang": "zh"}, "thresholds": {"porn": {"review": 5}}},
        {
            "name": "type",
            "scope": {"app": "app", "event": "live", "type": "QR"},
            "thresholds": {"porn/b": {"review": 6}},
        },
    ]
}


def of(policy: Policy, scope: Scope, key: str) -> Sample:
    return sample(asked(policy, scope, key, LABELS, BUILT_IN_TAXONOMY), first_case())


def test_each_threshold_gets_the_scores_that_it_decides_about(world: World) -> None:
    """Made-up results; each is judged by one threshold, which then counts exactly those."""
    dice, policy = random.Random(7), read(1, BODY)
    expected: dict[tuple[str, str], list[int]] = {}
    for score in range(160):
        app = dice.choice([world.web, world.other_app])
        how: dict[str, Any] = {
            "event": dice.choice(["live", "post"]),
            "kind": dice.choice(["QR", "AD_QR", "EROTIC"]),
            "lang": dice.choice(["zh", "en"]),
            "level": dice.choice([None, 0, 3]),
        }
        name = dice.choice(LABELS)
        scored(app, name, [score], **how)
        expected.setdefault(decided_by(policy, app.app_id, name, score, how), []).append(score)
    assert len(expected) == 7
    for section in policy.sections:
        for key in section.thresholds:
            found = of(policy, section.scope, key)
            assert sorted(found.decided_by_score) == expected.get((section.name, key), []), (section.name, key)


def decided_by(policy: Policy, app: str, name: str, score: int, how: dict[str, Any]) -> tuple[str, str]:
    label = Label(LabelPath(*name.split("/")), RiskLevel.PASS, probability=score / 1000)
    result = Result("r", 1100, Shape.IMAGE_V4, {}, path=label.path, final_result=1, labels=(label,))
    request = Request({}, event_id=how["event"], type=how["kind"], lang=how["lang"], level=how["level"])
    found = evaluate(Facts(result, request, app_id=app), policy, BUILT_IN_TAXONOMY)
    assert found is not None
    link = found.chain[-1]
    if link.threshold is None:
        return link.section, "ad"  # allowed: the only threshold without a number
    return link.section, link.threshold.label


def test_an_alias_is_decided_by_the_threshold_of_its_label() -> None:
    known = ("porn/b", "old/thing", "old/thing/deep", "ad/c")
    taxonomy = Taxonomy(aliases={alias_key(("old", "thing", "")): ("porn", "b", "")})
    policy = read(1, {"sections": [{"name": "all", "thresholds": {"porn/b": {}, "porn": {}, "*": {}}}]})
    for key, expected in {"porn/b": {*known} - {"ad/c"}, "porn": set(), "*": {"ad/c"}}.items():
        found = asked(policy, Scope(), key, known, taxonomy)
        assert set(found.labels) - {key} == expected - {key}, key


def test_people_are_counted_by_their_last_verdict_that_stands(world: World) -> None:
    scored(world.web, "porn/b", [500, 600], verdicts=["PASS", "REJECT"])
    found = of(Policy(), Scope(), "porn")
    assert (dict(found.passed), dict(found.rejected), found.decided) == ({500: 1}, {600: 1}, 2)


def test_a_week_is_enough_where_it_has_enough_scores(world: World) -> None:
    scored(world.web, "porn/b", [10] * 5, days_ago=20)
    scored(world.web, "porn/b", [20] * 499)
    assert (of(Policy(), Scope(), "porn").days, of(Policy(), Scope(), "porn").total) == (30, 504)
    scored(world.web, "porn/b", [20])
    assert (of(Policy(), Scope(), "porn").days, of(Policy(), Scope(), "porn").total) == (7, 500)


def test_days_are_those_that_the_newest_scores_come_from(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where few of them are of the scope: the others were looked at as well."""
    monkeypatch.setattr(sampling, "FEW_SCORES", 600)
    monkeypatch.setattr(sampling, "MOST_SCORES", 600)
    scored(world.web, "porn/b", [20] * 100, days_ago=20)
    scored(world.web, "porn/b", [20] * 300, days_ago=4)
    scored(world.other_app, "porn/b", [20] * 300, days_ago=2)
    assert of(Policy(), Scope(), "porn").days == pytest.approx(4, abs=0.01)
    in_app = of(Policy(), Scope(app="app"), "porn")
    assert in_app.total == 300
    assert in_app.days == pytest.approx(4, abs=0.01)


def test_more_scores_are_read_where_few_of_the_newest_are_of_the_scope(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sampling, "FEW_SCORES", 20)
    scored(world.web, "porn/b", [10] * 15, days_ago=4)
    scored(world.other_app, "porn/b", [20] * 25, days_ago=2)
    assert of(Policy(), Scope(app="web"), "porn").total == 15
    monkeypatch.setattr(sampling, "ENOUGH", 20)
    everywhere = of(Policy(), Scope(), "porn")
    assert (everywhere.total, round(everywhere.days)) == (20, 2)


def test_days_are_those_that_the_newest_cases_come_from(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampling, "MOST_CASES", 40)
    scored(world.web, "porn/b", [20] * 10, days_ago=20)
    scored(world.web, "ad/c", [20] * 10, days_ago=3)
    scored(world.web, "porn/b", [20] * 30, days_ago=2)
    Case.objects.filter(pk=Case.objects.latest("pk").pk - 40).delete()
    found = of(Policy(), Scope(), "porn")
    assert found.total == 30
    assert found.days == pytest.approx(3, abs=0.01)


def test_what_is_older_than_a_month_does_not_count(world: World) -> None:
    scored(world.web, "porn/b", [10], days_ago=31)
    assert of(Policy(), Scope(), "porn").total == 0
    assert of(Policy(), Scope(), "nothing").total == 0


def test_the_nearest_cases_are_the_nearest_and_of_those_the_newest(world: World) -> None:
    scored(world.web, "porn/b", [790, 795, 801, 849, 851, 860, 700])
    scored(world.web, "porn/b", [800] * 6)
    found = nearest(asked(Policy(), Scope(), "porn", LABELS, BUILT_IN_TAXONOMY), 800, first_case())
    assert len(found) == SHOWN
    assert [score for _, score in found] == [*[800] * 6, 801]


def test_labels_places_and_types_of_the_last_days_are_seen(world: World) -> None:
    scored(world.web, "ad/old", [1], days_ago=8)
    scored(world.web, "porn/b", [1, 2], event="live", kind="AD_QR")
    scored(world.other_app, "ad/c", [1], event="post", kind="QR")
    found = seen()
    assert found.counts["porn/b"] == 2
    assert found.places == {("web", "live"): 2, ("app", "post"): 1}
    assert found.types == ("AD", "QR")
    assert found.is_whole
