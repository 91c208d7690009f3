"""Sending, against a real server on loopback."""

from __future__ import annotations

import json
import os
import resource
import time
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from standardwebhooks.webhooks import Webhook

from moderation.messages import LedgerCode, Message, english
from moderation.models import Attempt, Delivery, Endpoint
from moderation.outbound.limits import WEBHOOK
from moderation.webhooks import endpoints as verbs
from moderation.webhooks.deliver import SLOTS_PER_ENDPOINT, deliver_due
from moderation.webhooks.lease_due import lease_due
from moderation.webhooks.sender import WebhookSender
from tests.factories import endpoints
from tests.moderation.webhooks.answers import decided, make_due
from tests.moderation.webhooks.receiver import Answer, Receiver
from tests.world import World


def delivery() -> Delivery:
    return Delivery.objects.get()


def test_a_result_arrives_signed_and_is_delivered(world: World, receiver: Receiver) -> None:
    _, secret = endpoints.subscribed(url=receiver.url)
    decided(world, requestId="r1")
    assert deliver_due() == 1
    (got,) = receiver.received
    event = Webhook(secret).verify(got.body, got.headers)
    assert event["data"]["requestId"] == "r1"
    assert got.headers["webhook-id"] == delivery().webhook_id
    assert got.headers["content-type"] == "application/json"
    assert (delivery().state, delivery().attempts_made, delivery().lease_token) == ("delivered", 1, None)
    assert delivery().ended_at is not None


def test_what_is_not_due_is_not_sent(world: World, receiver: Receiver, settings: Any) -> None:
    settings.UNDO_SECONDS = 8
    endpoints.subscribed(url=receiver.url)
    decided(world)
    assert deliver_due() == 0
    assert receiver.received == []


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_every_2xx_is_delivered(world: World, receiver: Receiver, status: int) -> None:
    receiver.answers = [Answer(status)]
    endpoints.subscribed(url=receiver.url)
    decided(world)
    deliver_due()
    assert delivery().state == "delivered"


@pytest.mark.parametrize(
    "answer",
    [
        Answer(headers={"X-Trace": "x" * 9000}),
        Answer(headers={f"X-{n}": "x" for n in range(150)}),
        Answer(headers={"X-Trace": "x" * 300_000}),
        Answer(204, b"a body where none belongs"),
    ],
    ids=["a long header", "many headers", "a header beyond the limit", "204 with a body"],
)
def test_a_2xx_is_delivered_whatever_else_is_odd_about_the_reply(
    world: World, receiver: Receiver, answer: Answer
) -> None:
    receiver.answers = [answer]
    endpoints.subscribed(url=receiver.url)
    decided(world)
    deliver_due()
    assert (delivery().state, Attempt.objects.get().status) == ("delivered", answer.status)


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503])
def test_every_other_status_is_tried_again_with_the_same_id_and_a_new_signature(
    world: World, receiver: Receiver, status: int
) -> None:
    receiver.answers = [Answer(status, b"not now"), Answer()]
    endpoints.subscribed(url=receiver.url)
    decided(world)
    deliver_due()
    assert (delivery().state, english(delivery().why)) == ("pending", f"the receiver answered {status}")
    assert timedelta(seconds=3) < delivery().due_at - timezone.now() < timedelta(seconds=7)
    make_due()
    deliver_due()
    first, second = receiver.received
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert [(one.number, one.status, one.reply) for one in Attempt.objects.order_by("number")] == [
        (1, status, "not now"),
        (2, 200, ""),
    ]
    assert delivery().state == "delivered"


def test_a_redirect_is_not_followed_but_tried_again(world: World, receiver: Receiver) -> None:
    receiver.answers = [Answer(302, headers={"Location": receiver.url + "/elsewhere"})]
    endpoints.subscribed(url=receiver.url)
    decided(world)
    deliver_due()
    assert (len(receiver.received), delivery().state, Attempt.objects.get().status) == (1, "pending", 302)


def test_retry_after_is_honoured(world: World, receiver: Receiver) -> None:
    receiver.answers = [Answer(503, headers={"Retry-After": "3600"})]
    endpoints.subscribed(url=receiver.url)
    decided(world)
    deliver_due()
    assert timedelta(minutes=59) < delivery().due_at - timezone.now() <= timedelta(hours=1)


def test_410_disables_the_endpoint_and_holds_all_that_is_on_its_way_there(world: World, receiver: Receiver) -> None:
    receiver.answers = [Answer(410)]
    endpoint, _ = endpoints.subscribed(url=receiver.url)
    decided(world)
    deliver_due()
    decided(world)
    endpoint.refresh_from_db()
    assert endpoint.state == "disabled"
    assert set(Delivery.objects.values_list("state", flat=True)) == {"paused"}
    make_due()
    assert deliver_due() == 0


def test_a_receiver_that_hangs_costs_its_limit_and_is_tried_again(
    world: World, receiver: Receiver, monkeypatch: Any
) -> None:
    limits = replace(WEBHOOK, first_byte_seconds=0.3, total_seconds=0.5)
    monkeypatch.setattr("moderation.webhooks.sender.WEBHOOK", limits)
    receiver.hangs = True
    endpoints.subscribed(url=receiver.url)
    decided(world)
    assert deliver_due() == 1
    attempt = Attempt.objects.get()
    assert (delivery().state, attempt.status) == ("pending", None)
    assert attempt.why
    assert 200 < attempt.duration_ms < 5000


def test_nobody_there_is_an_attempt_without_a_status(world: World) -> None:
    endpoints.subscribed(url="http://127.0.0.1:9/hook")
    decided(world)
    deliver_due()
    assert (delivery().state, Attempt.objects.get().status, bool(delivery().why)) == ("pending", None, True)


