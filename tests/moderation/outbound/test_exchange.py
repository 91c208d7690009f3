from __future__ import annotations

import asyncio
import gzip
import socket
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from moderation.outbound import guard
from moderation.outbound.client import WEBHOOK, exchange, open_client
from moderation.outbound.errors import BrokenReply, CannotConnect, Failed, OutboundError, TimedOut, UrlRefused
from tests.moderation.outbound.calls import QUICK, post, posts
from tests.moderation.outbound.servers import (
    LOOPBACK,
    Answer,
    Server,
    hanging,
    reply,
    replying,
    serving,
    stopping,
    streaming,
)

OK_HEAD = b"HTTP/1.1 200 OK\r\n"
GENEROUS_SECONDS = 60


def test_a_post_arrives_as_it_was_given_and_its_reply_comes_back() -> None:
    with serving(replying(reply(b'{"code": 1100}', "X-Trace: 7", status="201 Created"))) as server:
        answer = post(server.url("/a%2Fb?sig=%2C%2F%7E&x=a+b%20c"))
    assert (answer.status, answer.body, answer.truncated) == (201, b'{"code": 1100}', False)
    assert answer.headers["x-trace"] == "7"
    assert 0 <= answer.duration_ms < 1000 * GENEROUS_SECONDS
    head, _, body = server.requests[0].partition("\r\n\r\n")
    assert head.startswith("POST /a%2Fb?sig=%2C%2F%7E&x=a+b%20c HTTP/1.1\r\n")
    assert "\r\naccept-encoding: identity" in head
    assert "\r\ncontent-type: application/json" in head
    assert body == "{}"


def test_https_is_the_rule() -> None:
    async def plain() -> None:
        async with open_client(allowed=LOOPBACK) as client:
            await exchange(client, "POST", "http://127.0.0.1/", headers={}, content=b"", limits=QUICK)

    with pytest.raises(UrlRefused, match="https://"):
        asyncio.run(plain())


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"])
def test_a_redirect_is_an_answer_not_an_order(status: str) -> None:
    with serving(replying(reply())) as other:
        with serving(replying(reply(b"", f"Location: {other.url()}", status=status))) as server:
            assert post(server.url()).status == int(status[:3])
        assert (server.accepted, other.accepted) == (1, 0)


@pytest.mark.parametrize("status", [204, 304, 400, 404, 410, 429, 500, 503])
def test_any_status_is_an_answer(status: int) -> None:
    with serving(replying(f"HTTP/1.1 {status} X\r\nConnection: close\r\n\r\n".encode())) as server:
        assert post(server.url()).status == status


def test_a_reply_up_to_the_limit_is_whole_and_one_byte_more_is_not() -> None:
    limits = replace(QUICK, max_bytes=1000)
    with serving(replying(reply(b"x" * 1000), reply(b"x" * 1001))) as server:
        whole, cut = posts(server.url(), times=2, limits=limits)
    assert (len(whole.body), whole.truncated) == (1000, False)
    assert (len(cut.body), cut.truncated) == (1000, True)


def test_what_is_compressed_stays_compressed() -> None:
    bomb = gzip.compress(bytes(50_000_000))
    with serving(replying(reply(bomb, "Content-Encoding: gzip"))) as server:
        answer = post(server.url(), limits=replace(QUICK, max_bytes=64 * 1024))
    assert answer.body == bomb[: 64 * 1024]
    assert answer.headers["content-encoding"] == "gzip"


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        pytest.param(streaming(OK_HEAD + b"\r\n", b"x" * 65536), b"x" * WEBHOOK.max_bytes, id="endless"),
        pytest.param(
            streaming(OK_HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 4096),
            b"x" * WEBHOOK.max_bytes,
            id="endless in chunks",
        ),
        pytest.param(
            streaming(OK_HEAD + b"Content-Length: 1000000000\r\n\r\n", b"x" * 65536),
            b"x" * WEBHOOK.max_bytes,
            id="one gigabyte",
        ),
        pytest.param(replying(OK_HEAD + b"Content-Length: 9\r\n\r\nhalf"), b"half", id="broken off"),
        pytest.param(
            stopping(OK_HEAD + b"Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", b"zz\r\n"),
            b"half",
            id="bad chunk",
        ),
        pytest.param(stopping(OK_HEAD + b"Content-Length: 9\r\n\r\nhalf"), b"half", id="silent"),
    ],
)
def test_an_unruly_body_is_cut_and_the_status_stands(answer: Answer, body: bytes) -> None:
    with serving(answer) as server:
        got = post(server.url())
    assert (got.status, got.body, got.truncated) == (200, body, True)
    assert got.duration_ms < 1000 * GENEROUS_SECONDS


