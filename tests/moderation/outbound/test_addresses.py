from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest

from moderation.outbound.addresses import check_address, parse_networks
from moderation.outbound.errors import AddressRefused, OutboundRefused
from tests.moderation.outbound.bad_addresses import BAD_ADDRESSES


@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    with pytest.raises(AddressRefused) as refused:
        check_address(address, allowed=())
    assert refused.value.address == str(ip_address(address))
    assert "OUTBOUND_ALLOWED_NETWORKS" in str(refused.value)
    assert not refused.value.retry
    with pytest.raises(OutboundRefused):
        check_address(ip_address(address), allowed=())


@pytest.mark.parametrize(
    ("first", "last", "below", "above"),
    [
        ("10.0.0.0", "10.255.255.255", "9.255.255.255", "11.0.0.0"),
        ("100.64.0.0", "100.127.255.255", "100.63.255.255", "100.128.0.0"),
        ("127.0.0.0", "127.255.255.255", "126.255.255.255", "128.0.0.0"),
        ("169.254.0.0", "169.254.255.255", "169.253.255.255", "169.255.0.0"),
        ("172.16.0.0", "172.31.255.255", "172.15.255.255", "172.32.0.0"),
        ("192.0.0.0", "192.0.0.255", "191.255.255.255", "192.0.1.0"),
        ("192.168.0.0", "192.168.255.255", "192.167.255.255", "192.169.0.0"),
        ("198.18.0.0", "198.19.255.255", "198.17.255.255", "198.20.0.0"),
        ("168.63.129.16", "168.63.129.16", "168.63.129.15", "168.63.129.17"),
        ("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db7::", "2001:db9::"),
        ("2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:ffff::", "2003::"),
        ("3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "3ffe::", "3fff:1000::"),
    ],
)
def test_a_range_ends_where_it_ends(first: str, last: str, below: str, above: str) -> None:
    for address in (first, last):
        with pytest.raises(AddressRefused):
            check_address(address, allowed=())
    for address in (below, above):
        check_address(address, allowed=())


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "2a00:1450::1"])
def test_a_public_address_passes(address: str) -> None:
    check_address(address, allowed=())


@pytest.mark.parametrize("address", ["4000::1", "8000::1", "1::1"])
def test_ipv6_that_nobody_was_given_is_refused(address: str) -> None:
    with pytest.raises(AddressRefused, match="outside the public internet"):
        check_address(address, allowed=())


@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_a_network_that_is_named_passes(address: str) -> None:
    check_address(address, allowed=[ip_network("0.0.0.0/0"), ip_network("::/0")])


@pytest.mark.parametrize(
    ("address", "carried"),
    [
        ("::7f00:1", "127.0.0.1"),
        ("::ffff:127.0.0.1", "127.0.0.1"),
        ("::ffff:0:127.0.0.1", "127.0.0.1"),
        ("64:ff9b::127.0.0.1", "127.0.0.1"),
        ("64:ff9b:1::127.0.0.1", "127.0.0.1"),
        ("2002:7f00:1::", "127.0.0.1"),
        ("2001:0:808:808::80ff:fffe", "127.0.0.1"),
        ("2001:0:7f00:1::f7f7:f7f7", "127.0.0.1"),
    ],
)
def test_an_allowed_wrapping_does_not_let_what_is_wrapped_through(address: str, carried: str) -> None:
    everything_in_ipv6 = ip_network("::/0")
    with pytest.raises(AddressRefused, match=f"carries {carried}"):
        check_address(address, allowed=[everything_in_ipv6])
    check_address(address, allowed=[everything_in_ipv6, ip_network("127.0.0.0/8")])


def test_allowing_what_is_wrapped_does_not_allow_the_wrapping() -> None:
    with pytest.raises(AddressRefused, match="IPv4 in IPv6"):
        check_address("::ffff:127.0.0.1", allowed=[ip_network("127.0.0.0/8")])


def test_loopback_of_ipv6_carries_nothing() -> None:
    check_address("::1", allowed=[ip_network("::1/128")])


def test_a_translated_public_address_passes_where_the_translator_is_allowed() -> None:
    check_address("64:ff9b::8.8.8.8", allowed=[ip_network("64:ff9b::/96")])


@pytest.mark.parametrize("address", ["fe80::1%eth0", "::1%lo", "::ffff:127.0.0.1%lo", "fd00::1%25x"])
def test_a_scope_id_hides_nothing(address: str) -> None:
    with pytest.raises(AddressRefused):
        check_address(address, allowed=())


@pytest.mark.parametrize("text", ["127.1", "2130706433", "0", "0x7f000001", "0177.0.0.1", "localhost", "", "a\x1b[0m"])
def test_what_is_not_a_plain_address_is_refused_even_where_everything_is_allowed(text: str) -> None:
    with pytest.raises(AddressRefused, match="plain form") as refused:
        check_address(text, allowed=[ip_network("0.0.0.0/0")])
    assert str(refused.value).isprintable()


def test_networks_are_read_from_a_setting() -> None:
    assert parse_networks("") == ()
    assert parse_networks(" 10.0.0.0/8,fd00::/8\n192.168.1.7 ,") == (
        ip_network("10.0.0.0/8"),
        ip_network("fd00::/8"),
        ip_network("192.168.1.7/32"),
    )


@pytest.mark.parametrize("bad", ["10.0.0.0/33", "10.0.0.1/8", "intranet", "10.0.0.0-10.0.0.9"])
def test_a_bad_network_is_named(bad: str) -> None:
    with pytest.raises(ValueError, match=bad.replace(".", r"\.")) as error:
        parse_networks(f"10.0.0.0/8, {bad}")
    assert "write it like" in str(error.value)