@pytest.mark.parametrize(
    ("reply", "state"),
    [
        (b'{"code": 1100}', "delivered"),
        (b'{"code": 1101}', "pending"),
        (b'{"code": "1100"}', "pending"),
        (b"[1100]", "pending"),
        (b"ok", "pending"),
        (b"", "pending"),
        (b"\xff\xfe", "pending"),
        (b"[" * 60_000, "pending"),
    ],
)
def test_the_plain_form_needs_code_1100_in_the_reply(
    world: World, receiver: Receiver, reply: bytes, state: str
) -> None:
    receiver.answers = [Answer(200, reply)]
    endpoints.subscribed(url=receiver.url, form="plain")
    decided(world)
    assert deliver_due() == 1
    assert delivery().state == state


def test_of_a_reply_4_kib_are_kept_whatever_it_holds(world: World, receiver: Receiver) -> None:
    receiver.answers = [Answer(500, b"\x00\x1b[31m<script>\xff" + b"x" * 50_000)]
    endpoints.subscribed(url=receiver.url)
    decided(world)
    deliver_due()
    reply = Attempt.objects.get().reply
    assert len(reply) == 4096
    assert reply.startswith("\N{REPLACEMENT CHARACTER}\x1b[31m<script>")


def test_after_ten_attempts_it_is_dead_and_listed(world: World, receiver: Receiver) -> None:
    receiver.answers = [Answer(500)]
    endpoints.subscribed(url=receiver.url)
    decided(world)
    for _ in range(12):
        make_due()
        deliver_due()
    assert (delivery().state, delivery().attempts_made, len(receiver.received)) == ("dead", 10, 10)
    assert delivery().ended_at is not None


def test_a_secret_that_cannot_be_opened_is_a_failed_attempt_and_stops_nobody_else(
    world: World, receiver: Receiver
) -> None:
    broken, _ = endpoints.subscribed(url=receiver.url, name="broken")
    broken.secrets.update(ciphertext="rubbish")
    endpoints.subscribed(url=receiver.url, name="well")
    decided(world)
    assert deliver_due() == 2
    assert dict(Delivery.objects.values_list("endpoint__name", "state")) == {"broken": "pending", "well": "delivered"}


def test_while_secrets_rotate_both_sign(world: World, receiver: Receiver) -> None:
    endpoint, old = endpoints.subscribed(url=receiver.url)
    new = verbs.rotate_secret(endpoint, by=world.dave)
    decided(world)
    deliver_due()
    for secret in (old, new):
        Webhook(secret).verify(receiver.received[0].body, receiver.received[0].headers)
    endpoint.secrets.filter(expires_at__isnull=False).update(expires_at=timezone.now())
    decided(world)
    deliver_due()
    assert " " not in receiver.received[1].headers["webhook-signature"]


def test_a_new_address_is_used_by_the_next_attempt(world: World, receiver: Receiver) -> None:
    endpoint, _ = endpoints.subscribed(url="http://127.0.0.1:9/hook")
    decided(world)
    deliver_due()
    endpoint.url = receiver.url
    verbs.change(endpoint, apps=[], by=world.dave)
    make_due()
    deliver_due()
    assert delivery().state == "delivered"


def test_a_nudge_whose_time_is_up_claims_no_more_and_ends_what_it_began(world: World, receiver: Receiver) -> None:
    endpoints.subscribed(url=receiver.url)
    for number in range(SLOTS_PER_ENDPOINT + 4):
        decided(world, requestId=f"r{number}")
    assert deliver_due(for_seconds=0) == SLOTS_PER_ENDPOINT
    assert Delivery.objects.filter(state="pending", lease_token=None).count() == 4
    assert deliver_due() == 4


def test_the_command_sends_what_is_due_and_says_how_much(world: World, receiver: Receiver) -> None:
    endpoints.subscribed(url=receiver.url)
    decided(world)
    said = StringIO()
    call_command("deliver_due", "--once", stdout=said)
    assert said.getvalue() == "1 attempts made\n"
    assert json.loads(receiver.received[0].body)["type"] == "result.final"
    assert Endpoint.objects.get().state == "enabled"


def test_another_secret_key_is_no_attempt_of_the_receivers_and_delivers_once_it_is_put_right(
    world: World, receiver: Receiver, settings: Any
) -> None:
    endpoints.subscribed(url=receiver.url)
    decided(world)
    ours, settings.SECRET_KEY = settings.SECRET_KEY, "another installation's key, of enough signs"
    for _ in range(12):  # more often than the schedule has tries
        deliver_due()
        assert timedelta(seconds=20) < delivery().due_at - timezone.now() < timedelta(seconds=40)
        make_due()
    assert (delivery().state, delivery().attempts_made, Attempt.objects.count()) == ("pending", 0, 0)
    assert delivery().why == Message(LedgerCode.DELIVERY_WRONG_KEY)
    assert receiver.received == []
    settings.SECRET_KEY = ours
    deliver_due()
    assert (delivery().state, delivery().attempts_made, Attempt.objects.count()) == ("delivered", 1, 1)


def test_a_machine_without_file_descriptors_is_no_attempt_of_the_receivers(world: World, receiver: Receiver) -> None:
    endpoints.subscribed(url=receiver.url)
    decided(world)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with WebhookSender() as sender:
        (leased,) = lease_due(1, per_endpoint=1, busy=Counter())
        lowest_free = os.open(os.devnull, os.O_RDONLY)
        os.close(lowest_free)
        resource.setrlimit(resource.RLIMIT_NOFILE, (lowest_free, hard))  # no number below it is free
        try:
            sent = sender.send(leased, not_after=time.monotonic() + 10).result(timeout=10)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert sent
    assert (sent.is_try, sent.delivered) == (False, False)
    assert "Too many open files" in english(sent.why)
