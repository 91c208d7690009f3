"""Changes of a policy in sentences, in both languages. Pure but for the translation."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils.translation import override

from moderation.policy import BUILT_IN_TAXONOMY, read
from moderation.policy.changes import changes
from review.presentation.policy_changes import ChangeLine, lines

Body = dict[str, Any]
DEFAULT: Body = {"name": "default", "thresholds": {"porn": {"review": 400, "reject": 850}, "qr": {"review": 500}}}
LIVE: Body = {"name": "web / live", "scope": {"app": "web", "event": "live"}}


def told(before: Body, after: Body) -> list[ChangeLine]:
    return lines(changes(read(1, before), read(2, after)), {"q": "Nudity"}, BUILT_IN_TAXONOMY)


def sentences(before: Body, after: Body) -> list[str]:
    """Without their markup."""
    return [re.sub("<[^>]+>", "", one.sentence) for one in told(before, after)]


def of_thresholds(before: Any, after: Any) -> str:
    first, second = (
        [DEFAULT, LIVE | {"thresholds": {} if numbers is None else {"porn/nudity": numbers}}]
        for numbers in (before, after)
    )
    (sentence,) = sentences({"sections": first}, {"sections": second})
    return sentence.removeprefix("In web / live, Nudity is ")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (None, {"review": 480, "reject": 820}, "reviewed from 480 (was 400) and rejected from 820 (was 850)."),
        (None, {"review": 400, "reject": 820}, "reviewed from 400 and rejected from 820 (was 850)."),
        (None, {"review": 480}, "reviewed from 480 (was reviewed from 400 and rejected from 850)."),
        (None, {"reject": 0}, "blocked (was reviewed from 400 and rejected from 850)."),
        (None, {}, "allowed (was reviewed from 400 and rejected from 850)."),
        ({}, {"review": 0}, "always reviewed (was allowed)."),
        ({"reject": 700}, {"reject": 600}, "rejected from 600 (was 700)."),
        ({"reject": 700}, None, "reviewed from 400 and rejected from 850 (was rejected from 700), as default says."),
    ],
)
def test_a_threshold(before: Any, after: Any, said: str) -> None:
    assert of_thresholds(before, after) == said


def test_what_was_inherited_from_nowhere_was_the_machines_level() -> None:
    (sentence,) = sentences({"sections": [LIVE]}, {"sections": [LIVE | {"thresholds": {"*": {"review": 7}}}]})
    assert sentence == "In web / live, every other label is reviewed from 7 (was counted as the machine says)."


@pytest.mark.parametrize(
    ("flag", "value", "said"),
    [
        ("otherwise", "REVIEW", "In web / live, labels without a threshold are reviewed; before, they counted as"),
        ("afterReject", "confirm", "In web / live, a person confirms each rejection; before, it was final at once."),
        ("intermediate", "decide", "In web / live, thresholds decide intermediate results too; before, a person did."),
    ],
)
def test_a_flag_and_back(flag: str, value: str, said: str) -> None:
    one, other = {"sections": [LIVE]}, {"sections": [LIVE | {flag: value}]}
    assert sentences(one, other)[0].startswith(said)
    assert len(sentences(other, one)) == 1


def test_sections() -> None:
    everything = LIVE | {"name": "a", "scope": {"type": "EROTIC", "lang": "zh", "level": [0, 1]}}
    assert sentences({}, {"sections": [LIVE]}) == ["New section web / live, for app web, event live."]
    assert sentences({}, {"sections": [DEFAULT]})[0] == "New section default, for all results."
    assert sentences({"sections": [DEFAULT]}, {}) == ["The section default is removed, with 2 thresholds."]
    assert sentences({"sections": [LIVE]}, {"sections": [LIVE | {"name": "l"}]}) == [
        "The section web / live is called l."
    ]
    assert sentences({"sections": [LIVE | {"name": "a"}]}, {"sections": [everything]}) == [
        "The section a is for type EROTIC, language zh, user level 0, 1; before, for app web, event live."
    ]


def test_rules_and_boosts() -> None:
    one, two, three = ({"name": name, "when": {"app": [name]}, "queue": "q"} for name in ("a", "b", "c"))
    assert sentences({"rules": [one, two]}, {"rules": [{"name": "b", "when": {"app": ["b"]}, "boost": 0}, three]}) == [
        "Rule 1 is changed: b If the app is b: to the default queue. Before: b If the app is b: to Nudity.",
        "New rule 2: c If the app is c: to Nudity.",
        "Rule 1 is removed: a If the app is a: to Nudity.",
    ]
    assert sentences({"rules": [one, two, three]}, {"rules": [three, one, two]}) == [
        "Rule 3 is rule 1 now: c If the app is c: to Nudity."
    ]
    assert sentences({}, {"boosts": {"reach": 3}}) == ["Each user level moves a task up by +3 min (was +2 min)."]


def test_marks() -> None:
    stricter, milder = ([DEFAULT | {"thresholds": {"qr": {"review": number}}}] for number in (400, 600))
    both = told({"sections": stricter}, {"sections": milder}), told({"sections": milder}, {"sections": stricter})
    assert [(line.mark, line.direction) for (line,) in both] == [("↓", "milder"), ("↑", "stricter")]
    assert [one.mark for one in told({"rules": [{"queue": "q"}]}, {"sections": [LIVE]})] == ["+", "−"]


def test_typed_text_is_escaped() -> None:
    odd = LIVE | {"name": "<i>{}", "thresholds": {"<b>{}": {"review": 1}}}
    rule = {"name": "<u>{0}", "when": {"room": ["<s>"]}, "queue": "q"}
    shown = "".join(one.sentence for one in told({}, {"sections": [odd], "rules": [rule]}))
    assert not re.search("<[isu]>|<b>{", shown)
    assert shown.count("&lt;i&gt;{}") == 2


@pytest.mark.parametrize("name", ["threshold", "section", "rule", "boost"])
def test_they_are_translated(name: str) -> None:
    after: dict[str, Body] = {
        "threshold": {"sections": [DEFAULT | {"thresholds": {"porn": {"review": 300, "reject": 850}}}]},
        "section": {"sections": [DEFAULT, LIVE]},
        "rule": {"sections": [DEFAULT], "rules": [{"queue": "q"}]},
        "boost": {"sections": [DEFAULT], "boosts": {"severity": {"critical": 1, "high": 15, "moderate": 5}}},
    }
    with override("zh-hans"):
        shown = sentences({"sections": [DEFAULT]}, after[name])
    assert not re.search("section|removed|reviewed|moves", shown[0])
    if name == "threshold":
        assert shown[0] == "在default中，色情：审核阈值 300（原为 400），拒绝阈值 850。"
