"""Refuse IP addresses that we must not call. Names are resolved before they get here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from moderation.messages import LedgerCode, Message
from moderation.outbound.errors import AddressRefused

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# IANA's special-purpose registries for IPv4 and IPv6, with the cloud platforms' own addresses.
# `is_private` and `is_global` of the standard library let a good part of these through.
REFUSED: tuple[tuple[Network, LedgerCode], ...] = tuple(
    (ip_network(network), kind)
    for network, kind in (
        ("0.0.0.0/8", LedgerCode.NETWORK_THIS_HOST),
        ("10.0.0.0/8", LedgerCode.NETWORK_PRIVATE),
        ("100.64.0.0/10", LedgerCode.NETWORK_SHARED),
        ("127.0.0.0/8", LedgerCode.NETWORK_LOOPBACK),
        ("168.63.129.16/32", LedgerCode.NETWORK_CLOUD),
        ("169.254.0.0/16", LedgerCode.NETWORK_METADATA),
        ("172.16.0.0/12", LedgerCode.NETWORK_PRIVATE),
        ("192.0.0.0/24", LedgerCode.NETWORK_PROTOCOLS),
        ("192.88.99.0/24", LedgerCode.NETWORK_6TO4_RELAY),
        ("192.168.0.0/16", LedgerCode.NETWORK_PRIVATE),
        ("198.18.0.0/15", LedgerCode.NETWORK_BENCHMARKS),
        ("224.0.0.0/4", LedgerCode.NETWORK_MULTICAST),
        ("255.255.255.255/32", LedgerCode.NETWORK_BROADCAST),
        ("240.0.0.0/4", LedgerCode.NETWORK_RESERVED),
        ("::/128", LedgerCode.NETWORK_THIS_HOST),
        ("::1/128", LedgerCode.NETWORK_LOOPBACK),
        ("::/96", LedgerCode.NETWORK_IPV4_IN_IPV6),
        ("::ffff:0:0/96", LedgerCode.NETWORK_IPV4_IN_IPV6),
        ("::ffff:0:0:0/96", LedgerCode.NETWORK_IPV4_IN_IPV6),
        ("64:ff9b::/96", LedgerCode.NETWORK_TRANSLATOR),
        ("64:ff9b:1::/48", LedgerCode.NETWORK_TRANSLATOR),
        ("100::/64", LedgerCode.NETWORK_DISCARD),
        ("2001::/32", LedgerCode.NETWORK_TEREDO),
        ("2001:db8::/32", LedgerCode.NETWORK_DOCUMENTATION),
        ("2002::/16", LedgerCode.NETWORK_6TO4_TUNNEL),
        ("3fff::/20", LedgerCode.NETWORK_DOCUMENTATION),
        ("5f00::/16", LedgerCode.NETWORK_SEGMENT_ROUTING),
        ("fc00::/7", LedgerCode.NETWORK_PRIVATE),
        ("fe80::/10", LedgerCode.NETWORK_LINK_LOCAL),
        ("fec0::/10", LedgerCode.NETWORK_SITE_LOCAL),
        ("ff00::/8", LedgerCode.NETWORK_MULTICAST),
    )
)
PUBLIC_IPV6 = IPv6Network("2000::/3")  # all that IANA has given out for global unicast

# Where an IPv6 address carries an IPv4 address: (form, bits to its right, stored inverted).
CARRIERS: tuple[tuple[IPv6Network, int, bool], ...] = (
    (IPv6Network("::/96"), 0, False),
    (IPv6Network("::ffff:0:0/96"), 0, False),
    (IPv6Network("::ffff:0:0:0/96"), 0, False),
    (IPv6Network("64:ff9b::/96"), 0, False),
    (IPv6Network("64:ff9b:1::/48"), 0, False),
    (IPv6Network("2002::/16"), 80, False),
    (IPv6Network("2001::/32"), 64, False),  # Teredo's server …
    (IPv6Network("2001::/32"), 0, True),  # … and its client
)
NOT_CARRIERS = frozenset({IPv6Address("::"), IPv6Address("::1")})


def parse_networks(text: str) -> tuple[Network, ...]:
    """The networks named in `text`, separated by commas or white space; ValueError names the bad entry."""
    return tuple(_network(entry) for entry in re.split(r"[,\s]+", text) if entry)


def check_address(address: str | Address, *, allowed: Sequence[Network]) -> None:
    """Raise AddressRefused unless `address`, and every IPv4 address it carries, is public or in `allowed`."""
    ip = _parsed(address)
    for candidate in (ip, *_carried(ip)):
        if not is_named(candidate, allowed) and (refused := _refused(candidate)):
            raise _refusal(ip, candidate, *refused)


def is_named(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)


def _network(entry: str) -> Network:
    try:
        return ip_network(entry)
    except ValueError as error:
        raise ValueError(
            f"OUTBOUND_ALLOWED_NETWORKS: {entry!r} is not a network ({error}); write it like 10.0.0.0/8 or fd00::/8"
        ) from None


def _parsed(address: str | Address) -> Address:
    try:
        return ip_address(address)
    except ValueError:
        raise AddressRefused(LedgerCode.ADDRESS_FORM, address=str(address)) from None


def _carried(ip: Address) -> Iterator[IPv4Address]:
    if isinstance(ip, IPv4Address) or ip in NOT_CARRIERS:
        return
    for form, shift, inverted in CARRIERS:
        if ip in form:
            bits = (int(ip) >> shift) & 0xFFFF_FFFF
            yield IPv4Address(bits ^ 0xFFFF_FFFF if inverted else bits)


def _refused(ip: Address) -> tuple[Network, LedgerCode] | None:
    for network, kind in REFUSED:
        if ip in network:
            return network, kind
    if isinstance(ip, IPv6Address) and ip not in PUBLIC_IPV6:
        return PUBLIC_IPV6, LedgerCode.NETWORK_NOT_PUBLIC
    return None


def _refusal(ip: Address, found: Address, network: Network, kind: LedgerCode) -> AddressRefused:
    """`found` is the address itself, or the one that it carries."""
    where: dict[str, str | Message] = {"kind": Message(kind), "network": str(network)}
    if found is ip:
        return AddressRefused(LedgerCode.ADDRESS_REFUSED, address=str(ip), **where)
    return AddressRefused(LedgerCode.ADDRESS_CARRIES, address=str(ip), carried=str(found), **where)
