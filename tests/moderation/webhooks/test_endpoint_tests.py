"""A test event: the whole exchange is kept, and tells which kind of receiver it was."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from standardwebhooks import Webhook

from accounts.models import AuditEvent
from accounts.permissions import NotAllowed
from moderation.management.commands.receive_webhooks import Replies, serving
from moderation.messages import LedgerCode, Message
from moderation.models import Delivery, Endpoint, EndpointTest
from moderation.webhooks import endpoint_tests, endpoints, signing
from moderation.webhooks.custom_headers import HIDDEN, Header
from moderation.webhooks.finding import Finding, finding
from review.maintenance import maintain
from tests.factories.endpoints import NOWHERE, subscribed
from tests.moderation.outbound.calls import QUICK
from tests.moderation.webhooks.receiver import Answer, Receiver
from tests.world import World


@contextmanager
def verifying(secret: str, **options: str) -> Iterator[str]:
    """A receiver that verifies with this secret; its address."""
    replies = Replies(Webhook(secret), **{"form": "standard", "answer": "ok"} | options)
    server = serving("127.0.0.1", 0, replies, write=lambda _: None)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def exchanged(endpoint: Endpoint, world: World, **options: Any) -> EndpointTest:
    test = endpoint_tests.ask_for(endpoint, by=world.dave)
    assert endpoint_tests.send_waiting(**options) == 1
    test.refresh_from_db()
    assert test.ended_at is not None
    return test


def found(test: EndpointTest) -> Finding:
    return finding(status=test.status, why=test.why)


def test_a_fine_receiver_and_the_whole_exchange(world: World, receiver: Receiver) -> None:
    receiver.answers = [Answer(202, b"<b>thanks</b>", {"X-Server": "shop"})]
    wanted = [Header("X-Tenant", "shop"), Header("X-Key", "hidden-key", secret=True)]
    endpoint, secret = subscribed(url=receiver.url, headers_wanted=wanted)
    test = exchanged(endpoint, world)
    (got,) = receiver.received
    event = Webhook(secret).verify(got.body, got.headers)
    assert event["type"] == "endpoint.test"
    assert got.headers["x-key"] == "hidden-key"
    assert got.body.decode() == test.body
    sent = dict(test.sent_headers)
    for name in ("webhook-id", "webhook-timestamp", "webhook-signature", "content-type"):
        assert sent[name] == got.headers[name]
    assert (sent["X-Tenant"], sent["X-Key"]) == ("shop", HIDDEN)
    assert "hidden-key" not in str(EndpointTest.objects.values())
    assert (found(test), test.status, test.reply) == (Finding.FINE, 202, "<b>thanks</b>")
    assert ["x-server", "shop"] in [[name.lower(), value] for name, value in test.reply_headers]
    assert not Delivery.objects.exists()
    assert AuditEvent.objects.filter(action="endpoint.test-sent", by_name=world.dave.email).count() == 1


def test_a_wrong_secret(world: World) -> None:
    with verifying(signing.new_secret()) as url:
        test = exchanged(subscribed(url=url)[0], world)
    assert (found(test), test.status, test.reply) == (
        Finding.SIGNATURE_REFUSED,
        401,
        "The signature does not hold.",
    )


def test_the_right_secret(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = signing.new_secret()
    monkeypatch.setattr(endpoints, "new_secret", lambda: secret)
    with verifying(secret) as url:
        assert found(exchanged(subscribed(url=url)[0], world)) == Finding.FINE
    with verifying(secret, form="plain") as url:
        assert found(exchanged(subscribed(url=url, form="plain")[0], world)) == Finding.FINE
    with verifying(secret) as url:
        assert found(exchanged(subscribed(url=url, form="plain")[0], world)) == Finding.NO_1100


def test_a_dead_host(world: World) -> None:
    test = exchanged(subscribed(url=NOWHERE)[0], world)
    assert (found(test), test.status, test.reply_headers) == (Finding.NO_CONNECTION, None, [])
    assert dict(test.sent_headers)["webhook-id"] == test.webhook_id


@pytest.mark.parametrize(
    ("status", "expected"),
    [(500, Finding.SERVER_ERROR), (503, Finding.SERVER_ERROR), (302, Finding.REDIRECT), (410, Finding.GONE)],
)
def test_a_status(world: World, receiver: Receiver, status: int, expected: Finding) -> None:
    receiver.answers = [Answer(status, b"oh", {"Location": "https://elsewhere.example/"})]
    endpoint, _ = subscribed(url=receiver.url)
    assert found(exchanged(endpoint, world)) == expected
    assert len(receiver.received) == 1
    endpoint.refresh_from_db()
    assert endpoint.state == "enabled"


def test_a_slow_receiver_within_the_time_limit(world: World, receiver: Receiver) -> None:
    receiver.hangs = True
    test = exchanged(subscribed(url=receiver.url)[0], world, limits=QUICK)
    assert found(test) == Finding.SLOW_TO_ANSWER
    assert test.duration_ms is not None
    assert test.duration_ms < 2000


def test_no_tls_where_https_is_asked_for(world: World, receiver: Receiver) -> None:
    test = exchanged(subscribed(url=receiver.url.replace("http:", "https:"))[0], world)
    assert found(test) == Finding.NOT_SECURE


def test_an_address_that_is_refused(world: World, receiver: Receiver, settings: Any) -> None:
    endpoint, _ = subscribed(url=receiver.url)
    settings.OUTBOUND_ALLOWED_NETWORKS = ()
    assert found(exchanged(endpoint, world)) == Finding.REFUSED_BY_US
    assert receiver.received == []


def test_another_key_is_our_fault(world: World, receiver: Receiver, settings: Any) -> None:
    endpoint, _ = subscribed(url=receiver.url)
    settings.SECRET_KEY = "another" * 10
    assert found(exchanged(endpoint, world)) == Finding.OUR_FAULT
    assert receiver.received == []


def test_a_long_and_hostile_reply_is_bounded(world: World, receiver: Receiver) -> None:
    headers = {f"X-{n}": "y" * 5000 for n in range(30)} | {"X-Odd": "\x1b[31m\xff"}
    receiver.answers = [Answer(500, b"\0\xff" * 10_000, headers)]
    test = exchanged(subscribed(url=receiver.url)[0], world)
    assert test.reply_truncated
    assert len(test.reply) <= 4096
    assert "\0" not in test.reply
    assert max(len(value) for _, value in test.reply_headers) <= 1001


def test_both_secrets_sign_while_one_is_being_rotated(world: World, receiver: Receiver) -> None:
    endpoint, old = subscribed(url=receiver.url)
    new = endpoints.rotate_secret(endpoint, by=world.dave)
    exchanged(endpoint, world)
    for secret in (old, new):
        Webhook(secret).verify(receiver.received[0].body, receiver.received[0].headers)
    endpoints.end_old_secrets(endpoint, by=world.dave)
    endpoints.end_old_secrets(endpoint, by=world.dave)
    assert AuditEvent.objects.filter(action="endpoint.old-secret-ended").count() == 1
    exchanged(endpoint, world)
    assert " " not in receiver.received[1].headers["webhook-signature"]
    Webhook(new).verify(receiver.received[1].body, receiver.received[1].headers)


def test_a_paused_endpoint_is_tested_a_deleted_one_is_not(world: World, receiver: Receiver) -> None:
    endpoint, _ = subscribed(url=receiver.url)
    endpoints.pause(endpoint, by=world.dave)
    assert found(exchanged(endpoint, world)) == Finding.FINE
    endpoints.delete(endpoint, by=world.dave)
    with pytest.raises(ValueError, match="deleted"):
        endpoint_tests.ask_for(endpoint, by=world.dave)


def test_an_endpoint_changed_since_is_tested_as_it_is_now(world: World, receiver: Receiver) -> None:
    endpoint, _ = subscribed(url=NOWHERE)
    test = endpoint_tests.ask_for(endpoint, by=world.dave)
    endpoint.url = receiver.url
    endpoints.change(endpoint, apps=[], by=world.dave, headers=[Header("X-Key", "of the new one", secret=True)])
    endpoint_tests.send_waiting()
    test.refresh_from_db()
    assert (test.url, found(test)) == (receiver.url, Finding.FINE)
    assert receiver.received[0].headers["x-key"] == "of the new one"


def test_an_endpoint_deleted_since_is_not_tested(world: World, receiver: Receiver) -> None:
    endpoint, _ = subscribed(url=receiver.url)
    endpoint_tests.ask_for(endpoint, by=world.dave)
    endpoints.delete(endpoint, by=world.dave)
    assert endpoint_tests.send_waiting() == 0
    assert receiver.received == []


def test_it_is_forgotten_after_a_month(world: World) -> None:
    endpoint, _ = subscribed()
    old, new = (endpoint_tests.ask_for(endpoint, by=world.dave) for _ in range(2))
    EndpointTest.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=31))
    assert maintain()["tests of endpoints forgotten"] == 1
    assert list(EndpointTest.objects.all()) == [new]


def test_it_is_sent_once_and_by_administrators_alone(world: World, receiver: Receiver) -> None:
    endpoint, _ = subscribed(url=receiver.url)
    for person in (world.alice, world.carol, world.erin, world.mallory):
        with pytest.raises(NotAllowed):
            endpoint_tests.ask_for(endpoint, by=person)
    endpoint_tests.ask_for(endpoint, by=world.dave)
    assert endpoint_tests.send_waiting(older_than=timedelta(minutes=1)) == 0
    assert [endpoint_tests.send_waiting() for _ in range(2)] == [1, 0]
    assert len(receiver.received) == 1


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("call.not-resolved", Finding.NO_SUCH_HOST),
        ("call.no-record", Finding.NO_SUCH_HOST),
        ("call.slow-to-connect", Finding.SLOW_TO_CONNECT),
        ("call.unfinished", Finding.UNFINISHED),
        ("call.broken", Finding.NO_HTTP),
        ("address.refused", Finding.REFUSED_BY_US),
        ("url.port", Finding.REFUSED_BY_US),
        ("call.our-fault", Finding.OUR_FAULT),
    ],
)
def test_what_failed_before_an_answer_has_a_name(code: str, expected: Finding) -> None:
    assert finding(status=None, why={"code": code}) == expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [(400, "bad-request"), (403, "signature-refused"), (404, "not-found"), (429, "too-many"), (418, "other-status")],
)
def test_so_has_each_status(status: int, expected: str) -> None:
    assert finding(status=status, why=Message(LedgerCode.DELIVERY_STATUS, status=status)) == expected
