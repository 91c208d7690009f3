"""Calls with a `callback`: acknowledged at once, moderated by a worker, the answer sent until HTTP 200."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone

from accounts import access_keys
from moderation.contract.values import RiskLevel
from moderation.gateway import calls
from moderation.media import uploads
from moderation.models import Case, Delivery, Endpoint, GatewayCall, MachineResult, Upload
from moderation.policy_versions import store
from moderation.webhooks.deliver import deliver_due
from review.cases import accounting
from review.workflow.reopen import reopen
from tests.customer import Customer
from tests.factories import verdicts
from tests.factories.policy_decisions import SECTION
from tests.moderation.gateway.calling import IMAGE, IMAGES, QUERY, as_base64, call, picture, post
from tests.moderation.gateway.engine import StubEngine, fails, found, label
from tests.moderation.webhooks.receiver import Answer, Receiver, receiving
from tests.world import World


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


def send(client: Client, world: World, receiver: Receiver, **changes: Any) -> str:
    answer = post(client, IMAGE, call(callback=receiver.url, **changes), world.bearer)
    assert answer == {"requestId": answer["requestId"], "code": 1100, "message": "success"}
    return str(answer["requestId"])


def queried(client: Client, world: World, request_id: str) -> dict[str, Any]:
    return post(client, QUERY, {"requestId": request_id}, world.bearer)


def bodies_of(receiver: Receiver) -> list[dict[str, Any]]:
    return [json.loads(one.body) for one in receiver.received]


def test_the_answer_goes_to_the_callback(world: World, client: Client, engine: StubEngine, receiver: Receiver) -> None:
    engine.finds = found(label("porn", 0.9, RiskLevel.REJECT))
    request_id = send(client, world, receiver)
    assert (queried(client, world, request_id)["code"], engine.shown) == (1102, [])
    assert list(calls.work_due()) == [request_id]
    assert not GatewayCall.objects.exists()
    deliver_due()
    (body,) = bodies_of(receiver)
    assert (body["requestId"], body["code"], body["riskLevel"], body["finalResult"]) == (request_id, 1100, "REJECT", 1)
    assert body == queried(client, world, request_id)
    (headers,) = (one.headers for one in receiver.received)
    assert "webhook-signature" not in headers
    assert headers["webhook-id"] == Delivery.objects.get().webhook_id
    assert Upload.objects.count() == 1  # of the case, until it is rendered


def test_thirty_megabytes_with_a_callback(world: World, client: Client, engine: StubEngine, receiver: Receiver) -> None:
    start = picture(kind="JPEG")
    most = start + bytes(30 * 1024 * 1024 - len(start))
    send(client, world, receiver, data={"img": as_base64(most)})
    assert len(list(calls.work_due())) == 1
    assert MachineResult.objects.get().code == 1100
    answer = post(client, IMAGE, call(callback=receiver.url, data={"img": as_base64(most + b"\0")}), world.bearer)
    assert (answer["code"], "data.img: " in answer["message"]) == (1902, True)


def test_a_failure_goes_there_too(world: World, client: Client, engine: StubEngine, receiver: Receiver) -> None:
    engine.finds = fails
    failed = send(client, world, receiver)
    list(calls.work_due())
    engine.finds = found()
    small = send(client, world, receiver, data={"img": as_base64(picture(10, 10))})
    gone = send(client, world, receiver, data={"img": f"{receiver.url}/nothing.png"})
    assert len(list(calls.work_due())) == 2
    deliver_due()
    codes = {body["requestId"]: body["code"] for body in bodies_of(receiver)}
    assert codes == {failed: 1903, small: 1902, gone: 1911}
    assert [queried(client, world, one)["code"] for one in (failed, small, gone)] == [1903, 1902, 1911]


def test_the_persons_verdict_follows_behind_the_machines(
    world: World, client: Client, engine: StubEngine, receiver: Receiver, settings: Any
) -> None:
    settings.UNDO_SECONDS = 0
    engine.finds = found(label("porn/nudity", 0.6))
    request_id = send(client, world, receiver)
    list(calls.work_due())
    receiver.answers = [Answer(500), Answer()]
    verdicts.decide(verdicts.take_lease(world.default, by=world.carol), by=world.carol)
    deliver_due()
    assert [body["finalResult"] for body in bodies_of(receiver)] == [0], "the machine's first, however often it takes"
    Delivery.objects.filter(state="pending").update(due_at=Now())
    deliver_due()
    deliver_due()
    told = [(body["riskLevel"], body["resultType"], body["finalResult"]) for body in bodies_of(receiver)]
    assert told == [("REVIEW", 0, 0), ("REVIEW", 0, 0), ("REJECT", 1, 1)]
    last = bodies_of(receiver)[-1]
    assert (last["requestId"], last["allLabels"][0]["riskLabel1"], last["dataId"]) == (request_id, "porn", "post-17")
    assert queried(client, world, request_id) == last
    reopen(Case.objects.get().pk, by=world.carol)
    again = verdicts.take_lease(world.default, by=world.carol)
    verdicts.decide(again, by=world.carol, judgement=verdicts.PASS)
    deliver_due()
    assert (bodies_of(receiver)[-1]["riskLevel"], len(receiver.received)) == ("PASS", 4)
    assert accounting.account().unaccounted == 0


def test_what_policy_decides_is_told_once(world: World, client: Client, engine: StubEngine, receiver: Receiver) -> None:
    store.put_in_force({"sections": [SECTION]}, by=world.dave)
    engine.finds = found(label("porn/nudity", 0.95))
    send(client, world, receiver)
    list(calls.work_due())
    deliver_due()
    deliver_due()
    (body,) = bodies_of(receiver)
    assert (body["riskLevel"], body["resultType"], body["finalResult"]) == ("REJECT", 0, 1)
    assert accounting.account().unaccounted == 0


def test_after_1_to_8_seconds_then_never_again(
    world: World, client: Client, engine: StubEngine, receiver: Receiver
) -> None:
    receiver.answers = [Answer(201)]  # the contract wants 200
    send(client, world, receiver)
    list(calls.work_due())
    waits = []
    for _ in range(9):
        deliver_due()
        row = Delivery.objects.get()
        waits.append(round((row.due_at - timezone.now()).total_seconds()) if row.state == "pending" else row.state)
        Delivery.objects.filter(state="pending").update(due_at=Now())
    assert (waits, len(receiver.received)) == ([1, 2, 3, 4, 5, 6, 7, 8, "dead"], 9)
    assert len({one.headers["webhook-id"] for one in receiver.received}) == 1


def test_a_410_stops_neither_it_nor_the_others(
    world: World, client: Client, engine: StubEngine, receiver: Receiver
) -> None:
    receiver.answers = [Answer(410), Answer()]
    first, second = send(client, world, receiver), send(client, world, receiver)
    list(calls.work_due())
    deliver_due()
    Delivery.objects.filter(state="pending").update(due_at=Now())
    deliver_due()
    assert {body["requestId"] for body in bodies_of(receiver)} == {first, second}
    assert set(Delivery.objects.values_list("state", flat=True)) == {"delivered"}
    assert Endpoint.objects.get().state == "enabled"


def test_callbacks_share_a_row_by_host_and_are_on_no_page(
    world: World, client: Client, engine: StubEngine, host: Customer
) -> None:
    for path in ("a?key=1", "b"):
        post(client, IMAGE, call(callback=f"{host.url}/{path}"), world.bearer)
    list(calls.work_due())
    deliver_due()
    assert sorted(one.path for one in host.received) == ["/a?key=1", "/b"]
    row = Endpoint.objects.get()
    assert (row.callback_of, row.types, host.url == row.url) == (world.web, [], True)
    client.force_login(world.dave)
    assert row.name not in client.get("/manage/endpoints/").content.decode()
    assert client.get(f"/manage/endpoints/{row.pk}/").status_code == 404
    urls = Delivery.objects.order_by("pk").values_list("url", flat=True)
    assert list(urls) == [f"{host.url}/a?key=1", f"{host.url}/b"]


def test_a_worker_that_dies_leaves_it_to_the_next(
    world: World, client: Client, engine: StubEngine, receiver: Receiver
) -> None:
    """After the case was stored, before the call was done with: it is answered once."""
    request_id = send(client, world, receiver)
    (row,) = GatewayCall.objects.all()
    list(calls.work_due())
    row.pk, row.leased_until, row.upload = None, timezone.now() - timedelta(seconds=1), uploads.keep(picture())
    row.save()
    assert list(calls.work_due()) == [request_id]
    assert (Case.objects.count(), MachineResult.objects.count(), Delivery.objects.count()) == (1, 1, 1)
    assert len(engine.shown) == 1
    assert not GatewayCall.objects.exists()


def test_what_ends_its_worker_again_and_again_fails(
    world: World, client: Client, engine: StubEngine, receiver: Receiver
) -> None:
    request_id = send(client, world, receiver)
    GatewayCall.objects.update(attempts=calls.MOST_LEASES)
    list(calls.work_due())
    assert (queried(client, world, request_id)["code"], engine.shown) == (1903, [])


def test_one_that_is_leased_is_left_alone(world: World, client: Client, engine: StubEngine, receiver: Receiver) -> None:
    send(client, world, receiver)
    GatewayCall.objects.update(leased_until=timezone.now() + timedelta(seconds=60))
    assert list(calls.work_due()) == []


def test_maintenance_leaves_the_pixels_of_a_waiting_call(
    world: World, client: Client, engine: StubEngine, receiver: Receiver
) -> None:
    send(client, world, receiver)
    Upload.objects.update(stored_at=timezone.now() - timedelta(days=1))
    assert uploads.forget_left() == 0
    assert len(list(calls.work_due())) == 1


def test_a_batch_is_answered_picture_by_picture(
    world: World, client: Client, engine: StubEngine, receiver: Receiver
) -> None:
    items = [{"btId": name, "img": as_base64(picture())} for name in ("a", "b")]
    answer = post(client, IMAGES, call(callback=receiver.url, data={"img": None, "imgs": items}), world.bearer)
    assert queried(client, world, answer["requestId"])["code"] == 1102
    assert queried(client, world, f"{answer['requestId']}_a")["code"] == 1102
    list(calls.work_due())
    deliver_due()
    told = [(body["requestId"], [one["btId"] for one in body["imgs"]]) for body in bodies_of(receiver)]
    assert sorted(told) == [(answer["requestId"], ["a"]), (answer["requestId"], ["b"])]
    assert len(queried(client, world, answer["requestId"])["imgs"]) == 2


def test_addresses_that_we_do_not_call_are_refused_at_once(
    world: World, client: Client, engine: StubEngine, settings: Any
) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS, settings.ENDPOINT_SCHEMES = (), ("https",)
    for url in ("https://127.0.0.1/x", "https://[::1]/", "https://169.254.169.254/x", "http://a.example/x"):
        answer = post(client, IMAGE, call(callback=url), world.bearer)
        assert (answer["code"], "callback: " in answer["message"]) == (1902, True), url
    assert not GatewayCall.objects.exists()


def test_a_query_for_what_nobody_knows(world: World, client: Client, engine: StubEngine, receiver: Receiver) -> None:
    assert queried(client, world, "unknown")["code"] == 1902
    assert post(client, QUERY, {}, world.bearer)["code"] == 1902
    assert post(client, QUERY, {"requestIds": ["a"] * 101}, world.bearer)["code"] == 1902
    mine = send(client, world, receiver)
    several = post(client, QUERY, {"requestIds": [mine, "unknown"]}, world.bearer)
    assert [(one["requestId"], one["code"]) for one in several["contents"]] == [(mine, 1102), ("unknown", 1902)]
    _, other = access_keys.issue(name="other", app=world.other_app, scopes=["gateway"], by="tests")
    assert post(client, QUERY, {"accessKey": other, "requestId": mine})["code"] == 1902


def test_the_row_cannot_be_there_twice(world: World, client: Client, engine: StubEngine, receiver: Receiver) -> None:
    send(client, world, receiver)
    with connection.cursor() as cursor:
        columns = "app_id, request_id, bt_id, key_name, request, upload, callback, attempts"
        cursor.execute(
            f"INSERT INTO moderation_gatewaycall ({columns}) SELECT {columns} FROM moderation_gatewaycall"  # noqa: S608
            " ON CONFLICT DO NOTHING"
        )
        assert cursor.rowcount == 0
