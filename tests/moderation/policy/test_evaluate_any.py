"""Thousands of made-up policies and results, evaluated twice: by the product, and plainly after the words of the design
(docs/decisions/0029). Pure: no database, and every run has the same ones.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from moderation.contract.values import Label, LabelPath, Request, Result, RiskLevel, Shape
from moderation.policy import BUILT_IN_TAXONOMY, Evaluation, Facts, Policy, PolicyRefused, evaluate, read
from moderation.policy.taxonomy import ALIASES

WORLDS = 10_000
LEVELS = (RiskLevel.PASS, RiskLevel.REVIEW, RiskLevel.REJECT)
FIRST, SECOND, THIRD = ("porn", "Erotic", "AD", "own"), ("", "a", "A", "b"), ("", "x", "y")
SCOPE: dict[str, list[Any]] = {
    "app": ["web", "ios"],
    "event": ["live", "post"],
    "type": ["EROTIC", "POLITY"],
    "lang": ["en", "zh"],
    "level": [[0], [1, 2], [0, 2]],
}


def worlds() -> Iterator[tuple[int, Facts, dict[str, Any], Policy]]:
    """Facts, a policy's body and the policy that was read of it. Bodies that are refused are left out."""
    seed, made = 0, 0
    while made < WORLDS:
        dice, seed = random.Random(seed), seed + 1
        body = a_body(dice)
        try:
            policy = read(1, body)
        except PolicyRefused:
            continue
        made += 1
        yield seed, some_facts(dice), body, policy


def a_body(dice: random.Random) -> dict[str, Any]:
    return {"sections": [a_section(dice, n) for n in range(dice.randint(1, 4))]}


def a_section(dice: random.Random, number: int) -> dict[str, Any]:
    fields = dice.sample(list(SCOPE), k=min(number, dice.randint(0, 3)))
    thresholds = {a_key(dice): numbers(dice) for _ in range(dice.randint(0, 4))}
    return {
        "name": f"section {number}",
        "scope": {name: dice.choice(SCOPE[name]) for name in fields},
        "thresholds": thresholds,
        "otherwise": dice.choice(["machine", "PASS", "REVIEW"]),
        "afterReject": dice.choice(["final", "confirm"]),
        "intermediate": dice.choice(["person", "decide"]),
    }


def a_key(dice: random.Random) -> str:
    first, second, third = dice.choice(FIRST), dice.choice(SECOND), dice.choice(THIRD)
    return dice.choice(["*", "/".join((first, second, third) if second and third else filter(None, (first, second)))])


def numbers(dice: random.Random) -> dict[str, int]:
    review, reject = sorted((dice.randint(0, 1000), dice.randint(0, 1000)))
    given = {"review": review, "reject": reject}
    return {name: given[name] for name in given if dice.random() < 0.8}


def some_facts(dice: random.Random) -> Facts:
    labels = tuple(a_label(dice) for _ in range(dice.randint(0, 4)))
    result = Result(
        "r",
        1100 if dice.random() < 0.95 else 1911,
        Shape.IMAGE_V4,
        {},
        risk_level=dice.choice(LEVELS),
        path=dice.choice(labels).path if labels and dice.random() < 0.6 else a_path(dice),
        result_type=int(dice.random() < 0.05),
        final_result=int(dice.random() < 0.7),
        labels=labels,
    )
    types = dice.choice(["EROTIC", "polity_erotic", "ADVERT", ""])
    request = Request(
        {},
        event_id=dice.choice(["live", "post", ""]),
        type=types,
        lang=dice.choice(["en", "zh", ""]),
        level=dice.choice([None, 0, 1, 2]),
    )
    return Facts(result, request if dice.random() < 0.9 else None, app_id=dice.choice(["web", "ios"]))


def a_label(dice: random.Random) -> Label:
    probability = None if dice.random() < 0.15 else dice.choice([dice.random(), dice.randint(0, 1000) / 1000])
    return Label(a_path(dice), dice.choice((*LEVELS, None)), probability=probability)


def a_path(dice: random.Random) -> LabelPath:
    second = dice.choice(SECOND)
    return LabelPath(dice.choice(FIRST), second, dice.choice(THIRD) if second else "")


# Plainly, from the body as it was written: nothing below uses what the product reads or remembers.


def plainly(facts: Facts, body: dict[str, Any]) -> str | None:
    result = facts.result
    if result.code != 1100 or result.result_type == 1:
        return None
    fitting = sorted(
        (one for one in body["sections"] if fits(one["scope"], facts)), key=lambda one: len(one["scope"]), reverse=True
    )
    if not fitting:
        return None
    counted = [judged(label, fitting, result) for label in result.labels]
    if same(result.path) not in [same(label.path) for label in result.labels]:
        counted.append(str(result.risk_level))
    flags, strictest = fitting[0], max(counted, key=["PASS", "REVIEW", "REJECT"].index)
    if result.final_result == 0 and flags["intermediate"] == "person":
        return "REVIEW"
    return "REVIEW" if strictest == "REJECT" and flags["afterReject"] == "confirm" else strictest


