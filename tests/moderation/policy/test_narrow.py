"""What a call asked of policy: stricter only, unless it may loosen; and never more than it asked for. Pure."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from moderation.contract.narrowing import Narrowing
from moderation.contract.values import RiskLevel
from moderation.messages import english
from moderation.policy import BUILT_IN, BUILT_IN_TAXONOMY, Facts, Policy, evaluate, read, route
from moderation.policy.sections import keys
from tests.moderation.policy.test_evaluate import label, sent
from tests.moderation.policy.test_evaluate_any import a_key, worlds

STRICTNESS = {RiskLevel.PASS: 0, RiskLevel.REVIEW: 1, RiskLevel.REJECT: 2}
PORN = {"sections": [{"name": "all", "thresholds": {"porn": {"review": 400, "reject": 850}}}]}


def outcome(facts: Facts, policy: Policy) -> RiskLevel:
    found = evaluate(facts, policy, BUILT_IN_TAXONOMY)
    assert found
    return found.outcome


@pytest.mark.parametrize(
    ("probability", "number", "strict", "loose"),
    [
        (0.9, 950, "REJECT", "REVIEW"),
        (0.9, 900, "REJECT", "REJECT"),
        (0.7, 700, "REJECT", "REJECT"),
        (0.7, 701, "REVIEW", "REVIEW"),
        (0.3, 300, "REJECT", "REJECT"),
        (0.3, 301, "PASS", "PASS"),
    ],
)
def test_a_number_replaces_the_reject(probability: float, number: int, strict: str, loose: str) -> None:
    facts = sent(label("porn/nudity", probability), riskLevel="REVIEW")
    asked = Narrowing(thresholds={"porn": number})
    assert outcome(replace(facts, narrowing=asked), read(1, PORN)) == strict
    assert outcome(replace(facts, narrowing=replace(asked, may_loosen=True)), read(1, PORN)) == loose


def test_without_sections_the_machines_level_is_narrowed() -> None:
    facts = sent(label("porn", 0.6, "REJECT"), label("ad", 0.9, "REVIEW"), riskLevel="REJECT")
    for narrowing, level in (
        (Narrowing(thresholds={"porn": 700}), "REJECT"),
        (Narrowing(thresholds={"porn": 700}, may_loosen=True), "REVIEW"),
        (Narrowing(thresholds={"ad": 900}), "REJECT"),
        (Narrowing(("ad",)), "REVIEW"),
        (Narrowing(("politics",)), "PASS"),
    ):
        assert outcome(replace(facts, narrowing=narrowing), BUILT_IN) == level, narrowing
    assert evaluate(facts, BUILT_IN, BUILT_IN_TAXONOMY) is None


def test_what_nobody_named_is_never_left_out() -> None:
    """The gateway's doubt about a picture that could not be checked."""
    facts = sent(label("unchecked", None, "REVIEW"), riskLevel="REVIEW")
    assert outcome(replace(facts, narrowing=Narrowing(("ad",), {"*": 1000}, may_loosen=True)), BUILT_IN) == "REVIEW"


def test_the_chain_says_so() -> None:
    facts = sent(label("porn", 0.7), label("ad", 0.2), riskLevel="REVIEW")
    asked = Narrowing(("porn",), {"porn": 650})
    routed = route(replace(facts, narrowing=asked), policy=read(1, PORN), taxonomy=BUILT_IN_TAXONOMY)
    first, second = routed.as_json()["chain"]
    assert english(first["why"]) == "porn scores 700 and is rejected from 650, as the call asked"
    assert english(second["why"]) == "ad does not count: the call asked for other labels"
    assert (first["section"], first["threshold"]["number"], routed.level) == ("", 650, RiskLevel.REJECT)


def test_over_made_up_policies_a_call_is_never_milder_unless_it_may() -> None:
    stricter = milder = 0
    for seed, facts, _, policy in worlds():
        dice = random.Random(seed)
        thresholds = {key: dice.randint(0, 1000) for key in (_key(dice) for _ in range(dice.randint(0, 3)))}
        asked = Narrowing((), thresholds)
        before = evaluate(facts, policy, BUILT_IN_TAXONOMY)
        after = evaluate(replace(facts, narrowing=asked), policy, BUILT_IN_TAXONOMY)
        loose = evaluate(replace(facts, narrowing=replace(asked, may_loosen=True)), policy, BUILT_IN_TAXONOMY)
        if before is None or after is None or loose is None:
            continue
        assert STRICTNESS[after.outcome] >= STRICTNESS[before.outcome], (seed, asked)
        assert STRICTNESS[loose.outcome] <= STRICTNESS[after.outcome], (seed, asked)
        stricter += after.outcome != before.outcome
        milder += loose.outcome != after.outcome
    assert stricter > 100
    assert milder > 10


def test_over_made_up_results_only_what_is_asked_for_counts() -> None:
    """As if the other labels had not been found."""
    compared = 0
    for seed, facts, _, policy in worlds():
        asked = Narrowing((_key(random.Random(seed)),))
        result = facts.result
        own = keys(result.path, BUILT_IN_TAXONOMY)
        if not result.labels or own not in [keys(one.path, BUILT_IN_TAXONOMY) for one in result.labels]:
            continue
        left = [one for one in result.labels if asked.asks_for(keys(one.path, BUILT_IN_TAXONOMY))]
        if not left or own not in [keys(one.path, BUILT_IN_TAXONOMY) for one in left]:
            continue
        found = evaluate(replace(facts, narrowing=asked), policy, BUILT_IN_TAXONOMY)
        alone = evaluate(replace(facts, result=replace(result, labels=tuple(left))), policy, BUILT_IN_TAXONOMY)
        if found and alone:
            compared += 1
            assert found.outcome == alone.outcome, seed
    assert compared > 100


def _key(dice: random.Random) -> str:
    """As the gateway makes them: canonical, the other levels case-folded."""
    first, *others = a_key(dice).split("/")
    return "/".join([BUILT_IN_TAXONOMY.canonical(first), *map(str.casefold, others)])
