"""What is genuine is told from what is not: signed by the product and by the public package, sent by real processes."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
import standardwebhooks

from moderation.webhooks import signing
from second_look import WebhookRefused, verify
from tests.customer import Customer
from tests.factories import endpoints, tasks
from tests.factories.verdicts import decide, take_lease
from tests.processes import RunningApp
from tests.waiting import wait_for
from tests.world import World

SECRET, OTHER = signing.new_secret(), signing.new_secret()
BODY = '{"type": "result.final", "data": {"requestId": "r1", "note": "déjà"}}'.encode()


def signed(*secrets: str, at: int | None = None) -> dict[str, str]:
    return signing.headers(webhook_id="msg_1", timestamp=at or int(time.time()), body=BODY, secrets=secrets or [SECRET])


def test_a_verdict_comes_signed(
    moved: RunningApp, committed_world: World, receiver: Customer, settings: object
) -> None:
    settings.UNDO_SECONDS = 0  # type: ignore[attr-defined] # pytest-django's
    _, secret = endpoints.subscribed(url=f"{receiver.url}/hook")
    tasks.waiting(committed_world.nudity, app=committed_world.web)
    decide(take_lease(committed_world.nudity, by=committed_world.alice), by=committed_world.alice)
    wait_for(lambda: receiver.received, what="the webhook", tell=moved)
    came = receiver.received[0]
    webhook = verify(came.body, came.headers, secret)
    assert (webhook.id, webhook.type) == (came.headers["webhook-id"], "result.final")
    assert webhook.data["riskLevel"] == "REJECT"
    with pytest.raises(WebhookRefused):
        verify(came.body + b" ", came.headers, secret)
    with pytest.raises(WebhookRefused):
        verify(came.body, came.headers, OTHER)


def test_what_the_public_package_signs_is_genuine() -> None:
    signature = standardwebhooks.Webhook(SECRET).sign("msg_1", datetime.now(UTC), BODY.decode())
    headers = {"Webhook-Id": "msg_1", "Webhook-Timestamp": str(int(time.time())), "Webhook-Signature": signature}
    webhook = verify(BODY, headers, SECRET)
    assert webhook.data == {"requestId": "r1", "note": "déjà"}
    assert webhook.sent_at == int(headers["Webhook-Timestamp"])


def test_either_secret_counts_while_one_is_rotated() -> None:
    for secret in (SECRET, OTHER):
        assert verify(BODY, signed(SECRET, OTHER), secret).id == "msg_1"


@pytest.mark.parametrize("seconds", [-301, 301])
def test_what_was_signed_long_ago_or_ahead_is_refused(seconds: int) -> None:
    now = time.time()
    headers = signed(at=int(now) + seconds)
    with pytest.raises(WebhookRefused, match="300 seconds"):
        verify(BODY, headers, SECRET, now=int(now))
    assert verify(BODY, headers, SECRET, now=int(now), tolerance_seconds=301).id == "msg_1"


@pytest.mark.parametrize(
    "changes",
    [
        {"webhook-id": "msg_2"},
        {"webhook-timestamp": "soon"},
        {"webhook-signature": ""},
        {"webhook-signature": "v1,é"},
        {"webhook-signature": "v1a,AAAA v1,"},
        {"webhook-timestamp": str(int(time.time()) - 1)},
    ],
)
def test_headers_that_were_changed_are_refused(changes: dict[str, str]) -> None:
    with pytest.raises(WebhookRefused):
        verify(BODY, signed() | changes, SECRET)


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_headers_that_are_missing_are_refused(name: str) -> None:
    headers = {header: value for header, value in signed().items() if header != name}
    with pytest.raises(WebhookRefused, match="not complete"):
        verify(BODY, headers, SECRET)


@pytest.mark.parametrize("body", [b"[]", b"no", b"\xff", b""])
def test_a_signed_body_that_is_no_object_is_refused(body: bytes) -> None:
    headers = signing.headers(webhook_id="msg_1", timestamp=int(time.time()), body=body, secrets=[SECRET])
    with pytest.raises(WebhookRefused, match="JSON"):
        verify(body, headers, SECRET)
