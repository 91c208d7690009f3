"""The main job across real processes: a result comes in, a person decides it, the customer hears."""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import redis
from django.conf import settings
from PIL import Image
from standardwebhooks import Webhook

from moderation.contract import parse_submission
from moderation.contract.values import RiskLevel
from moderation.models import Delivery, Endpoint
from moderation.webhooks import endpoints
from tests.customer import Customer
from tests.factories import bodies
from tests.processes import RunningApp
from tests.waiting import PATIENCE_SECONDS, wait_for
from tests.world import PASSWORD, World


def jpeg(width: int = 640, height: int = 480) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(file, "JPEG")
    return file.getvalue()


@pytest.fixture
def alice(running_app: RunningApp, committed_world: World) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=running_app.url, trust_env=False, timeout=PATIENCE_SECONDS) as client:
        yield sign_in(client, committed_world.alice.email)


def sign_in(client: httpx.Client, email: str) -> httpx.Client:
    """A browser without a browser: cookies, and the CSRF header on every call."""
    client.get("/accounts/login/")
    form = {"login": email, "password": PASSWORD, "csrfmiddlewaretoken": client.cookies[settings.CSRF_COOKIE_NAME]}
    answer = client.post("/accounts/login/", data=form)
    assert answer.status_code == 302, answer.text
    client.headers["X-CSRFToken"] = client.cookies[settings.CSRF_COOKIE_NAME]
    return client


def subscribe(world: World, receiver: Customer) -> str:
    endpoint = Endpoint(name="customer", url=f"{receiver.url}/hook", types=["result.final"])
    return endpoints.create(endpoint, apps=[], by=world.dave)


def post(app: RunningApp, world: World, body: dict[str, Any]) -> dict[str, Any]:
    answer = httpx.post(
        f"{app.url}/api/v1/results", json=body, headers=world.bearer, trust_env=False, timeout=PATIENCE_SECONDS
    )
    assert answer.status_code == 201, answer.text
    answered: dict[str, Any] = answer.json()
    return answered


def lease_with_picture(browser: httpx.Client, app: RunningApp) -> dict[str, Any]:
    found: list[dict[str, Any]] = []

    def picture_is_there() -> bool:
        found[:] = browser.post("/review/api/lease", json={"queues": [], "count": 5}).json()["tasks"]
        return bool(found) and found[0]["image"]["state"] != "pending"

    wait_for(picture_is_there, what="the picture", tell=app)
    return found[0]


def test_a_review_result_becomes_one_signed_final_result(
    running_app: RunningApp, committed_world: World, receiver: Customer, alice: httpx.Client
) -> None:
    secret = subscribe(committed_world, receiver)
    running_app.start_worker()
    running_app.start_beat()
    body = bodies.envelope(img=receiver.serve("/a.jpg", jpeg()))
    assert post(running_app, committed_world, body)["state"] == "queued"

    task = lease_with_picture(alice, running_app)
    assert task["image"]["state"] == "ready", task["image"]
    assert alice.get(task["image"]["url"]).headers["content-type"] == "image/jpeg"
    lease_key = {"taskId": task["taskId"], "leaseToken": task["leaseToken"]}
    decision = {"decisionId": str(uuid.uuid4()), **lease_key, "verdict": "REJECT", "reason": "nudity"}
    assert alice.post("/review/api/decide", json=decision).status_code == 200

    wait_for(lambda: receiver.received, what="the webhook", tell=running_app)
    wait_for(lambda: Delivery.objects.get().state == "delivered", what="the delivery to be settled")
    (webhook,) = receiver.received
    Webhook(secret).verify(webhook.body, webhook.headers)
    event = json.loads(webhook.body)
    assert event["type"] == "result.final"
    answer = parse_submission(event["data"]).result
    assert (answer.result_type, answer.final_result, answer.risk_level) == (1, 1, RiskLevel.REJECT)
    assert event["data"]["dataId"] == body["request"]["data"]["dataId"]
    assert event["data"]["auxInfo"]["passThrough"] == body["request"]["data"]["extra"]["passThrough"]
    assert event["data"]["review"]["reason"] == "nudity"


def test_a_worker_killed_before_the_post_costs_no_webhook(
    running_app: RunningApp, committed_world: World, receiver: Customer, alice: httpx.Client
) -> None:
    """The decision is committed while no worker runs, and each worker is killed as it sends; then one is left alone."""
    subscribe(committed_world, receiver)
    receiver.slow_seconds = 1.5
    running_app.start_worker()
    running_app.start_beat()
    post(running_app, committed_world, bodies.envelope(img=receiver.serve("/a.jpg", jpeg())))
    decide_one(alice)
    wait_for(lambda: receiver.received, what="the first attempt", tell=running_app)
    running_app.kill("worker")
    assert Delivery.objects.get().state == "pending"
    # What a minute does: the dead worker's claim lapses.
    Delivery.objects.update(leased_until=None)
    running_app.start_worker()
    wait_for(lambda: Delivery.objects.get().state == "delivered", what="delivery", tell=running_app)
    assert len(receiver.received) == 2
    assert len({webhook.headers["webhook-id"] for webhook in receiver.received}) == 1


def test_emptying_redis_with_work_outstanding_loses_nothing(
    running_app: RunningApp, committed_world: World, receiver: Customer, alice: httpx.Client
) -> None:
    subscribe(committed_world, receiver)
    body = bodies.envelope(img=receiver.serve("/a.jpg", jpeg()))
    post(running_app, committed_world, body)
    decide_one(alice)
    flush_redis()
    running_app.start_worker()
    running_app.start_beat()
    wait_for(lambda: Delivery.objects.get().state == "delivered", what="delivery", tell=running_app)
    post(running_app, committed_world, bodies.envelope(img=f"{receiver.url}/a.jpg"))
    assert lease_with_picture(alice, running_app)["image"]["state"] == "ready"


def decide_one(browser: httpx.Client) -> None:
    (task,) = browser.post("/review/api/lease", json={"queues": [], "count": 5}).json()["tasks"]
    lease_key = {"taskId": task["taskId"], "leaseToken": task["leaseToken"]}
    call = {"decisionId": str(uuid.uuid4()), **lease_key, "verdict": "PASS"}
    assert browser.post("/review/api/decide", json=call).status_code == 200


def flush_redis() -> None:
    client = redis.Redis.from_url(settings.REDIS_URL)
    client.flushdb()
    client.close()
