"""`POST /v4/image/query`: which cases a key sees, in how many statements, and in which form."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import access_keys
from accounts.models import App
from moderation.contract import parse_submission
from moderation.gateway import asynchronous
from moderation.intake.accept import accept_all
from moderation.models import Case, GatewayCall
from tests.factories import bodies
from tests.moderation.gateway.calling import IMAGE, IMAGES, QUERY, as_base64, call, picture, post
from tests.moderation.gateway.engine import StubEngine
from tests.world import World

FEW = 15


def key(app: App | None, *scopes: str) -> dict[str, str]:
    _, secret = access_keys.issue(name="k", app=app, scopes=list(scopes), by="tests")
    return {"Authorization": f"Bearer {secret}"}


def posted(world: World, *results: dict[str, Any], app: App | None = None) -> None:
    """Results that a backend sent, which did not come through the gateway."""
    accept_all([(parse_submission(one), app or world.web) for one in results], by="tests")


def code(client: Client, request_id: str, bearer: dict[str, str]) -> int:
    return int(post(client, QUERY, {"requestId": request_id}, bearer)["code"])


def test_a_key_of_the_gateway_alone_sees_its_cases_alone(world: World, client: Client, engine: StubEngine) -> None:
    ours = post(client, IMAGE, call(), world.bearer)["requestId"]
    posted(world, bodies.result(requestId="theirs"))
    alone, reader = key(world.web, "gateway"), key(world.web, "gateway", "read")
    everywhere, other = key(None, "gateway"), key(world.other_app, "gateway", "read")
    assert [code(client, ours, one) for one in (alone, reader, everywhere, other)] == [1100, 1100, 1100, 1902]
    assert [code(client, "theirs", one) for one in (alone, reader, everywhere, other)] == [1902, 1100, 1902, 1902]
    assert code(client, "theirs", world.bearer) == 1100
    assert post(client, QUERY, {"appId": "app", "requestId": ours}, everywhere)["code"] == 1902


def test_an_item_of_a_batch_of_others_is_not_seen_either(world: World, client: Client, engine: StubEngine) -> None:
    posted(world, bodies.result(requestId="b", btId="1"), bodies.result(requestId="b", btId="2"))
    alone, reader = key(world.web, "gateway"), key(world.web, "gateway", "read")
    assert [code(client, one, alone) for one in ("b", "b_1")] == [1902, 1902]
    whole = post(client, QUERY, {"requestId": "b"}, reader)
    assert [one["requestId"] for one in whole["imgs"]] == ["b", "b"]
    assert code(client, "b_2", reader) == 1100


@pytest.mark.parametrize(
    "body",
    [
        {"request_id": "old", "decision": "review", "labels": [{"l1": "porn", "confidence": 700}]},
        {"request_id": "old", "decision": "allow", "labels": []},
    ],
)
def test_the_older_form_is_answered_in_the_fields_of_image_v4(
    world: World, client: Client, body: dict[str, Any]
) -> None:
    posted(world, body)
    told = post(client, QUERY, {"requestId": "old"}, world.bearer)
    expected = {"review": ("REVIEW", 0), "allow": ("PASS", 1)}[body["decision"]]
    assert (told["requestId"], told["code"], told["riskLevel"], told["finalResult"]) == ("old", 1100, *expected)


def test_a_failure_that_was_posted_has_its_code(world: World, client: Client) -> None:
    posted(world, {"requestId": "f", "code": 1911, "message": "gone"})
    assert post(client, QUERY, {"requestId": "f"}, world.bearer)["code"] == 1911


def test_a_hundred_take_as_many_statements_as_one(world: World, client: Client, engine: StubEngine) -> None:
    items = [{"btId": f"a_{nth}", "img": as_base64(picture())} for nth in range(6)]
    batches = [post(client, IMAGES, call(data={"img": None, "imgs": items}), world.bearer) for _ in range(3)]
    ids = [one["requestId"] for batch in batches for one in batch["imgs"]]
    waiting = post(client, IMAGE, call(callback="http://127.0.0.1:9/"), world.bearer)["requestId"]
    odd = ["_" * 257, "x_" * 100, "nobody"]
    asked = [*ids, *(batch["requestId"] for batch in batches), waiting, *odd, *(f"n_{nth}" for nth in range(70))]
    code(client, ids[0], world.bearer)  # the first call fills what a process keeps
    with CaptureQueriesContext(connection) as few:
        assert code(client, ids[0], world.bearer) == 1100
    with CaptureQueriesContext(connection) as many:
        told = post(client, QUERY, {"requestIds": asked}, world.bearer)
    assert [one["code"] for one in told["contents"]] == [1100] * 21 + [1102] + [1902] * 73
    assert [one["requestId"] for one in told["contents"]] == asked
    assert len(told["contents"][18]["Result"]["imgs"]) == 6
    assert len(many) == len(few) <= FEW


def test_the_same_id_twice_is_answered_twice(world: World, client: Client, engine: StubEngine) -> None:
    ours = post(client, IMAGE, call(), world.bearer)["requestId"]
    told = post(client, QUERY, {"requestIds": [ours, ours]}, world.bearer)
    assert [one["Result"]["requestId"] for one in told["contents"]] == [ours, ours]


def test_one_picture_of_a_batch_in_work(world: World, client: Client, engine: StubEngine) -> None:
    items = [{"btId": name, "img": as_base64(picture())} for name in ("a", "b")]
    sent = call(callback="http://127.0.0.1:9/", data={"img": None, "imgs": items})
    batch = post(client, IMAGES, sent, world.bearer)["requestId"]
    next(asynchronous.work_due())
    (left,) = GatewayCall.objects.all()
    done = next(name for name in ("a", "b") if name != left.bt_id)
    codes = [code(client, one, world.bearer) for one in (batch, f"{batch}_{done}", f"{batch}_{left.bt_id}")]
    assert codes == [1102, 1100, 1102]
    assert Case.objects.get().by_gateway
