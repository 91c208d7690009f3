"""Policies that somebody has edited at random, for the tests of changes and of merging."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from moderation.policy import Policy, PolicyRefused, read
from tests.moderation.policy.test_evaluate_any import a_body, a_key, a_section, numbers

Body = dict[str, Any]
QUEUES, LABELS = ("default", "nudity", "ads"), ("porn", "ad", "minor/*", "qr")


def a_policy(dice: random.Random) -> Body:
    """One that can be read, with rules of which some have no name."""
    while True:
        body = a_body(dice) | {"rules": [a_rule(dice, n) for n in range(dice.randint(0, 5))]}
        if is_sound(body):
            return body


def edited(dice: random.Random, body: Body, *, times: int) -> Body:
    """The policy after some edits, each of which leaves one that can be read."""
    while times:
        after = deepcopy(body)
        dice.choice(EDITS)(dice, after)
        if is_sound(after):
            body, times = after, times - 1
    return body


def policies(count: int) -> Iterator[tuple[random.Random, Policy, Policy, Policy]]:
    """A policy, and two that began with it."""
    for seed in range(count):
        dice = random.Random(seed)
        body = a_policy(dice)
        one, other = (edited(dice, body, times=dice.randint(0, 4)) for _ in range(2))
        yield dice, read(1, body), read(2, one), read(3, other)


def a_rule(dice: random.Random, number: int) -> Body:
    named = {"name": f"rule {number}"} if dice.random() < 0.6 else {}
    when = {"when": {"label": dice.sample(LABELS, k=dice.randint(1, 2))}} if dice.random() < 0.8 else {}
    return named | when | {"queue": dice.choice(QUEUES), "boost": dice.randint(1, 60)}


def is_sound(body: Body) -> bool:
    try:
        read(0, body)
    except PolicyRefused:
        return False
    return True


def _threshold(dice: random.Random, body: Body) -> None:
    if body["sections"]:
        dice.choice(body["sections"])["thresholds"][a_key(dice)] = numbers(dice)


def _without_threshold(dice: random.Random, body: Body) -> None:
    thresholds = [section["thresholds"] for section in body["sections"] if section["thresholds"]]
    if thresholds:
        found = dice.choice(thresholds)
        del found[dice.choice(list(found))]


def _flag(dice: random.Random, body: Body) -> None:
    if body["sections"]:
        dice.choice(body["sections"])["otherwise"] = dice.choice(["machine", "PASS", "REVIEW"])


def _section(dice: random.Random, body: Body) -> None:
    body["sections"].insert(dice.randint(0, len(body["sections"])), a_section(dice, dice.randint(4, 9)))


def _without_section(dice: random.Random, body: Body) -> None:
    if body["sections"]:
        body["sections"].pop(dice.randrange(len(body["sections"])))


def _name(dice: random.Random, body: Body) -> None:
    if body["sections"]:
        dice.choice(body["sections"])["name"] = f"named {dice.randint(0, 3)}"


def _rule(dice: random.Random, body: Body) -> None:
    body["rules"].insert(dice.randint(0, len(body["rules"])), a_rule(dice, dice.randint(10, 99)))


def _without_rule(dice: random.Random, body: Body) -> None:
    if body["rules"]:
        body["rules"].pop(dice.randrange(len(body["rules"])))


def _another_rule(dice: random.Random, body: Body) -> None:
    if body["rules"]:
        dice.choice(body["rules"])["boost"] = dice.randint(61, 99)


def _moved_rule(dice: random.Random, body: Body) -> None:
    if body["rules"]:
        rule = body["rules"].pop(dice.randrange(len(body["rules"])))
        body["rules"].insert(dice.randint(0, len(body["rules"])), rule)


def _boost(dice: random.Random, body: Body) -> None:
    body.setdefault("boosts", {})["reach"] = dice.randint(0, 9)


EDITS: tuple[Callable[[random.Random, Body], None], ...] = (
    *(_threshold, _without_threshold, _flag, _section, _without_section, _name),
    *(_rule, _without_rule, _another_rule, _moved_rule, _boost),
)
