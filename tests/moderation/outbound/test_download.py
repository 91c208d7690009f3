from __future__ import annotations

import socket
import time
from dataclasses import replace

import pytest

from moderation.outbound.client import PICTURE, fetch_picture
from moderation.outbound.errors import (
    AddressRefused,
    BadStatus,
    BrokenReply,
    CannotConnect,
    TimedOut,
    TooLarge,
    UrlRefused,
)
from tests.moderation.outbound.calls import QUICK, get
from tests.moderation.outbound.servers import LOOPBACK, Server, hanging, reply, replying, serving, streaming

PICTURE_BYTES = b"\xff\xd8 picture"
FOUND = "302 Found"


def test_a_picture_comes_with_its_type_and_where_it_was() -> None:
    with serving(replying(reply(PICTURE_BYTES, "Content-Type: Image/JPEG; q=1"))) as server:
        got = fetch_picture(server.url("/a.jpg?sig=%2F"), allowed=LOOPBACK)
    assert (got.body, got.content_type, got.url) == (PICTURE_BYTES, "image/jpeg", server.url("/a.jpg?sig=%2F"))
    assert server.requests[0].startswith("GET /a.jpg?sig=%2F HTTP/1.1\r\n")
    assert "content-length" not in server.requests[0].lower()


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("/a picture.jpg?of=a b", "/a%20picture.jpg?of=a%20b"),
        ("/a.jpg ", "/a.jpg"),
        ("/a\n.jpg", "/a.jpg"),
        ("/a.jpg#large", "/a.jpg"),
        ("/a.jpg #large", "/a.jpg%20"),
    ],
)
def test_an_address_is_asked_for_as_a_browser_would(written: str, asked: str) -> None:
    with serving(replying(reply(PICTURE_BYTES))) as server:
        assert fetch_picture(" " + server.url(written), allowed=LOOPBACK).body == PICTURE_BYTES
    assert server.requests[0].startswith(f"GET {asked} HTTP/1.1\r\n")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed_to_the_picture(status: int) -> None:
    hops = [reply(b"", f"Location: /{n}?x=%2F#part", status=f"{status} Elsewhere") for n in (1, 2, 3)]
    with serving(replying(*hops, reply(PICTURE_BYTES))) as server:
        got = get(server.url("/0"))
    assert (got.body, got.url) == (PICTURE_BYTES, server.url("/3?x=%2F"))
    assert [request.split()[1] for request in server.requests] == ["/0", "/1?x=%2F", "/2?x=%2F", "/3?x=%2F"]


def test_a_fourth_redirect_is_too_many() -> None:
    with serving(replying(reply(b"", "Location: /again", status=FOUND))) as server:
        with pytest.raises(BadStatus, match="302") as failed:
            get(server.url())
        assert server.accepted == 4
    assert not failed.value.retry


@pytest.mark.parametrize(
    "location", ["ftp://127.0.0.1/", "file:///etc/passwd", "http://me@127.0.0.1/", "http://a%20b/"]
)
def test_a_redirect_to_a_url_that_breaks_a_rule_is_refused(location: str) -> None:
    with serving(replying(reply(b"", f"Location: {location}", status=FOUND))) as server:
        with pytest.raises(UrlRefused):
            get(server.url())
        assert server.accepted == 1


@pytest.mark.parametrize("location", ["http://[::1/", "http://xn--/", "http://127.0.0.1:x/"])
def test_a_redirect_to_what_is_no_url_is_no_usable_answer(location: str) -> None:
    with serving(replying(reply(b"", f"Location: {location}", status=FOUND))) as server:
        with pytest.raises(BrokenReply, match=r"127\.0\.0\.1 gave no usable answer"):
            get(server.url())
        assert server.accepted == 1


@pytest.mark.parametrize(
    ("status", "retry"), [(204, None), (304, False), (403, False), (404, False), (429, True), (503, True)]
)
def test_only_2xx_is_a_picture(status: int, retry: bool | None) -> None:
    with serving(replying(f"HTTP/1.1 {status} X\r\nConnection: close\r\n\r\n".encode())) as server:
        if retry is None:
            assert get(server.url()).body == b""
            return
        with pytest.raises(BadStatus, match=f"answered {status}") as failed:
            get(server.url())
    assert (failed.value.status, failed.value.retry) == (status, retry)


def test_a_picture_over_the_limit_is_dropped_while_it_comes() -> None:
    sent = 0

    def pouring(connection: socket.socket, server: Server) -> None:
        nonlocal sent
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while not server.stopping.is_set():
            sent += connection.send(bytes(65536))

    with serving(pouring) as server:
        with pytest.raises(TooLarge, match="more than 1,000,000 bytes") as failed:
            fetch_picture(server.url(), allowed=LOOPBACK, limits=replace(QUICK, max_bytes=1_000_000))
        assert server.accepted == 1
    assert not failed.value.retry
    assert sent < 20_000_000