def fits(scope: dict[str, Any], facts: Facts) -> bool:
    request = facts.request
    known = {
        "app": [facts.app_id],
        "event": [request.event_id] if request else [],
        "type": request.type.upper().split("_") if request else [],
        "lang": [request.lang] if request else [],
    }
    for field, wanted in scope.items():
        if field == "level":
            if request is None or request.level not in wanted:
                return False
        elif wanted not in known[field]:
            return False
    return True


def judged(label: Label, fitting: list[dict[str, Any]], result: Result) -> str:
    machine = str(label.risk_level or result.risk_level)
    if label.probability is None:
        return machine
    threshold = next(
        (found for one in fitting if (found := looked_up(label.path, one["thresholds"])) is not None), None
    )
    if threshold is None:
        return machine if fitting[0]["otherwise"] == "machine" else str(fitting[0]["otherwise"])
    points = round(label.probability * 1000)
    if points >= threshold.get("reject", 1001):
        return "REJECT"
    return "REVIEW" if points >= threshold.get("review", 1001) else "PASS"


def looked_up(path: LabelPath, thresholds: dict[str, dict[str, int]]) -> dict[str, int] | None:
    """The third level, else the second, else the first, else `*`."""
    written = {same(LabelPath(*name.split("/"))): numbers for name, numbers in thresholds.items()}
    first, second, third = same(path)
    for wanted in ((first, second, third), (first, second, ""), (first, "", ""), ("*", "", "")):
        if wanted in written:
            return written[wanted]
    return None


def same(path: LabelPath) -> tuple[str, str, str]:
    first = path.risk_label1.casefold()
    return ALIASES.get(first, first), path.risk_label2.casefold(), path.risk_label3.casefold()


def told(found: Evaluation | None) -> str | None:
    return str(found.outcome) if found else None


@pytest.fixture(scope="module")
def many() -> list[tuple[int, Facts, dict[str, Any], Policy]]:
    return list(worlds())


Many = list[tuple[int, Facts, dict[str, Any], Policy]]


def test_the_worlds_are_of_every_kind(many: Many) -> None:
    found = [evaluate(facts, policy, BUILT_IN_TAXONOMY) for _, facts, _, policy in many]
    kinds = [(told(one), one.chain[0].by if one else None) for one in found]
    for outcome in ("PASS", "REVIEW", "REJECT"):
        assert kinds.count((outcome, "threshold")) > WORLDS / 100
        assert kinds.count((outcome, "machine")) > WORLDS / 100
    for kind in (("REVIEW", "intermediate"), ("REVIEW", "confirm"), ("REVIEW", "otherwise"), ("PASS", "otherwise")):
        assert kinds.count(kind) > WORLDS / 200, kind
    assert kinds.count((None, None)) > WORLDS / 50


def test_every_result_gets_what_the_words_say(many: Many) -> None:
    for seed, facts, body, policy in many:
        assert told(evaluate(facts, policy, BUILT_IN_TAXONOMY)) == plainly(facts, body), seed


def test_the_order_of_labels_and_of_sections_does_not_matter(many: Many) -> None:
    for seed, facts, body, policy in many:
        dice = random.Random(seed)
        labels = dice.sample(facts.result.labels, k=len(facts.result.labels))
        turned = replace(facts, result=replace(facts.result, labels=tuple(labels)))
        sections = dice.sample(body["sections"], k=len(body["sections"]))
        other = evaluate(turned, read(1, {"sections": sections}), BUILT_IN_TAXONOMY)
        assert evaluate(facts, policy, BUILT_IN_TAXONOMY) == other, seed


def test_the_chain_names_what_decided(many: Many) -> None:
    for seed, facts, _, policy in many:
        found = evaluate(facts, policy, BUILT_IN_TAXONOMY)
        if found:
            first = found.chain[0]
            assert first.level == found.outcome, seed
            assert first.section == found.section, seed
            assert (first.threshold is None) <= (first.by != "threshold" or first.level == RiskLevel.PASS), seed


def test_a_lower_number_never_makes_an_outcome_milder(many: Many) -> None:
    for seed, facts, body, _ in many:
        flags = {"afterReject": "final", "intermediate": "decide"}  # which make a REVIEW of a REJECT
        before = [one | flags for one in body["sections"]]
        after = [one | {"thresholds": halved(one["thresholds"])} for one in before]
        mild, strict = (evaluate(facts, read(1, {"sections": each}), BUILT_IN_TAXONOMY) for each in (before, after))
        if mild and strict:
            assert LEVELS.index(strict.outcome) >= LEVELS.index(mild.outcome), seed


def halved(thresholds: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    return {key: {name: number // 2 for name, number in one.items()} for key, one in thresholds.items()}
