"""What it costs to evaluate a result by a policy of 976 labels in each of four sections.

Beside it, in the same turns, a call of an empty function: how many of those it is worth does
not depend on the machine. In processor time.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

import pytest

from benchmarks.table.rows import row
from moderation.contract.values import Label, LabelPath, Request, Result, RiskLevel, Shape
from moderation.policy import BUILT_IN_TAXONOMY, Facts, Policy, evaluate, read

LABELS, TURNS, CALLS = 976, 15, 2_000
SCOPES = ({"app": "web", "event": "live", "level": [0, 1]}, {"app": "web", "event": "live"}, {"app": "web"}, {})


@pytest.fixture(scope="module")
def policy() -> Policy:
    started = time.perf_counter()
    sections = [
        {
            "name": f"section {place}",
            "scope": scope,
            "thresholds": {f"porn/{place}/{n}": {"review": 400, "reject": 850} for n in range(LABELS)},
        }
        for place, scope in enumerate(SCOPES)
    ]
    made = read(1, {"sections": sections})
    print(f"\n{LABELS} × {len(SCOPES)} thresholds read in {(time.perf_counter() - started) * 1000:.0f} ms")
    return made


@pytest.mark.parametrize("labels", [1, 3, 10])
@pytest.mark.parametrize("place", [0, 3], ids=["found first", "found last"])
def test_one_result_is_evaluated_in_less_than_a_tenth_of_a_millisecond(labels: int, place: int, policy: Policy) -> None:
    facts = result_with(labels, place)
    assert evaluate(facts, policy, BUILT_IN_TAXONOMY)
    pairs = [
        (microseconds(lambda: evaluate(facts, policy, BUILT_IN_TAXONOMY)), microseconds(lambda: None))
        for _ in range(TURNS)
    ]
    ours, empty = (median(column) for column in zip(*pairs, strict=True))
    print(f"\n{labels} labels: {ours:.1f} µs, {ours / empty:.0f} empty calls of {empty:.3f} µs")
    row("policy", ours, f"the slowest of six: {labels} labels")


def result_with(labels: int, place: int) -> Facts:
    found = tuple(
        Label(LabelPath("porn", str(place), str(n)), RiskLevel.REVIEW, probability=n / labels) for n in range(labels)
    )
    result = Result("r", 1100, Shape.IMAGE_V4, {}, risk_level=RiskLevel.REVIEW, path=found[0].path, labels=found)
    return Facts(result, Request({}, event_id="live", type="POLITY_EROTIC_VIOLENT_ADVERT", level=1), app_id="web")


def microseconds(act: Callable[[], object]) -> float:
    """For one call."""
    started = time.thread_time()
    for _ in range(CALLS):
        act()
    return (time.thread_time() - started) * 1e6 / CALLS
