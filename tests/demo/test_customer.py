"""The demo's customer checks every signature, also when many webhooks come at once."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Thread

import pytest

from demo import credentials
from demo.customer import CustomerRequests, CustomerServer, Inbox
from demo.customer_page import page
from moderation.webhooks import signing
from tests.waiting import PATIENCE_SECONDS

SECRET = signing.new_secret()


@pytest.fixture
def host(tmp_path: Path) -> Iterator[str]:
    credentials.keep(tmp_path, credentials.Credentials("password", "a-key-of-16-characters", SECRET, "callback-secret"))
    handler = type("Requests", (CustomerRequests,), {"inbox": Inbox(tmp_path), "folder": tmp_path / "samples"})
    with CustomerServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def ask(host: str, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> tuple[int, str]:
    connection = http.client.HTTPConnection(host, timeout=PATIENCE_SECONDS)
    try:
        connection.request(method, path, body=body, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def hook(host: str, number: int, *, secret: str = SECRET) -> int:
    body = json.dumps({"type": "result.final", "data": {"requestId": f"r{number}", "riskLevel": "PASS"}}).encode()
    signed = signing.headers(webhook_id=f"msg_{number}", timestamp=int(time.time()), body=body, secrets=[secret])
    return ask(host, "POST", "/hook", body, signed)[0]


def test_fifty_webhooks_at_once_are_all_checked_and_shown(host: str) -> None:
    with ThreadPoolExecutor(16) as threads:
        assert list(threads.map(lambda number: hook(host, number), range(50))) == [200] * 50
    assert ask(host, "GET", "/")[1].count("✓ verified") == 50


def test_a_signature_by_another_secret_is_refused_and_shown_as_such(host: str) -> None:
    assert hook(host, 1, secret=signing.new_secret()) == 400
    shown = ask(host, "GET", "/")[1]
    assert "✕" in shown
    assert "✓ verified" not in shown


def test_what_arrives_is_escaped() -> None:
    evil = {"at": "", "id": "", "verified": False, "why": "<b>", "body": '{"type": "<script>", "data": {}}'}
    assert "<script>" not in page([evil])
    assert "<b>" not in page([evil])
