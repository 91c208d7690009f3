"""Where a label's threshold comes from in a scope, held against what evaluation does. Pure: no database."""

from __future__ import annotations

import random
from dataclasses import replace

from moderation.contract.values import Label, LabelPath, Request, Result, RiskLevel, Shape
from moderation.policy import BUILT_IN_TAXONOMY, Facts, Policy, Scope, Threshold, evaluate, read
from moderation.policy.inheritance import above, covering, covers, effective, inheritance, path_keys
from tests.moderation.policy.test_evaluate_any import worlds

LIVE = Scope(app="web", event="live")
KEY = "porn/nudity/nipple"


def policy() -> Policy:
    return read(
        1,
        {
            "sections": [
                {"name": "all", "thresholds": {"porn": {"review": 400, "reject": 850}, "*": {"review": 900}}},
                {"name": "live", "scope": {"app": "web", "event": "live"}, "thresholds": {KEY: {"review": 480}}},
                {"name": "zh", "scope": {"app": "web", "event": "live", "lang": "zh"}},
                {"name": "web", "scope": {"app": "web"}, "thresholds": {"porn/nudity": {"reject": 700}}},
            ]
        },
    )


def told(scope: Scope, key: str) -> list[tuple[str, str, Threshold | None]]:
    steps = inheritance(policy(), scope, key).steps
    return [(one.section.name if one.section else "", one.key, one.threshold) for one in steps]


def test_keys_lead_from_the_label_up_to_every_label() -> None:
    assert path_keys(KEY) == (KEY, "porn/nudity", "porn", "*")
    assert path_keys("*") == ("*",)


def test_a_scope_covers_what_is_as_narrow_or_narrower() -> None:
    assert covers(Scope(), LIVE)
    assert covers(LIVE, LIVE)
    assert covers(Scope(level=(0, 1)), Scope(app="web", level=(1,)))
    for other in (Scope(), Scope(app="web"), Scope(app="web", event="post")):
        assert not covers(LIVE, other)
    assert not covers(Scope(level=(0, 1)), Scope(level=(1, 2)))
    assert not covers(Scope(level=(0, 1)), Scope(app="web"))


def test_the_steps_lead_from_the_most_general_place_to_the_label_here() -> None:
    assert told(LIVE, KEY) == [
        ("all", "porn", Threshold(400, 850)),
        ("web", "porn/nudity", Threshold(None, 700)),
        ("live", "porn", None),
        ("live", "porn/nudity", None),
        ("live", KEY, Threshold(480)),
    ]


def test_the_last_step_that_says_something_decides() -> None:
    found = inheritance(policy(), LIVE, KEY)
    assert found.decided is not None
    assert (found.decided.key, found.decided.threshold) == (KEY, Threshold(480))
    assert found.is_own(LIVE, KEY)
    assert not inheritance(policy(), replace(LIVE, lang="zh"), KEY).is_own(replace(LIVE, lang="zh"), KEY)


def test_a_scope_without_a_section_inherits_everything() -> None:
    found = inheritance(policy(), Scope(app="ios", event="post"), "ad/qr")
    assert [(one.key, one.threshold) for one in found.steps] == [
        ("*", Threshold(900)),
        ("ad", None),
        ("ad/qr", None),
    ]
    assert found.flags.name == "all"


def test_where_no_section_covers_the_scope_nothing_decides() -> None:
    found = inheritance(Policy(), LIVE, KEY)
    assert (found.decided, found.flags.otherwise) == (None, "machine")


def test_what_is_asked_before_a_scope_can_fit_the_same_result() -> None:
    assert [one.name for one in above(policy(), Scope(app="web"))] == ["zh", "live"]
    assert above(policy(), Scope(app="ios")) == []
    assert [one.name for one in covering(policy(), LIVE)] == ["live", "web", "all"]


def test_it_is_what_evaluation_asks_for_a_result_of_exactly_that_scope() -> None:
    """A result that fits no narrower section: its one label is judged by the threshold that is told."""
    counted = 0
    for seed, _, _, made in worlds():
        dice = random.Random(seed)
        section = dice.choice(made.sections)
        key = dice.choice(["porn/a/x", "porn/b", "ad", "own/a/y", *(k for k in section.thresholds if k != "*")])
        facts = of_scope(section.scope, key, dice.randint(0, 1000))
        if any(one.scope.fits(facts) for one in above(made, section.scope)):
            continue
        others = [one for one in made.sections if one.scope.fits(facts)]
        if sorted(map(id, others)) != sorted(map(id, covering(made, section.scope))):
            continue  # of its type it names one part, and another section asks for another
        found = evaluate(facts, made, BUILT_IN_TAXONOMY)
        assert found is not None
        origin = effective(made, section.scope, key)
        (link,) = [one for one in found.chain if one.by in ("threshold", "machine", "otherwise")]
        assert (link.by == "threshold") == (origin is not None), seed
        if origin and link.threshold:
            assert (link.section, link.threshold.label) == (origin.section and origin.section.name, origin.key), seed
            counted += 1
        assert origin == inheritance(made, section.scope, key).decided, seed
    assert counted > 1000


def of_scope(scope: Scope, key: str, points: int) -> Facts:
    path = LabelPath(*[*key.split("/"), "", ""][:3])
    label = Label(path, RiskLevel.PASS, probability=points / 1000)
    result = Result(
        "r", 1100, Shape.IMAGE_V4, {}, risk_level=RiskLevel.PASS, path=path, final_result=1, labels=(label,)
    )
    level = scope.level[0] if scope.level else None
    request = Request({}, event_id=scope.event, type=scope.type, lang=scope.lang, level=level)
    return Facts(result, request, app_id=scope.app)
