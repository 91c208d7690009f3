"""`POST /images/v4`: up to twelve pictures, each a case of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.test import Client

from moderation.contract.values import RiskLevel
from moderation.engines.protocol import Ask, Findings, Frame
from moderation.models import Case
from tests.customer import Customer
from tests.moderation.gateway.calling import IMAGES, QUERY, as_base64, call, picture, post
from tests.moderation.gateway.engine import CLEAN, StubEngine, found, label
from tests.world import World


def batch(*items: Any, **changes: Any) -> dict[str, Any]:
    return call(data={"img": None, "imgs": list(items)}, **changes)


def item(bt_id: str, width: int = 64, **more: Any) -> dict[str, Any]:
    return {"btId": bt_id, "img": as_base64(picture(width))} | more


def wide_is_porn(frames: Sequence[Frame], ask: Ask) -> Findings:
    return found(label("porn", 0.9, RiskLevel.REJECT)) if frames[0].width > 100 else CLEAN


def test_each_picture_has_its_own_result(world: World, client: Client, engine: StubEngine) -> None:
    engine.finds = wide_is_porn
    items = [item("a"), item("b", 200, dataId="post-b"), item("c", 10), item("d")]
    answer = post(client, IMAGES, batch(*items), world.bearer)
    assert (answer["code"], [one["btId"] for one in answer["imgs"]]) == (1100, ["a", "b", "c", "d"])
    assert [one["code"] for one in answer["imgs"]] == [1100, 1100, 1902, 1100]
    assert [one.get("riskLevel") for one in answer["imgs"]] == ["PASS", "REJECT", None, "PASS"]
    assert answer["imgs"][1]["requestId"] == f"{answer['requestId']}_b"
    assert answer["imgs"][1]["dataId"] == "post-b"
    kept = Case.objects.order_by("pk").values_list("request_id", "bt_id", "data_id")
    ids = answer["requestId"]
    assert list(kept) == [(ids, "a", "post-17"), (ids, "b", "post-b"), (ids, "d", "post-17")]


def test_pictures_at_addresses_are_fetched_side_by_side(
    world: World, client: Client, engine: StubEngine, host: Customer
) -> None:
    items = [{"btId": str(nth), "img": host.serve(f"/{nth}.png", picture(64 + nth))} for nth in range(12)]
    answer = post(client, IMAGES, batch(*items), world.bearer)
    assert [one["code"] for one in answer["imgs"]] == [1100] * 12
    assert sorted(host.asked) == sorted(f"/{nth}.png" for nth in range(12))
    widths = {ask.request.img: frames[0].width for frames, ask in engine.shown}
    assert widths == {f"{host.url}/{nth}.png": 64 + nth for nth in range(12)}


def test_mistakes_are_named_where_they_are(world: World, client: Client, engine: StubEngine) -> None:
    items = [item("a"), item("a"), {"img": "§"}, item("c", interval=0), "no object"]
    answer = post(client, IMAGES, batch(*items, eventId=None), world.bearer)
    assert answer["code"] == 1902
    places = (
        "eventId",
        "data.imgs.1.btId",
        "data.imgs.2.img",
        "data.imgs.2.btId",
        "data.imgs.3.interval",
        "data.imgs.4",
    )
    for place in places:
        assert f"{place}: " in answer["message"], answer["message"]
    assert answer["message"].count("eventId: ") == 1
    assert not engine.shown


def test_a_place_is_that_of_the_call_whatever_stands_before_it(
    world: World, client: Client, engine: StubEngine
) -> None:
    items = [None, 17, item("c", interval=0), "text", item("e", maxFrame=99)]
    message = post(client, IMAGES, batch(*items), world.bearer)["message"]
    assert [one for one in range(5) if f"data.imgs.{one}" in message] == [0, 1, 2, 3, 4], message
    assert "data.imgs.2.interval: " in message
    assert "data.imgs.4.maxFrame: " in message
    assert "data.imgs.1: Got a number" in message


def test_no_more_than_twelve(world: World, client: Client, engine: StubEngine) -> None:
    assert post(client, IMAGES, batch(), world.bearer)["code"] == 1902
    many = [item(str(nth)) for nth in range(13)]
    assert post(client, IMAGES, batch(*many), world.bearer)["code"] == 1902
    assert not Case.objects.exists()


def test_a_batch_is_queried_by_its_id_or_by_that_of_a_picture(world: World, client: Client, engine: StubEngine) -> None:
    engine.finds = wide_is_porn
    sent = post(client, IMAGES, batch(item("a"), item("b_1", 200)), world.bearer)
    whole = post(client, QUERY, {"requestId": sent["requestId"]}, world.bearer)
    assert whole["imgs"] == sent["imgs"]
    one = post(client, QUERY, {"requestId": f"{sent['requestId']}_b_1"}, world.bearer)
    assert one == sent["imgs"][1]
