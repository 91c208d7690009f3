"""Check URLs: when they are saved, when they are used, and on every redirect."""

from __future__ import annotations

import re
import socket
from collections.abc import Collection, Sequence
from ipaddress import IPv6Address

import httpx

from moderation.messages import LedgerCode
from moderation.outbound.addresses import Network, check_address
from moderation.outbound.errors import AddressRefused, UrlRefused

MAX_LENGTH = 2048  # characters
PUBLIC_PORTS: tuple[int, ...] = (80, 443, 8443)

USER_INFO = re.compile(r"[^:]*://[^/?]*@")
_LINE_BREAKS = {ord(mark): None for mark in "\t\r\n"}
_AROUND = "".join(map(chr, range(33)))  # control characters and the blank
HOST_NAME = re.compile(r"[a-z0-9._-]+")


def check_url(
    url: str, *, schemes: Sequence[str] = ("https",), allowed_ports: Sequence[int] | None = PUBLIC_PORTS
) -> httpx.URL:
    """The parsed URL. Raises UrlRefused with the rule it breaks. Nothing is resolved or dialled.

    With `allowed_ports=None` any port passes here; the guard still keeps addresses outside the allowed networks
    to `PUBLIC_PORTS` when it dials.
    """
    _check_text(url)
    parsed = _parsed(url)
    if parsed.scheme not in schemes:
        raise UrlRefused(LedgerCode.URL_SCHEME, schemes=", ".join(f"{scheme}://" for scheme in schemes))
    _check_host(parsed.raw_host.decode("ascii"))
    check_port(parsed.port, allowed_ports)
    return parsed


def as_browsers_call(url: str) -> str:
    """A picture's URL as a browser would request it: surrounding blanks, line breaks and the fragment are removed,
    blanks inside are percent-encoded. A blank is no reason not to show a picture.
    """
    one_line = url.strip(_AROUND).translate(_LINE_BREAKS)
    return one_line.partition("#")[0].replace(" ", "%20")


def check_host(url: httpx.URL, *, own: Collection[str]) -> None:
    """Raise UrlRefused for one of our `own` hosts, which are given in lower case."""
    host = url.raw_host.decode("ascii").rstrip(".").lower()
    if host in own:
        raise UrlRefused(LedgerCode.URL_OWN_HOST, host=host)


def check_literal(url: httpx.URL, *, allowed: Sequence[Network]) -> None:
    """Raise UrlRefused for a host that is an address in any spelling and one we do not call. No name is looked up."""
    host = url.raw_host.decode("ascii").rstrip(".").lower()
    for address in _addresses(host):
        try:
            check_address(address, allowed=allowed)
        except AddressRefused as refused:
            raise UrlRefused(refused.why) from None


def _addresses(host: str) -> list[str]:
    """The addresses that a host means without a look-up: also for `127.1`, `0x7f000001` and loopback's name."""
    if host == "localhost" or host.endswith(".localhost"):
        return ["127.0.0.1"]
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return []
    return [str(place[0]) for *_, place in found]


def check_port(port: int | None, allowed: Sequence[int] | None) -> None:
    """Raise UrlRefused for a port outside `allowed`. `port` None: the scheme's default; `allowed` None: any."""
    if port is None or (allowed is None and 0 < port < 65536) or port in (allowed or ()):
        return
    if allowed:
        raise UrlRefused(LedgerCode.URL_PORT, port=port, allowed=", ".join(map(str, allowed)))
    raise UrlRefused(LedgerCode.URL_NO_PORT, port=port)


def _check_text(url: str) -> None:
    if len(url) > MAX_LENGTH:
        raise UrlRefused(LedgerCode.URL_TOO_LONG, length=len(url), most=MAX_LENGTH)
    if bad := next((c for c in url if c in " \\" or not c.isprintable()), None):
        raise UrlRefused(LedgerCode.URL_CHARACTER, character=ascii(bad))
    if "#" in url:
        raise UrlRefused(LedgerCode.URL_FRAGMENT)
    if USER_INFO.match(url):
        raise UrlRefused(LedgerCode.URL_USER_INFO)


def _parsed(url: str) -> httpx.URL:
    try:
        parsed = httpx.URL(url)
        _ = parsed.host  # decodes punycode, and only then finds that it is none
        return parsed
    except (httpx.InvalidURL, ValueError) as error:
        raise UrlRefused(LedgerCode.URL_NOT_ONE, detail=str(error)) from None


def _check_host(host: str) -> None:
    if not host:
        raise UrlRefused(LedgerCode.URL_NO_HOST)
    if not HOST_NAME.fullmatch(host) and not _is_ipv6(host):
        raise UrlRefused(LedgerCode.URL_HOST_NAME, host=host)


def _is_ipv6(host: str) -> bool:
    try:
        return IPv6Address(host).scope_id is None
    except ValueError:
        return False
