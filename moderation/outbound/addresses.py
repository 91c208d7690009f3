"""Which addresses we do not call. The judge sees addresses only; names are resolved before they get here."""

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

from moderation.outbound.errors import AddressRefused

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# IANA's special-purpose registries for IPv4 and IPv6, with the cloud platforms' own addresses.
# `is_private` and `is_global` of the standard library let a good part of these through.
REFUSED: tuple[tuple[Network, str], ...] = tuple(
    (ip_network(network), name)
    for network, name in (
        ("0.0.0.0/8", "this host"),
        ("10.0.0.0/8", "a private network"),
        ("100.64.0.0/10", "a provider's shared network"),
        ("127.0.0.0/8", "loopback"),
        ("168.63.129.16/32", "a cloud platform's own address"),
        ("169.254.0.0/16", "link-local, where cloud metadata lives"),
        ("172.16.0.0/12", "a private network"),
        ("192.0.0.0/24", "kept for protocols"),
        ("192.88.99.0/24", "a 6to4 relay"),
        ("192.168.0.0/16", "a private network"),
        ("198.18.0.0/15", "kept for benchmarks"),
        ("224.0.0.0/4", "multicast"),
        ("255.255.255.255/32", "broadcast"),
        ("240.0.0.0/4", "reserved"),
        ("::/128", "this host"),
        ("::1/128", "loopback"),
        ("::/96", "IPv4 in IPv6"),
        ("::ffff:0:0/96", "IPv4 in IPv6"),
        ("::ffff:0:0:0/96", "IPv4 in IPv6"),
        ("64:ff9b::/96", "IPv4 behind a translator"),
        ("64:ff9b:1::/48", "IPv4 behind a translator"),
        ("100::/64", "a discard address"),
        ("2001::/32", "a Teredo tunnel"),
        ("2001:db8::/32", "kept for documentation"),
        ("2002::/16", "a 6to4 tunnel"),
        ("3fff::/20", "kept for documentation"),
        ("5f00::/16", "a segment routing address"),
        ("fc00::/7", "a private network"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "site-local"),
        ("ff00::/8", "multicast"),
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
        if not is_named(candidate, allowed) and (reason := _refusal(candidate)):
            inside = "" if candidate is ip else f"carries {candidate}, which "
            raise AddressRefused(str(ip), f"{inside}is {reason}; OUTBOUND_ALLOWED_NETWORKS does not name it")


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
        raise AddressRefused(str(address), "is not an address in its plain form") from None


def _carried(ip: Address) -> Iterator[IPv4Address]:
    if isinstance(ip, IPv4Address) or ip in NOT_CARRIERS:
        return
    for form, shift, inverted in CARRIERS:
        if ip in form:
            bits = (int(ip) >> shift) & 0xFFFF_FFFF
            yield IPv4Address(bits ^ 0xFFFF_FFFF if inverted else bits)


def _refusal(ip: Address) -> str:
    for network, name in REFUSED:
        if ip in network:
            return f"{name} ({network})"
    if isinstance(ip, IPv6Address) and ip not in PUBLIC_IPV6:
        return f"outside the public internet ({PUBLIC_IPV6})"
    return ""
