"""Who calls, what is read before that is known, and calls that are sent again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from accounts import access_keys, key_use
from accounts.models import AuditEvent, KeyUse
from moderation.gateway import asynchronous
from moderation.models import Case, Delivery, GatewayCall
from tests.moderation.gateway.calling import CHECK, IMAGE, IMAGES, QUERY, as_base64, call, picture, post
from tests.moderation.gateway.engine import StubEngine
from tests.world import World

DOORS = (IMAGE, IMAGES, QUERY, CHECK)


class Unread:
    """A body that nobody may read."""

    def read(self, *_: Any) -> bytes:
        raise AssertionError("the body was read")

    readline = read


def issued(world: World, *, name: str = "k", scope: str = "gateway", **rate: Any) -> str:
    return access_keys.issue(name=name, app=world.web, scopes=[scope], by="tests", **rate)[1]


@pytest.mark.parametrize("url", DOORS)
def test_a_key_in_the_header_is_checked_before_the_body_is_read(
    world: World, client: Client, engine: StubEngine, url: str
) -> None:
    slow = issued(world, rate_per_second=0.01, burst=1)
    refused = {"sl_nobody": 9101, issued(world, scope="ingest"): 9101, slow: 1901, "": 9101}
    post(client, QUERY, {"requestId": "x"}, {"Authorization": f"Bearer {slow}"})
    for key, code in refused.items():
        unread: Any = {"wsgi.input": Unread()}
        told = {"Authorization": f"Bearer {key}"}
        response = client.post(url, b"{}", content_type="application/json", headers=told, **unread)
        assert response.json()["code"] == code, key


@pytest.mark.parametrize(("url", "mebibytes"), [(IMAGE, 64), (IMAGES, 64), (QUERY, 1), (CHECK, 16)])
def test_each_call_has_its_own_limit(
    world: World, client: Client, engine: StubEngine, url: str, mebibytes: int
) -> None:
    announcements: list[Any] = [{}, {"CONTENT_LENGTH": str(mebibytes * 1024 * 1024 + 1)}]
    told = [
        client.post(url, b"{}", content_type="application/json", headers=world.bearer, **announced).json()["message"]
        for announced in announcements
    ]
    assert "MiB" not in told[0]
    assert told[1] == f"body: A call of this address may have {mebibytes} MiB."


def test_both_ways_to_give_a_key_are_counted_alike(world: World, client: Client, engine: StubEngine) -> None:
    key = issued(world)
    post(client, IMAGE, call(accessKey=key))
    post(client, IMAGE, call(), {"Authorization": f"Bearer {key}"})
    key_use.buffer.flush()
    assert KeyUse.objects.get(key__name="k").calls == 2
    access_keys.LAST_USE.buffer.flush()
    assert KeyUse.objects.get(key__name="k").key.last_used_at


def test_the_longest_name_of_a_key(world: World, client: Client, engine: StubEngine) -> None:
    key = {"Authorization": f"Bearer {issued(world, name='n' * 150)}"}
    assert post(client, IMAGE, call(callback="http://127.0.0.1:9/"), key)["code"] == 1100
    assert len(list(asynchronous.work_due())) == 1
    assert post(client, IMAGE, call(), key)["code"] == 1100
    names = AuditEvent.objects.filter(action="case.received").values_list("by_name", flat=True)
    assert (len(names), len(set(names)), names[0][:159]) == (2, 1, f"key {'n' * 150} (sl_")


def again(world: World, name: str = "post-17, first try") -> dict[str, str]:
    return world.bearer | {"Idempotency-Key": name}


def test_a_call_that_is_sent_again_is_the_same_case(world: World, client: Client, engine: StubEngine) -> None:
    body = json.dumps(call())
    first, second = (post(client, IMAGE, body, again(world)) for _ in range(2))
    assert (first, Case.objects.count(), len(engine.shown)) == (second, 1, 1)
    others = [
        post(client, IMAGE, body, again(world, "another")),
        post(client, IMAGE, json.dumps(call(eventId="other")), again(world)),
        post(client, IMAGE, body, {**again(world), "Authorization": f"Bearer {issued(world)}"}),
        post(client, IMAGE, body, world.bearer),
        post(client, IMAGE, body, world.bearer),
    ]
    assert len({first["requestId"], *(one["requestId"] for one in others)}) == 6
    assert Case.objects.count() == 6


def test_also_one_of_the_product_page_and_a_batch(world: World, client: Client, engine: StubEngine) -> None:
    check = {"image": as_base64(picture()), "app_id": "web"}
    told = [post(client, CHECK, check, again(world)) | {"processing_time_ms": 0} for _ in range(2)]
    assert told[0] == told[1]
    items = [{"btId": "a", "img": as_base64(picture())}, {"btId": "b", "img": as_base64(picture(10, 10))}]
    batches = [post(client, IMAGES, call(data={"img": None, "imgs": items}), again(world)) for _ in range(2)]
    assert batches[0] == batches[1]
    assert [one["code"] for one in batches[1]["imgs"]] == [1100, 1902]
    assert Case.objects.count() == 2


def test_also_one_with_a_callback(world: World, client: Client, engine: StubEngine) -> None:
    body = json.dumps(call(callback="http://127.0.0.1:9/"))
    first, second = (post(client, IMAGE, body, again(world)) for _ in range(2))
    assert (first, GatewayCall.objects.count()) == (second, 1)
    list(asynchronous.work_due())
    assert post(client, IMAGE, body, again(world)) == first
    list(asynchronous.work_due())
    assert (Case.objects.count(), Delivery.objects.count(), GatewayCall.objects.count()) == (1, 1, 0)


def test_a_name_of_a_try_that_is_too_long(world: World, client: Client, engine: StubEngine) -> None:
    answer = post(client, IMAGE, call(), again(world, "x" * 256))
    assert (answer["code"], "Idempotency-Key" in answer["message"]) == (1902, True)
