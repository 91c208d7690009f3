"""Clients that announce a body and do not send it, before a real web process: everybody else is answered."""

from __future__ import annotations

import json
import socket
import time
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from moderation.models import Case
from moderation.runtime.request_slots import SHORT
from tests.factories import bodies
from tests.processes import RunningApp, answers
from tests.waiting import PATIENCE_SECONDS, wait_for
from tests.world import World

MANY = 40  # of them: ten times the places and connections that there are


def begun(web: RunningApp, path: str, headers: dict[str, str], *, announced: int | None) -> socket.socket:
    """A connection on which the headers of a POST and one byte of its body were sent."""
    address = urlsplit(web.url)
    connection = socket.create_connection((address.hostname, address.port), timeout=PATIENCE_SECONDS)
    length = f"Content-Length: {announced}" if announced else "Transfer-Encoding: chunked"
    sent = [f"POST {path} HTTP/1.1", f"Host: {address.netloc}", length]
    sent += [f"{name}: {value}" for name, value in headers.items()]
    first = b"[" if announced else b"1\r\n[\r\n"
    connection.sendall("\r\n".join([*sent, "", ""]).encode() + first)
    return connection


@pytest.mark.parametrize("announced", [100, SHORT + 1, None], ids=["short", "long", "unannounced"])
@pytest.mark.parametrize("path", ["/api/v1/results", "/accounts/login/"])
def test_who_sends_slowly_keeps_nobody_waiting(web: RunningApp, cast: World, path: str, announced: int | None) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"{settings.CSRF_COOKIE_NAME}={'a' * 32}"}
    headers = {"Content-Type": "application/json", **cast.bearer} if path.startswith("/api") else form
    with ExitStack() as slow:
        for _ in range(MANY):
            slow.enter_context(closing(begun(web, path, headers, announced=announced)))
        time.sleep(0.5)  # until each has got as far as it can
        # The server starts at most one thread every 350 µs, and only when a request comes: of a burst some wait in its
        # queue until the next requests come.
        wait_for(lambda: answers(f"{web.url}/readyz", seconds=2), what="/readyz to answer", tell=web)
        sent = {"Content-Type": "application/json", **cast.bearer}
        with closing(HTTPConnection(urlsplit(web.url).netloc, timeout=PATIENCE_SECONDS)) as prompt:
            prompt.request("POST", "/api/v1/results", json.dumps(bodies.envelope()), sent)
            assert prompt.getresponse().status == 201
    assert Case.objects.count() == 1


def test_a_connection_asks_one_thing_at_a_time(web: RunningApp) -> None:
    """HTTP/2 would let one connection begin hundreds of bodies."""
    preface = bytes([0, 0, 0, 4, 0, 0, 0, 0, 0])
    with socket.create_connection(("127.0.0.1", urlsplit(web.url).port), timeout=PATIENCE_SECONDS) as asked:
        asked.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + preface)
        assert asked.recv(100)[:8] in (b"HTTP/1.1", b"")


@pytest.mark.parametrize("size", [SHORT, SHORT + 1], ids=["short", "long"])
def test_what_comes_slowly_is_taken_in_all_the_same(web: RunningApp, cast: World, size: int) -> None:
    whole = json.dumps(bodies.envelope()).encode().ljust(size)
    headers = {"Content-Type": "application/json", **cast.bearer}
    with closing(begun(web, "/api/v1/results", headers, announced=size + 1)) as slow:
        for start in range(0, size, size // 4):
            slow.sendall(whole[start : start + size // 4])
            time.sleep(0.05)
        slow.sendall(b"]")
        assert slow.recv(100).startswith(b"HTTP/1.1 400")  # `[` and the object: the whole of it was read