def test_a_picture_just_within_the_limit_is_whole() -> None:
    with serving(replying(reply(b"x" * 1000))) as server:
        assert len(get(server.url(), limits=replace(QUICK, max_bytes=1000)).body) == 1000


def test_a_picture_that_breaks_off_is_no_picture() -> None:
    with serving(replying(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")) as server:
        with pytest.raises(BrokenReply):
            fetch_picture(server.url(), allowed=LOOPBACK, limits=QUICK)
        assert server.accepted == 2


def test_a_failure_that_passes_is_tried_again_once() -> None:
    with serving(replying(reply(status="503 Busy"), reply(PICTURE_BYTES))) as server:
        assert fetch_picture(server.url(), allowed=LOOPBACK).body == PICTURE_BYTES
        assert server.accepted == 2
    with serving(replying(reply(status="503 Busy"))) as server:
        with pytest.raises(BadStatus):
            fetch_picture(server.url(), allowed=LOOPBACK)
        assert server.accepted == 2


def test_a_failure_that_stays_is_not_tried_again() -> None:
    with serving(replying(reply(status="404 Not Found"))) as server:
        with pytest.raises(BadStatus):
            fetch_picture(server.url(), allowed=LOOPBACK)
        assert server.accepted == 1


def test_a_refusal_is_not_tried_again() -> None:
    with serving(replying(reply(PICTURE_BYTES))) as server:
        with pytest.raises(AddressRefused):
            fetch_picture(server.url(), allowed=())
        assert server.accepted == 0


def test_our_own_host_is_not_asked_not_even_when_a_redirect_leads_there() -> None:
    elsewhere = reply(b"", "Location: https://review.example/metrics", status=FOUND)
    with serving(replying(elsewhere)) as server:
        for url in (server.url(), "https://Review.example./"):
            with pytest.raises(UrlRefused, match=r"review\.example\.? is this service itself"):
                fetch_picture(url, allowed=LOOPBACK, own_hosts={"review.example"})
        assert server.accepted == 1


def test_a_hanging_server_is_asked_twice_and_left() -> None:
    started = time.monotonic()
    with serving(hanging) as server:
        with pytest.raises(TimedOut, match=r"was silent for 0\.2 s"):
            fetch_picture(server.url(), allowed=LOOPBACK, limits=replace(QUICK, first_byte_seconds=0.2))
        assert server.accepted == 2
    assert time.monotonic() - started < 30


def test_both_tries_share_one_wall_clock() -> None:
    started = time.monotonic()
    limits = replace(QUICK, first_byte_seconds=1.5, total_seconds=2)
    dribbling = streaming(b"HTTP/1.1 200 OK\r\n\r\n", b"x", pause_seconds=0.1)
    with serving(dribbling) as server, pytest.raises(TimedOut, match=r"did not finish within 2 s"):
        fetch_picture(server.url(), allowed=LOOPBACK, limits=limits)
    assert time.monotonic() - started < 3.9
    started = time.monotonic()
    with serving(hanging) as server:
        with pytest.raises(TimedOut, match=r"did not finish within 2 s"):
            fetch_picture(server.url(), allowed=LOOPBACK, limits=limits)
        assert server.accepted == 2
    assert time.monotonic() - started < 3.9


def test_redirects_share_one_wall_clock() -> None:
    def slow(connection: socket.socket, server: Server) -> None:
        server.stopping.wait(0.3)
        connection.sendall(reply(b"", "Location: /again", status=FOUND))

    started = time.monotonic()
    with serving(slow) as server, pytest.raises(TimedOut, match="did not finish"):
        get(server.url(), limits=replace(QUICK, total_seconds=0.8))
    assert time.monotonic() - started < 30


def test_a_slow_name_server_does_not_outlast_the_wall_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: time.sleep(6))
    started = time.monotonic()
    with pytest.raises(TimedOut, match=r"no connection to pictures\.test within 0\.2 s"):
        fetch_picture("http://pictures.test/", allowed=(), limits=replace(QUICK, connect_seconds=0.2))
    assert time.monotonic() - started < 5


def test_nobody_listening_is_tried_twice(dialled: list[object]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed_soon:
        port = closed_soon.getsockname()[1]
    with pytest.raises(CannotConnect):
        fetch_picture(f"http://127.0.0.1:{port}/", allowed=LOOPBACK)
    assert dialled == [("127.0.0.1", port)] * 2


def test_the_picture_limits_are_the_promised_ones() -> None:
    assert (PICTURE.connect_seconds, PICTURE.first_byte_seconds, PICTURE.total_seconds) == (2, 3, 15)
    assert PICTURE.max_bytes == 30 * 1024 * 1024
