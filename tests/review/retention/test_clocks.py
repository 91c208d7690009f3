"""Which rule says how long something is kept: a table, and what holds of all rules."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.erasure.kinds import Kind
from review.retention.clocks import FOR_EVER, Rule, days_of, shortest

NUDITY, BOBS = 1, 2
PICTURES, BODIES, RECORDS = Kind


def rule(queue: int | None = None, label: str = "", **days: int | None) -> Rule:
    return Rule(queue, tuple(label.split("/")) if label else (), {kind: days.get(kind.value) for kind in Kind})


ALL = rule(pictures=90)
OF_QUEUE = rule(NUDITY, pictures=60)
OF_PORN = rule(label="porn", pictures=30)
OF_BOTH = rule(NUDITY, "porn", pictures=10)
OF_DEEPER = rule(label="porn/nudity", pictures=5)
KEPT = rule(label="minor", pictures=FOR_EVER)


@pytest.mark.parametrize(
    ("rules", "queue", "label", "days"),
    [
        ([], NUDITY, "porn", None),
        ([rule(pictures=None)], NUDITY, "porn", None),
        ([ALL], None, "", 90),
        ([ALL, OF_QUEUE], NUDITY, "ad", 60),
        ([ALL, OF_QUEUE], BOBS, "ad", 90),
        ([ALL, OF_QUEUE], None, "ad", 90),
        ([ALL, OF_QUEUE, OF_PORN], NUDITY, "porn/nudity", 30),
        ([ALL, OF_QUEUE, OF_PORN, OF_BOTH], NUDITY, "porn/nudity", 10),
        ([ALL, OF_QUEUE, OF_PORN, OF_BOTH], BOBS, "porn/nudity", 30),
        ([OF_BOTH, OF_DEEPER], NUDITY, "porn/nudity/swimwear", 5),
        ([OF_BOTH, OF_DEEPER], NUDITY, "porn/other", 10),
        ([OF_DEEPER], NUDITY, "porn", None),
        ([OF_DEEPER, ALL], NUDITY, "porn/nudity_else", 90),
        ([ALL, KEPT], NUDITY, "minor/face", None),
        ([ALL, rule(NUDITY, pictures=None, bodies=3)], NUDITY, "ad", 90),
    ],
)
def test_the_most_specific_rule_that_says_anything_counts(
    rules: list[Rule], queue: int | None, label: str, days: int | None
) -> None:
    for order in (rules, rules[::-1]):
        assert days_of(order, queue=queue, label=tuple(label.split("/")))[PICTURES] == days


def test_each_kind_has_a_clock_of_its_own() -> None:
    rules = [rule(pictures=90, bodies=60), rule(NUDITY, bodies=FOR_EVER, records=400), rule(label="ad", records=300)]
    assert days_of(rules, queue=NUDITY, label=("ad",)) == {PICTURES: 90, BODIES: 300, RECORDS: 300}
    assert days_of(rules, queue=BOBS, label=("porn",)) == {PICTURES: 90, BODIES: 60, RECORDS: None}


def test_pictures_and_bodies_are_kept_no_longer_than_the_records() -> None:
    found = days_of([rule(pictures=FOR_EVER, bodies=700, records=365)], queue=None, label=())
    assert found == dict.fromkeys(Kind, 365)


_DAYS = st.none() | st.integers(0, 3)
_RULES = st.lists(
    st.builds(
        lambda queue, label, one, two, three: Rule(queue, label, {PICTURES: one, BODIES: two, RECORDS: three}),
        st.sampled_from([None, NUDITY, BOBS]),
        st.sampled_from([(), ("porn",), ("porn", "nudity"), ("ad",)]),
        *[_DAYS] * 3,
    ),
    max_size=8,
    unique_by=lambda one: (one.queue, one.label),
)


@given(_RULES, st.sampled_from([None, NUDITY, BOBS]), st.sampled_from([(), ("porn",), ("porn", "nudity"), ("x",)]))
def test_what_holds_of_all_rules(rules: list[Rule], queue: int | None, label: tuple[str, ...]) -> None:
    found: dict[Kind, Any] = dict(days_of(rules, queue=queue, label=label))
    assert found == days_of(rules[::-1], queue=queue, label=label), "the order of the rules says nothing"
    least: Any = shortest(rules)
    for kind in Kind:
        if found[kind] is not None:
            assert found[kind] >= least, "a run looks at no younger case"
            assert found[RECORDS] is None or found[kind] <= found[RECORDS]
    others = [one for one in rules if not one.fits(queue, label)]
    fitting = [one for one in rules if one.fits(queue, label)]
    assert found == days_of(fitting, queue=queue, label=label), "rules of others say nothing"
    assert days_of(others, queue=queue, label=label) == dict.fromkeys(Kind)
