"""The whole table, counted: every bad address in every way to it, every spelling of loopback, through both doors out.

The interpreter itself reports each connect of this process, and somebody listens where a wrong dial would arrive.
Only `GOOD` may be reached: it redirects, fails once, or is what a name answered the first time.
"""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address, ip_network
from typing import Any

import pytest

from moderation.outbound.addresses import REFUSED
from moderation.outbound.client import PICTURE, WEBHOOK, fetch_picture
from moderation.outbound.errors import AddressRefused, BadStatus, OutboundError
from moderation.outbound.guard import GuardedResolver, _result
from tests.moderation.outbound.bad_addresses import BAD_ADDRESSES, SPELLINGS_OF_LOOPBACK, in_url
from tests.moderation.outbound.calls import posts
from tests.moderation.outbound.servers import reply, replying, serving

GOOD = "127.0.0.2"
ALLOWED = (ip_network(f"{GOOD}/32"),)
BUSY = reply(status="503 Busy")

Names = Callable[..., list[str]]
Door = Callable[..., None]


def picture(url: str, times: int = 1) -> None:
    """A fetch tries again by itself when it met a 503."""
    fetch_picture(url, allowed=ALLOWED, limits=PICTURE)


def webhook(url: str, times: int = 1) -> None:
    """A reply of any status is a reply; redirects are not followed. `times` is how often one client sends."""
    posts(url, times=times, allowed=ALLOWED, limits=WEBHOOK)


def literal(call: Door, address: str, port: int, names: Names, _: pytest.MonkeyPatch) -> None:
    call(f"http://{in_url(address)}:{port}/")


def record(call: Door, address: str, port: int, names: Names, _: pytest.MonkeyPatch) -> None:
    names([address])
    call(f"http://hooks.test:{port}/")


def record_beside_a_good_one(call: Door, address: str, port: int, names: Names, _: pytest.MonkeyPatch) -> None:
    names([GOOD, address])
    call(f"http://hooks.test:{port}/")


def rebinding(call: Door, address: str, port: int, names: Names, _: pytest.MonkeyPatch) -> None:
    """Good at the first look-up and reached, bad at the second."""
    names([GOOD], [address])
    with serving(replying(BUSY), host=GOOD) as good:
        try:
            call(good.url(host="hooks.test"), times=2)
        finally:
            assert good.accepted == 1


def changed_between_check_and_dial(
    call: Door, address: str, port: int, names: Names, patch: pytest.MonkeyPatch
) -> None:
    """As if the first look had been passed with another answer: the second look, at the socket, has to see it."""

    async def unjudged(_: GuardedResolver, host: str, port: int = 0, family: int = 0) -> list[Any]:
        return [_result(host, address, port)]

    patch.setattr(GuardedResolver, "resolve", unjudged)
    call(f"http://hooks.test:{port}/")


def redirect(call: Door, address: str, port: int, names: Names, _: pytest.MonkeyPatch) -> None:
    onward = f"Location: http://{in_url(address)}:{port}/"
    with serving(replying(reply(b"", onward, status="302 Found")), host=GOOD) as good:
        call(good.url(host=GOOD))


def redirect_to_a_name(call: Door, address: str, port: int, names: Names, _: pytest.MonkeyPatch) -> None:
    names([GOOD], [address])
    onward = f"Location: http://hooks.test:{port}/"
    with serving(replying(reply(b"", onward, status="302 Found")), host=GOOD) as good:
        call(good.url(host="pictures.test"))


DOORS = (picture, webhook)
WAYS = (
    literal,
    record,
    record_beside_a_good_one,
    rebinding,
    changed_between_check_and_dial,
    redirect,
    redirect_to_a_name,
)


def named(function: Callable[..., Any]) -> str:
    return function.__name__


def ends(door: Door, way: Callable[..., None]) -> str:
    """How a call through that door ends: a webhook takes a redirect for the reply it is."""
    return "replied" if door is webhook and way in (redirect, redirect_to_a_name) else "AddressRefused"


def tried(attempt: Callable[[], None]) -> str:
    try:
        attempt()
    except OutboundError as error:
        return type(error).__name__
    return "replied"


@pytest.mark.parametrize("door", DOORS, ids=named)
@pytest.mark.parametrize("way", WAYS, ids=named)
def test_no_bad_address_is_ever_connected_to(
    door: Door, way: Callable[..., None], names: Names, dialled: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes: dict[str, str] = {}
    with serving(replying(reply()), host="0.0.0.0") as trap:  # noqa: S104 - wherever on this machine a dial arrives
        for address in BAD_ADDRESSES:

            def attempt(address: str = address) -> None:
                way(door, address, trap.port, names, monkeypatch)

            outcomes[address] = tried(attempt)
        assert trap.accepted == 0
    assert outcomes == dict.fromkeys(BAD_ADDRESSES, ends(door, way))
    assert [where for where in dialled if where[0] != GOOD] == []


@pytest.mark.parametrize("door", DOORS, ids=named)
@pytest.mark.parametrize("way", [literal, redirect], ids=named)
def test_no_spelling_of_loopback_is_ever_connected_to(
    door: Door, way: Callable[..., None], names: Names, dialled: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes: dict[str, str] = {}
    with serving(replying(reply())) as trap:
        for spelling in SPELLINGS_OF_LOOPBACK:

            def attempt(spelling: str = spelling) -> None:
                way(door, spelling.strip("[]"), trap.port, names, monkeypatch)

            outcomes[spelling] = tried(attempt)
        assert trap.accepted == 0
    refused = {"AddressRefused", "UrlRefused"} if ends(door, way) == "AddressRefused" else {"replied"}
    spelled_back = {"BrokenReply"} if way is redirect else set()  # a Location that is no URL makes no usable answer
    assert set(outcomes.values()) <= refused | spelled_back, outcomes
    assert [where for where in dialled if where[0] != GOOD] == []


def test_the_trap_and_the_report_do_notice_a_connect(dialled: list[Any]) -> None:
    """The same calls with the address allowed: else the zeros above would say nothing."""
    with serving(replying(BUSY)) as trap:
        with pytest.raises(BadStatus):
            fetch_picture(trap.url(), allowed=(ip_network("127.0.0.1/32"),))
        assert trap.accepted == 2
    assert dialled == [("127.0.0.1", trap.port)] * 2


def test_the_table_has_an_address_in_every_range_that_is_refused() -> None:
    addresses = [ip_address(address) for address in BAD_ADDRESSES]
    assert [network for network, _ in REFUSED if not any(address in network for address in addresses)] == []
    assert len(BAD_ADDRESSES) >= 32
    assert len(SPELLINGS_OF_LOOPBACK) == 9


@pytest.mark.parametrize("door", DOORS, ids=named)
def test_bad_before_good_and_good_before_bad_are_the_same(door: Door, names: Names, dialled: list[Any]) -> None:
    for address in BAD_ADDRESSES:
        for answer in ([address, GOOD], [GOOD, address], [GOOD, GOOD, address]):
            names(answer)
            with pytest.raises(AddressRefused):
                door("http://hooks.test:80/")
    assert dialled == []
