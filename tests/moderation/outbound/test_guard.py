from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from moderation.outbound.client import exchange, open_client
from moderation.outbound.errors import AddressRefused, CannotResolve, OutboundRefused, TimedOut, UrlRefused
from moderation.outbound.guard import GuardedResolver, look_up
from tests.moderation.outbound.bad_addresses import BAD_ADDRESSES, SPELLINGS_OF_LOOPBACK, in_url
from tests.moderation.outbound.calls import QUICK, get, post, posts
from tests.moderation.outbound.servers import LOOPBACK, ONE_ADDRESS, reply, replying, serving

Names = Callable[..., list[str]]


@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_a_bad_address_in_the_url_is_not_dialled(address: str, dialled: list[Any]) -> None:
    with pytest.raises(AddressRefused):
        post(f"http://{in_url(address)}/", allowed=())
    assert dialled == []


@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_a_name_with_a_bad_record_is_not_dialled(address: str, names: Names, dialled: list[Any]) -> None:
    names([address])
    with pytest.raises(AddressRefused):
        post("http://hooks.test/", allowed=())
    assert dialled == []


@pytest.mark.parametrize("address", BAD_ADDRESSES)
@pytest.mark.parametrize("bad_first", [True, False])
def test_one_bad_record_refuses_the_host(address: str, bad_first: bool, names: Names, dialled: list[Any]) -> None:
    names([address, "127.0.0.1"] if bad_first else ["127.0.0.1", address])
    with serving(replying(reply())) as server:
        with pytest.raises(AddressRefused):
            post(server.url(host="hooks.test"), allowed=ONE_ADDRESS)
        assert server.accepted == 0
    assert dialled == []


@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_a_name_that_turns_bad_is_refused_from_then_on(address: str, names: Names, dialled: list[Any]) -> None:
    names(["127.0.0.1"], [address])
    with serving(replying(reply())) as server:
        with pytest.raises(AddressRefused):
            posts(server.url(host="hooks.test"), times=2, allowed=ONE_ADDRESS)
        assert dialled == [("127.0.0.1", server.port)]


@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_a_redirect_to_a_bad_address_is_not_followed(address: str, dialled: list[Any]) -> None:
    location = f"Location: http://{in_url(address)}/"
    with serving(replying(reply(b"", location, status="302 Found"))) as server:
        with pytest.raises(AddressRefused):
            get(server.url(), allowed=ONE_ADDRESS)
        assert dialled == [("127.0.0.1", server.port)]


@pytest.mark.parametrize("spelling", SPELLINGS_OF_LOOPBACK)
def test_a_spelling_of_loopback_reaches_nothing(spelling: str, dialled: list[Any]) -> None:
    with serving(replying(reply())) as server:
        with pytest.raises(OutboundRefused):
            post(server.url(host=spelling), allowed=())
        assert server.accepted == 0
    assert dialled == []


@pytest.mark.parametrize("spelling", ["0x7f000001", "2130706433", "0177.0.0.1", "127.1", "0", "127.0x1"])
def test_the_resolver_judges_what_a_spelling_stands_for(spelling: str) -> None:
    async def resolve() -> None:
        await GuardedResolver(allowed=(), threads=1).resolve(spelling, 80)

    with pytest.raises(AddressRefused) as refused:
        asyncio.run(resolve())
    assert refused.value.address in {"127.0.0.1", "0.0.0.0"}  # noqa: S104 - compared, not bound


def test_the_record_that_was_checked_is_the_one_dialled(names: Names, dialled: list[Any]) -> None:
    asked = names(["127.0.0.1"], ["127.0.0.2"])
    with serving(replying(reply())) as server:
        assert post(server.url(host="hooks.test")).status == 200
        assert dialled == [("127.0.0.1", server.port)]
    assert asked == ["hooks.test"]


def test_no_answer_of_the_dns_is_remembered(names: Names) -> None:
    asked = names(["127.0.0.1"])
    with serving(replying(reply())) as server:
        posts(server.url(host="hooks.test"), times=3)
    assert asked == ["hooks.test"] * 3


def test_a_dead_record_does_not_hide_a_living_one(names: Names, dialled: list[Any]) -> None:
    names(["127.0.0.2", "127.0.0.1"])
    with serving(replying(reply())) as server:
        assert post(server.url(host="hooks.test")).status == 200
        assert dialled == [("127.0.0.2", server.port), ("127.0.0.1", server.port)]


@pytest.mark.parametrize(
    ("host", "asked_for"),
    [("redis", "redis."), ("hooks.test", "hooks.test"), ("hooks.test.", "hooks.test."), ("localhost", "localhost")],
)
def test_a_bare_name_is_looked_up_without_search_domains(host: str, asked_for: str, names: Names) -> None:
    asked = names(["127.0.0.1"])
    with serving(replying(reply())) as server:
        assert post(server.url(host=host)).status == 200
        assert f"\r\nhost: {host}:{server.port}\r\n" in server.requests[0]
    assert asked == [asked_for]


def test_localhost_resolves() -> None:
    assert "127.0.0.1" in look_up("localhost", 80)


def test_a_public_address_is_called_on_web_ports_only(names: Names, dialled: list[Any]) -> None:
    names(["203.0.113.9"])
    for url in ("http://203.0.113.9:22/", "http://hooks.test:6379/"):
        with pytest.raises(UrlRefused, match="use 80, 443, 8443"):
            post(url, allowed=LOOPBACK)
    assert dialled == []


@pytest.mark.parametrize(
    ("error", "retry"),
    [
        (socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"), True),
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), False),
        (UnicodeError("label too long"), False),
    ],
)
def test_a_name_without_an_address(error: Exception, retry: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise error

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(CannotResolve, match=r"hooks\.test") as failed:
        post("http://hooks.test/")
    assert failed.value.retry is retry


def test_a_name_with_no_records_at_all(names: Names) -> None:
    names([])
    with pytest.raises(CannotResolve, match="no address"):
        post("http://hooks.test/")


def test_a_label_too_long_for_the_dns() -> None:
    with pytest.raises(CannotResolve):
        post(f"http://{'a' * 70}.test/")


def test_a_slow_name_server_is_bounded_and_holds_up_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    system = socket.getaddrinfo
    release = threading.Event()

    def getaddrinfo(host: str, *rest: Any) -> Any:
        if host == "tarpit.test":
            release.wait(10)
        return system("127.0.0.1", *rest)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    try:
        with serving(replying(reply())) as server:
            outcomes, seconds = asyncio.run(_twenty_tarpits_and_one_healthy(server.port))
    finally:
        release.set()
    assert outcomes == ["timed out"] * 20 + [200]
    assert seconds < 9


async def _twenty_tarpits_and_one_healthy(port: int) -> tuple[list[Any], float]:
    async def call(host: str) -> Any:
        try:
            answer = await exchange(
                client,
                "POST",
                f"http://{host}:{port}/",
                headers={},
                content=b"",
                limits=QUICK,
                schemes=("http",),
            )
        except TimedOut:
            return "timed out"
        return answer.status

    started = time.monotonic()
    async with open_client(allowed=LOOPBACK) as client:
        outcomes = await asyncio.gather(*(call("tarpit.test") for _ in range(20)), call("healthy.test"))
    return outcomes, time.monotonic() - started


def test_the_environments_proxies_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(replying(reply())) as proxy, serving(replying(reply())) as server:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, proxy.url())
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        assert post(server.url()).status == 200
        assert get(server.url()).body == b""
        assert (proxy.accepted, server.accepted) == (0, 2)
