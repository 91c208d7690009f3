"""Where and in which form the answers of calls with a `callback` go."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from moderation.gateway import asynchronous
from moderation.models import Delivery, Endpoint
from moderation.policy_versions import store
from moderation.webhooks import gateway_callbacks
from moderation.webhooks.deliver import deliver_due
from tests.factories import verdicts
from tests.factories.policy_decisions import SECTION
from tests.moderation.gateway.calling import IMAGE, IMAGES, as_base64, call, picture, post
from tests.moderation.gateway.engine import StubEngine, found, label
from tests.moderation.webhooks.receiver import Receiver, receiving
from tests.world import World


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


def bodies_of(receiver: Receiver) -> list[dict[str, Any]]:
    return [json.loads(one.body) for one in receiver.received]


def test_a_picture_of_a_batch_has_one_form_whoever_decided(
    world: World, client: Client, engine: StubEngine, receiver: Receiver, settings: Any
) -> None:
    """What policy decides alone, what waits for a person, and what the person says: a batch of one picture."""
    settings.UNDO_SECONDS = 0
    store.put_in_force({"sections": [SECTION]}, by=world.dave)
    engine.finds = lambda frames, ask: found(label("porn/nudity", 0.95 if frames[0].width > 100 else 0.6))
    items = [{"btId": name, "img": as_base64(picture(width))} for name, width in (("a", 200), ("b", 64))]
    sent = call(callback=receiver.url, data={"img": None, "imgs": items})
    batch = post(client, IMAGES, sent, world.bearer)["requestId"]
    list(asynchronous.work_due())
    deliver_due()
    verdicts.decide(verdicts.take_lease(world.default, by=world.carol), by=world.carol)
    deliver_due()
    assert {(body["requestId"], body["code"], len(body["imgs"])) for body in bodies_of(receiver)} == {(batch, 1100, 1)}
    told = [body["imgs"][0] for body in bodies_of(receiver)]
    assert sorted((one["btId"], one["riskLevel"], one["resultType"], one["finalResult"]) for one in told) == [
        ("a", "REJECT", 0, 1),
        ("b", "REJECT", 1, 1),
        ("b", "REVIEW", 0, 0),
    ]


def test_hosts_beyond_a_number_share_a_row(
    world: World, client: Client, engine: StubEngine, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each row costs a little whenever deliveries are leased, for good."""
    monkeypatch.setattr(gateway_callbacks, "MOST_HOSTS", 2)
    port = urlsplit(receiver.url).port
    urls = [f"http://{host}:{port}/x" for host in ("127.0.0.1", "localhost", "127.0.0.2", "127.0.0.3", "LOCALHOST")]
    for url in urls:
        post(client, IMAGE, call(callback=url), world.bearer)
    list(asynchronous.work_due())
    rows = Endpoint.objects.order_by("pk").values_list("url", flat=True)
    assert list(rows) == [f"http://127.0.0.1:{port}", f"http://localhost:{port}", ""]
    assert list(Delivery.objects.order_by("pk").values_list("url", flat=True)) == urls
    shared = Delivery.objects.filter(endpoint__url="")
    assert list(shared.order_by("pk").values_list("url", flat=True)) == urls[2:4]
    post(client, IMAGE, call(appId="app", callback=urls[0]), world.bearer)
    list(asynchronous.work_due())
    assert Endpoint.objects.filter(callback_of=world.other_app).count() == 1
