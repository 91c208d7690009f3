"""`POST /v1/image/check`: the product page's form, with labels and thresholds of the call's own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import access_keys
from moderation.contract.values import Box, RiskLevel
from moderation.messages import english
from moderation.models import Case, MachineResult
from moderation.policy_versions import past_facts, store
from tests.customer import Customer
from tests.factories.policy_decisions import SECTION
from tests.moderation.gateway.calling import CHECK, as_base64, picture, post
from tests.moderation.gateway.conftest import set_app
from tests.moderation.gateway.engine import CLEAN, StubEngine, fails, found, label
from tests.world import World

PORN, ADS = label("porn/female_nudity/nvxiongloudian", 0.7, RiskLevel.PASS), label("ad", 0.4, RiskLevel.PASS)


def check(client: Client, world: World, **asked: Any) -> dict[str, Any]:
    body = {"image": as_base64(picture()), "app_id": "web"} | asked
    return post(client, CHECK, {name: value for name, value in body.items() if value is not None}, world.bearer)


def loosening(world: World) -> dict[str, str]:
    _, key = access_keys.issue(name="l", app=world.web, scopes=["gateway"], by="tests", may_loosen=True)
    return {"Authorization": f"Bearer {key}"}


@pytest.fixture(autouse=True)
def answered_without_what_cannot_be_checked(world: World) -> None:
    set_app(world, uncovered="answer")


def test_the_form_of_the_product_page(world: World, client: Client, engine: StubEngine, host: Customer) -> None:
    box = Box("f1", "person", "", 0.9, (120.0, 45.4, 280.0, 210.0))
    engine.finds = found(label("porn/female_nudity", 0.874, RiskLevel.REJECT, ("f1",)), boxes=(box,))
    url = host.serve("/photo.png", picture(400, 300))
    answer = check(client, world, image=None, image_url=url, labels=["all"], thresholds={"porn": 500})
    assert answer["decision"] == "block"
    assert answer["labels"] == [
        {
            "l1": "porn",
            "l1_name": "Sexually Explicit Content",
            "l2": "female_nudity",
            "l2_name": "Female Nudity",
            "l3": "",
            "l3_name": "",
            "confidence": 874,
            "bbox": [120, 45, 280, 210],
        }
    ]
    assert answer["processing_time_ms"] >= 0
    assert Case.objects.get().request_id == answer["request_id"]
    assert "VIOLENT" in engine.shown[0][1].types


def test_a_threshold_blocks_from_its_number_on(world: World, client: Client, engine: StubEngine) -> None:
    engine.finds = found(PORN, ADS)
    decisions = {
        number: check(client, world, thresholds={"porn": number})["decision"] for number in (0, 700, 701, 1000)
    }
    assert decisions == {0: "block", 700: "block", 701: "allow", 1000: "allow"}
    assert check(client, world)["decision"] == "allow"


def test_the_most_specific_threshold_counts_and_names_are_canonical(
    world: World, client: Client, engine: StubEngine
) -> None:
    engine.finds = found(PORN)
    both = {"Erotic": 100, "porn.female_nudity": 900}
    assert check(client, world, thresholds=both)["decision"] == "allow"
    assert check(client, world, thresholds=both | {"porn/Female_Nudity/nvxiongloudian": 650})["decision"] == "block"
    assert check(client, world, thresholds={"all": 650})["decision"] == "block"


def test_only_the_labels_asked_for_count(world: World, client: Client, engine: StubEngine) -> None:
    engine.finds = found(label("violence", 0.9, RiskLevel.REJECT), PORN)
    answer = check(client, world, labels=["porn", "minor"])
    assert (answer["decision"], [one["l1"] for one in answer["labels"]]) == ("allow", ["porn"])
    assert engine.shown[0][1].types == {"EROTIC", "MINOR", "IMGTEXTRISK"}
    assert check(client, world, labels=["violence_terror"])["decision"] == "block"
    assert check(client, world, labels=["porn", "all"])["decision"] == "block"


def test_thresholds_make_the_policy_stricter_only(world: World, client: Client, engine: StubEngine) -> None:
    """The policy reviews porn from 400 and rejects it from 850."""
    store.put_in_force({"sections": [SECTION]}, by=world.dave)
    engine.finds = found(PORN)
    decisions = [check(client, world, thresholds={"porn": number})["decision"] for number in (300, 650, 750, 1000)]
    assert decisions == ["block", "block", "review", "review"]
    engine.finds = found(label("porn", 0.9))
    assert check(client, world, thresholds={"porn": 950})["decision"] == "block"


def test_unless_the_key_may_loosen(world: World, client: Client, engine: StubEngine) -> None:
    store.put_in_force({"sections": [SECTION]}, by=world.dave)
    engine.finds = found(label("porn", 0.9))
    body = {"image": as_base64(picture()), "thresholds": {"porn": 950}}
    assert post(client, CHECK, body, loosening(world))["decision"] == "review"
    chain = MachineResult.objects.get().route["chain"]
    assert (chain[0]["by"], chain[0]["threshold"]) == ("call", {"label": "porn", "which": "reject", "number": 950})


def test_what_the_call_asked_is_kept_and_told(world: World, client: Client, engine: StubEngine) -> None:
    engine.finds = found(PORN, ADS)
    check(client, world, labels=["porn"], thresholds={"porn": 650})
    case, machine = Case.objects.get(), MachineResult.objects.get()
    assert case.narrowing == {"labels": ["porn"], "thresholds": {"porn": 650}, "mayLoosen": False}
    told = [(link["label"], link["by"], link["riskLevel"]) for link in machine.route["chain"]]
    porn = "porn/female_nudity/nvxiongloudian"
    assert told == [(porn, "call", "REJECT"), ("ad", "not-asked", "PASS"), ("normal", "machine", "PASS")]
    assert english(machine.route["why"]).endswith("is rejected from 650, as the call asked")


def test_replay_narrows_as_intake_did(world: World, client: Client, engine: StubEngine) -> None:
    engine.finds = found(PORN)
    check(client, world, thresholds={"porn": 650})
    (facts,) = past_facts.facts_of(MachineResult.objects.select_related("case__app"))
    assert facts.narrowing
    assert facts.narrowing.thresholds == {"porn": 650}


def test_nobody_else_can_narrow_a_case(world: World, client: Client) -> None:
    from tests.factories import bodies
    from tests.moderation.api.calls import post as post_result

    envelope = bodies.envelope(requestId="r1", riskLevel="REJECT", finalResult=1)
    envelope["request"] |= {"narrowing": {"labels": ["ad"], "thresholds": {}, "mayLoosen": True}, "callback": "x"}
    assert post_result(client, envelope, world.bearer).status_code == 201
    case = Case.objects.get()
    assert (case.narrowing, case.callback) == (None, "")


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({"image": None}, "image_url"),
        ({"image_url": "https://a.example/x.jpg"}, "image_url"),
        ({"image": "§"}, "image"),
        ({"labels": []}, "labels"),
        ({"labels": "porn"}, "labels"),
        ({"labels": ["porn", 17]}, "labels.1"),
        ({"labels": ["a/b/c/d"]}, "labels.0"),
        ({"thresholds": {"porn": 1001}}, "thresholds.porn"),
        ({"thresholds": {"porn": -1}}, "thresholds.porn"),
        ({"thresholds": {"porn": "high"}}, "thresholds.porn"),
        ({"thresholds": [500]}, "thresholds"),
        ({"thresholds": {"": 5}}, "thresholds"),
        ({"token_id": "a b"}, "token_id"),
    ],
)
def test_every_mistake_is_named(
    world: World, client: Client, engine: StubEngine, asked: dict[str, Any], named: str
) -> None:
    answer = check(client, world, **asked)
    assert (answer["code"], set(answer)) == (1902, {"request_id", "code", "message"})
    assert f"{named}: " in answer["message"] or f"{named}." in answer["message"]
    assert not Case.objects.exists()


def test_labels_that_no_engine_can_give_are_named(world: World, client: Client, engine: StubEngine) -> None:
    engine.finds = replace(CLEAN, checked=frozenset({"EROTIC", "QRCODE", "IMGTEXTRISK"}))
    every = check(client, world)
    assert every["not_checked"] == ["ad", "ban", "minor", "politics", "violence"]
    some = check(client, world, labels=["porn", "drugs/cannabis", "abuse"])
    assert (some["decision"], some["not_checked"]) == ("allow", ["abuse", "ban/cannabis"])
    set_app(world, uncovered="review")
    assert check(client, world, labels=["violence"])["decision"] == "review"
    assert "not_checked" not in check(client, world, labels=["porn"])


def test_only_the_types_of_the_labels_asked_for_are_judged(world: World, client: Client, engine: StubEngine) -> None:
    """Text and labels without a type are looked for besides, which no app has to be allowed to ask for."""
    set_app(world, allowed_types="EROTIC_QRCODE")
    assert check(client, world, labels=["porn"])["decision"] == "allow"
    assert engine.shown[-1][1].types == {"EROTIC"}
    some = check(client, world, labels=["porn", "abuse"])
    assert (some["decision"], some["not_checked"]) == ("allow", ["abuse"])
    every = check(client, world)
    assert engine.shown[-1][1].types == {"EROTIC", "QRCODE"}
    assert every["not_checked"] == ["ad", "ban", "minor", "politics", "violence"]
    refused = check(client, world, labels=["porn", "violence"])
    assert (refused["code"], "VIOLENT" in refused["message"], "IMGTEXT" in refused["message"]) == (9101, True, False)
    set_app(world, allowed_types="LOGO")
    assert check(client, world)["code"] == 9101
    set_app(world, allowed_types="IMGTEXTRISK_EROTIC")
    check(client, world, labels=["porn"])
    assert engine.shown[-1][1].types == {"EROTIC", "IMGTEXTRISK"}


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({"event_id": "e" * 65}, "event_id"),
        ({"eventId": "e" * 65}, "eventId"),
        ({"tokenId": "a b"}, "tokenId"),
        ({"data_id": "d" * 129}, "data_id"),
        ({"app_id": None, "appId": 17}, "appId"),
        ({"image": None, "image_url": "http://127.0.0.1:9/x.png"}, "image_url"),
        ({"image": None, "image_url": "no address §"}, "image_url"),
        ({"image": as_base64(picture(10, 10))}, "image"),
        ({"image": as_base64(bytes(10 * 1024 * 1024 + 1))}, "image"),
    ],
)
def test_fields_are_named_as_the_call_has_them(
    world: World, client: Client, engine: StubEngine, asked: dict[str, Any], named: str
) -> None:
    message = check(client, world, **asked)["message"]
    assert message.startswith(f"{named}: "), message
    assert "data." not in message
    assert "callback" not in message, "which this call does not take"


def test_many_labels_take_as_many_statements_as_one(world: World, client: Client, engine: StubEngine) -> None:
    counts = []
    check(client, world)  # the first call fills what a process keeps
    for labels in (["porn"], [f"porn/l{nth}" for nth in range(500)]):
        with CaptureQueriesContext(connection) as captured:
            assert check(client, world, labels=labels, thresholds=dict.fromkeys(labels, 500))["code"] == 1100
        counts.append(len(captured))
    assert counts[1] <= counts[0]


def test_failures_have_codes(world: World, client: Client, engine: StubEngine) -> None:
    engine.finds = fails
    assert check(client, world)["code"] == 1903
    assert check(client, world, image=None, image_url="http://127.0.0.1:9/x.png")["code"] == 1911
    assert post(client, CHECK, {"image": as_base64(picture())}, {})["code"] == 9101
    engine.finds = CLEAN
    assert check(client, world)["decision"] == "allow"
