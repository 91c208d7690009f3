"""Calls of image v4, made up: whatever comes, HTTP 200, an answer that our OpenAPI document describes, a code that
fits. GENERATED_IMAGE_CALLS=2000 sends so many.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator

from moderation.contract.values import RiskLevel
from moderation.engines.protocol import Ask, Findings, Frame
from moderation.gateway import schemas
from moderation.models import Case
from tests.moderation.gateway.calling import IMAGE, as_base64, call, picture, post
from tests.moderation.gateway.engine import StubEngine, fails, found, label
from tests.world import World, build

CALLS = int(os.environ.get("GENERATED_IMAGE_CALLS", "300"))
VALID = Draft202012Validator(schemas.IMAGE_ANSWER)
PICTURES = [as_base64(picture(*size)) for size in ((64, 48), (20, 20), (19, 20), (30, 200))]
RUBBISH: list[Any] = [None, True, 0, -1, 1.5, 10**30, "", " ", "x" * 2000, "\u202e", [], [[]], {}, {"a": {"b": []}}]

Value = Callable[[random.Random], Any]


@pytest.fixture
def world(transactional_db: None) -> World:
    """Committed: no transaction lasts as long as all these calls."""
    return build()


def one_of(*values: Any) -> Value:
    return lambda dice: dice.choice(values)


TOP: dict[str, Value] = {
    "appId": one_of("web", "web", "web", "nobody"),
    "eventId": one_of("profile", "message", "e" * 64, "e" * 65),
    "type": one_of("POLITY_EROTIC", "BAN_BOCR", "WEAPONS", "T" * 65),
    "businessType": one_of("LOGO", "FACECOMPARE", "B" * 129),
    "acceptLang": one_of("zh", "en", "fr"),
    "callback": one_of("ftp://a.example", "https://user@a.example/"),
    "unknown": one_of(1),
}
DATA: dict[str, Value] = {
    "img": one_of(*PICTURES, "§", "http://127.0.0.1:9/x.png"),
    "backupUrl": one_of("http://127.0.0.1:9/y.png", "u" * 1025),
    "tokenId": one_of("u_1", "a b"),
    "dataId": one_of("d", "d" * 129),
    "lang": one_of("en", "zh", "auto", "fr"),
    "interval": one_of(1, 3, 0),
    "maxFrame": one_of(1, 20, 21),
    "level": one_of(0, 4, 5),
    "gender": one_of("0", "male", 3),
    "nickname": one_of("n" * 151),
    "receiveTokenId": one_of("r", "r r"),
    "imgCompareBase": one_of("https://a.example/f.jpg"),
    "extra": one_of({"passThrough": {"a": 1}}, {"isIgnoreTls": True}, {"room": "r" * 65}, {"isTokenSeparate": 2}),
    "streamInfo": one_of(
        {"streamId": "s", "similarDedup": True, "frameTime": 1_732_000_000_000, "timeWindow": 5},
        {"similarDedup": True},
        {"riskNum": 9},
    ),
}


def made_up(dice: random.Random) -> Any:
    body = call(data={"img": PICTURES[0]})
    for place, known in ((body, TOP), (body["data"], DATA)):
        for name in dice.sample(list(known), k=dice.choice([0, 0, 1, 2])):
            place[name] = dice.choice(RUBBISH) if dice.random() < 0.25 else known[name](dice)
        if dice.random() < 0.1 and place:
            del place[dice.choice(list(place))]
    if dice.random() < 0.03:
        body["data"] = dice.choice(RUBBISH)
    return dice.choice(RUBBISH) if dice.random() < 0.02 else body


def finds(dice: random.Random) -> Callable[[Sequence[Frame], Ask], Findings]:
    def detect(frames: Sequence[Frame], ask: Ask) -> Findings:
        if dice.random() < 0.1:
            return fails(frames, ask)
        paths = dice.sample(["porn/nudity", "ad", "violence/gore/blood", "own"], k=dice.randint(0, 3))
        scores = [None, 0.0, dice.random(), 1.0, 7.0]
        return found(*(label(path, dice.choice(scores), dice.choice(list(RiskLevel))) for path in paths))

    return detect


@pytest.mark.timeout(300 + CALLS)
def test_whatever_is_sent_the_answer_is_as_described(world: World, client: Client, engine: StubEngine) -> None:
    codes: Counter[int] = Counter()
    for seed in range(CALLS):
        dice = random.Random(seed)
        engine.finds = finds(dice)
        body = made_up(dice)
        answer = post(client, IMAGE, body, world.bearer)
        errors = [error.message for error in VALID.iter_errors(answer)]
        assert not errors, (seed, answer, errors)
        codes[answer["code"]] += 1
        if answer["code"] == 1100 and answer["finalResult"] == 0:
            assert answer["riskLevel"] == "REVIEW", (seed, answer)
    assert Case.objects.count() == codes[1100] + codes[1903] + codes[1911]
    assert set(codes) == {1100, 1902, 1903, 1911, 9101}, codes
    assert min(codes[1100], codes[1902], codes[1903]) >= CALLS // 20, codes
