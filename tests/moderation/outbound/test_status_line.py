"""What a receiver said stands, whatever else it sent that the library below cannot read."""

from __future__ import annotations

import re

import pytest

from moderation.outbound.client import fetch_picture
from moderation.outbound.errors import BadStatus, BrokenReply
from moderation.outbound.status_line import FIELD_BYTES, HEAD_BYTES
from tests.moderation.outbound.calls import QUICK, post, posts
from tests.moderation.outbound.servers import LOOPBACK, Answer, reply, replying, serving, stopping, streaming

PICTURE_BYTES = b"\xff\xd8 picture"
OK_HEAD = b"HTTP/1.1 200 OK\r\n"
LONG = [f"X-Long: {'x' * (FIELD_BYTES - 10)}"]
MANY = [f"X-{n}: {n}" for n in range(1000)]


@pytest.mark.parametrize("headers", [["X-Long: " + "x" * 9000], LONG, MANY[:150], MANY], ids=["9 kB", "64", "150", "k"])
def test_long_and_many_headers_are_read(headers: list[str]) -> None:
    with serving(replying(reply(b"hello", *headers))) as server:
        answer = post(server.url())
    assert (answer.status, answer.body, answer.truncated) == (200, b"hello", False)
    assert {f"{name}: {value}".lower() for name, value in answer.headers.items()} >= {one.lower() for one in headers}


@pytest.mark.parametrize("headers", [LONG, MANY], ids=["long", "many"])
def test_long_and_many_headers_hide_no_picture(headers: list[str]) -> None:
    with serving(replying(reply(PICTURE_BYTES, *headers))) as server:
        assert fetch_picture(server.url(), allowed=LOOPBACK).body == PICTURE_BYTES


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
def test_a_body_where_none_belongs_changes_nothing(status: str) -> None:
    with serving(replying(reply(b"hello", status=status))) as server:
        assert post(server.url()).status == int(status[:3])


def test_a_body_where_none_belongs_is_not_the_start_of_the_next_reply() -> None:
    kept_open = b"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n"
    with serving(stopping(kept_open, b"hello")) as server:
        assert [one.status for one in posts(server.url(), times=2)] == [204, 204]
        assert server.accepted == 2


BEYOND_USE = {
    "a header over the limit": replying(reply(b"", f"X: {'x' * HEAD_BYTES}")),
    "headers over the limit": replying(reply(b"", *[f"X-{n}: {'x' * 60_000}" for n in range(9)])),
    "endless headers": streaming(OK_HEAD, b"X: y\r\n" * 100),
    "an endless header": streaming(OK_HEAD + b"X: ", b"x" * 65536),
    "a slow header": streaming(OK_HEAD + b"X: ", b"x", pause_seconds=0.1),
    "an endless reason": streaming(b"HTTP/1.1 200 ", b"x" * 65536),
    "cut in the headers": replying(OK_HEAD + b"X: y"),
    "silent in the headers": stopping(OK_HEAD + b"X: y"),
    "a negative length": replying(OK_HEAD + b"Content-Length: -1\r\n\r\n"),
    "two lengths": replying(OK_HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nx"),
    "NUL in a header": replying(OK_HEAD + b"X\x00: y\r\n\r\n"),
    "a header without a name": replying(OK_HEAD + b": y\r\n\r\n"),
    "after a hint": replying(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + OK_HEAD + b": y\r\n\r\n"),
}


@pytest.mark.parametrize("answer", BEYOND_USE.values(), ids=BEYOND_USE)
def test_the_status_stands_when_the_headers_are_beyond_use(answer: Answer) -> None:
    with serving(answer) as server:
        got = post(server.url())
    assert (got.status, got.body, dict(got.headers), got.truncated) == (200, b"", {}, True)


@pytest.mark.parametrize("answer", BEYOND_USE.values(), ids=BEYOND_USE)
def test_such_a_reply_is_no_picture(answer: Answer) -> None:
    with serving(answer) as server, pytest.raises(Exception, match=r"127\.0\.0\.1") as failed:
        fetch_picture(server.url(), allowed=LOOPBACK, limits=QUICK)
    assert not isinstance(failed.value, BadStatus)


def test_a_picture_that_is_refused_in_headers_beyond_use_is_refused() -> None:
    with serving(replying(b"HTTP/1.1 404 Not Found\r\n: y\r\n\r\n")) as server, pytest.raises(BadStatus) as failed:
        fetch_picture(server.url(), allowed=LOOPBACK)
    assert (failed.value.status, failed.value.retry) == (404, False)


def test_a_hint_alone_is_no_reply() -> None:
    with (
        serving(replying(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")) as server,
        pytest.raises(BrokenReply, match=re.escape("127.0.0.1")),
    ):
        post(server.url())


def test_the_status_of_one_reply_is_not_that_of_the_next() -> None:
    """On one connection, which the second reply breaks."""
    with serving(replying(reply().replace(b"Connection: close\r\n", b""), b"")) as server:
        assert post(server.url()).status == 200
        with pytest.raises(BrokenReply):
            posts(server.url(), times=2)