def test_a_body_a_byte_at_a_time_is_cut_by_the_wall_clock() -> None:
    with serving(streaming(OK_HEAD + b"\r\n", b"x", pause_seconds=0.1)) as server:
        got = post(server.url())
    assert (got.status, got.truncated) == (200, True)
    assert 0 < len(got.body) <= 8
    assert 1000 * QUICK.total_seconds <= got.duration_ms < 1000 * GENEROUS_SECONDS


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        pytest.param(hanging, "127.0.0.1 was silent for 0.4 s", id="hanging"),
        pytest.param(
            streaming(b"", b"HTTP/1.1 100 Continue\r\n\r\n", pause_seconds=0.1), "did not finish", id="endless 100"
        ),
    ],
)
def test_a_server_without_an_answer_times_out(answer: Answer, why: str) -> None:
    started = time.monotonic()
    with serving(answer) as server, pytest.raises(TimedOut, match=why) as failed:
        post(server.url())
    assert failed.value.retry
    assert time.monotonic() - started < GENEROUS_SECONDS


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(streaming(b"", b"x" * 65536), id="endless noise"),
        pytest.param(replying(b""), id="nothing"),
        pytest.param(replying(b"HTTP/1.1 2"), id="cut in the status"),
        pytest.param(replying(b"SSH-2.0-OpenSSH_9.6\r\n"), id="not HTTP"),
        pytest.param(replying(b"HTTP/1.1 two hundred\r\n\r\n"), id="no status"),
        pytest.param(replying(b"HTTP/9.9 200 OK\r\n\r\n"), id="no such version"),
        pytest.param(replying(b"\x15\x03\x03\x00\x02\x02\x50"), id="TLS alert"),
    ],
)
def test_an_answer_that_is_not_http_is_broken(answer: Answer) -> None:
    with serving(answer) as server, pytest.raises(BrokenReply, match=r"^127\.0\.0\.1 ") as failed:
        post(server.url())
    assert failed.value.retry
    assert str(failed.value).isprintable()


def test_a_reason_phrase_and_headers_that_are_not_utf_8_do_no_harm() -> None:
    head = b"HTTP/1.1 200 r\xe9ussi\x1b[31m\r\nX-Name: \xff\xfe\r\nSet-Cookie: \xff=1\r\nConnection: close\r\n\r\n"
    with serving(replying(head)) as server:
        answer = post(server.url())
    assert answer.status == 200
    assert answer.headers["x-name"] == "\xff\xfe"


def test_an_upgrade_nobody_asked_for_ends() -> None:
    head = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
    with serving(streaming(head, b"x" * 65536)) as server:
        answer = post(server.url())
    assert (answer.status, answer.body) == (101, b"")


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's bound on unread data is Linux's")
@pytest.mark.filterwarnings("ignore:Sending a large body")
def test_an_answer_to_a_request_nobody_reads_counts_and_leaves_no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    def early(connection: socket.socket, server: Server) -> None:
        connection.sendall(reply(b"no", status="413 Content Too Large"))
        hanging(connection, server)

    async def post_much() -> int:
        async with open_client(allowed=LOOPBACK) as client:
            answer = await exchange(
                client, "POST", server.url(), headers={}, content=bytes(20_000_000), limits=QUICK, schemes=("http",)
            )
            opened = open_sockets()
            async with asyncio.timeout(GENEROUS_SECONDS):
                while open_sockets() == opened:
                    await asyncio.sleep(0.05)
        return answer.status

    monkeypatch.setattr(guard, "UNREAD_SECONDS", 0.2)
    with serving(early) as server:
        assert asyncio.run(post_much()) == 413


def open_sockets() -> int:
    files = (entry.readlink() for entry in Path("/proc/self/fd").iterdir() if entry.is_symlink())
    return sum(file.name.startswith("socket:") for file in files)


def test_nobody_listening() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed_soon:
        port = closed_soon.getsockname()[1]
    with pytest.raises(CannotConnect, match=r"127\.0\.0\.1.*refused") as failed:
        post(f"http://127.0.0.1:{port}/")
    assert failed.value.retry


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_one_exchange_is_one_try(method: str) -> None:
    async def call() -> None:
        async with open_client(allowed=LOOPBACK) as client:
            await exchange(client, method, server.url(), headers={}, content=b"", limits=QUICK, schemes=("http",))

    with serving(replying(b"")) as server:
        with pytest.raises(Failed):
            asyncio.run(call())
        assert server.accepted == 1


def test_cookies_are_not_kept() -> None:
    with serving(replying(reply(b"", "Set-Cookie: a=b"))) as server:
        posts(server.url(host="localhost"), times=2)
    assert len(server.requests) == 2
    assert "cookie" not in server.requests[1].lower()


def test_a_caller_cannot_ask_for_compression() -> None:
    async def call() -> None:
        async with open_client(allowed=LOOPBACK) as client:
            headers = {"accept-encoding": "gzip"}
            await exchange(client, "POST", server.url(), headers=headers, content=b"", limits=QUICK, schemes=("http",))

    with serving(replying(reply())) as server:
        asyncio.run(call())
    assert server.requests[0].count("accept-encoding") == 1
    assert "accept-encoding: identity" in server.requests[0]


def test_a_header_that_would_split_the_request_is_not_sent() -> None:
    async def call() -> None:
        async with open_client(allowed=LOOPBACK) as client:
            headers = {"X-Note": "a\r\nX-Other: b"}
            await exchange(client, "POST", server.url(), headers=headers, content=b"", limits=QUICK, schemes=("http",))

    with serving(replying(reply())) as server, pytest.raises(OutboundError):
        asyncio.run(call())
    assert "".join(server.requests) == ""


def test_the_webhook_limits_are_the_promised_ones() -> None:
    assert (WEBHOOK.connect_seconds, WEBHOOK.first_byte_seconds, WEBHOOK.total_seconds) == (5, 10, 20)
    assert (WEBHOOK.max_bytes, WEBHOOK.keep_bytes) == (65_536, 4_096)
