"""`manage.py receive_webhooks`: what it accepts, answers and prints. Its process is in test_redeliver_all.py."""

from __future__ import annotations

import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress

import pytest
from django.core.management import CommandError, call_command
from standardwebhooks import Webhook

from moderation.management.commands import receive_webhooks
from moderation.management.commands.receive_webhooks import Replies, serving
from moderation.webhooks import signing

SECRET = signing.new_secret()
BODY = b'{"type": "result.final", "data": {"requestId": "r1"}}'


def signed(body: bytes = BODY, secret: str = SECRET) -> dict[str, str]:
    return signing.headers(webhook_id="msg_1", timestamp=int(time.time()), body=body, secrets=[secret])


def replies(*, form: str = "standard", answer: str = "ok") -> Replies:
    return Replies(Webhook(SECRET), form=form, answer=answer)


def test_what_is_signed_well_is_accepted_and_a_repeat_is_told() -> None:
    receiver = replies()
    status, body, lines = receiver.to(signed(), BODY)
    assert (status, body, lines[0]) == (200, b"", "✓ msg_1: result.final")
    assert '"requestId": "r1"' in lines[1]
    assert receiver.to(signed(), BODY)[2][0].startswith("↻ again msg_1")


@pytest.mark.parametrize(
    "headers",
    [{}, signed(secret=signing.new_secret()), {**signed(), "webhook-timestamp": "1"}, {**signed(), "webhook-id": "x"}],
)
def test_anything_else_is_refused(headers: dict[str, str]) -> None:
    status, _, lines = replies().to(headers, BODY)
    assert (status, lines[0][0]) == (401, "✕")


def test_the_plain_form_is_answered_with_its_code() -> None:
    assert replies(form="plain").to(signed(), BODY)[1] == b'{"code": 1100}'


@pytest.mark.parametrize("answer", ["500", "401"])
def test_it_fails_when_asked_to(answer: str) -> None:
    assert replies(answer=answer).to(signed(), BODY)[0] == int(answer)


def test_it_is_slow_when_asked_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receive_webhooks, "SLOW_SECONDS", 0.2)
    begun = time.monotonic()
    assert replies(answer="slow").to(signed(), BODY)[0] == 200
    assert time.monotonic() - begun >= 0.2


@pytest.mark.parametrize("body", [b"[1]", b"\xff\x00", b"", b"[" * 20_000, b'"\x1b[31m"'])
def test_an_odd_body_is_printed_without_giving_the_terminal_orders(body: bytes, server: tuple[str, list[str]]) -> None:
    url, printed = server
    request = urllib.request.Request(url, data=body, headers=signed(body))  # noqa: S310 - our own loopback address
    with suppress(urllib.error.HTTPError):  # not JSON
        urllib.request.urlopen(request, timeout=10)  # noqa: S310 - as above
    assert printed
    assert "\x1b" not in printed[0]
    assert "\x00" not in printed[0]


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    printed: list[str] = []
    running = serving("127.0.0.1", 0, replies(), write=printed.append)
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{running.server_port}/", printed
    finally:
        running.shutdown()
        running.server_close()
        thread.join()


@pytest.mark.parametrize("secret", ["", "whsec_???"])
def test_it_does_not_start_without_a_secret(monkeypatch: pytest.MonkeyPatch, secret: str) -> None:
    monkeypatch.delenv("WEBHOOK_SECRET", raising=False)
    with pytest.raises(CommandError):
        call_command("receive_webhooks", secret=secret, port=0)
