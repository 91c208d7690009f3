"""Resolve hosts ourselves, check every address record, and check again before connecting (against SSRF).

The second check is needed: a host written as an address never reaches the resolver. We connect to the record that was
checked, so a name that resolves differently a moment later (DNS rebinding) gains nothing. TLS and the Host header still
use the host's name.
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from ipaddress import ip_address
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from moderation.messages import LedgerCode
from moderation.outbound.addresses import Network, check_address, is_named
from moderation.outbound.errors import CannotResolve
from moderation.outbound.status_line import StatusLineReader
from moderation.outbound.urls import PUBLIC_PORTS, check_port

KEEP_ALIVE_SECONDS = 4  # common servers hang up after 5; a POST on a connection just closed is a lost attempt
UNREAD_SECONDS = 30  # a closed socket lingers while its peer refuses to read; then the kernel drops it
NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+", re.IGNORECASE)


def check_dial(address: str, port: int, *, allowed: Sequence[Network]) -> None:
    """Raise AddressRefused or UrlRefused; outside `allowed`, only public addresses and `PUBLIC_PORTS` pass."""
    check_address(address, allowed=allowed)
    check_port(port, None if is_named(ip_address(address), allowed) else PUBLIC_PORTS)


class GuardedResolver(AbstractResolver):
    """Returns every address of a host, or refuses the host when one of them is bad. Caches nothing.

    It has its own threads: a slow name server must not delay other look-ups of the process, and closing
    does not wait for it.
    """

    def __init__(self, *, allowed: Sequence[Network], threads: int) -> None:
        self._allowed = allowed
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="resolve")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        addresses = await loop.run_in_executor(self._pool, look_up, host, port, family)
        for address in addresses:
            check_dial(address, port, allowed=self._allowed)
        return [_result(host, address, port) for address in addresses]

    async def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


def guarded_connector(
    *, resolver: GuardedResolver, allowed: Sequence[Network], tls: ssl.SSLContext, concurrency: int
) -> aiohttp.TCPConnector:
    """A connector whose every socket goes to a checked address. `concurrency` bounds its open connections."""

    def dial(info: tuple[Any, ...]) -> socket.socket:
        family, kind, protocol, _, (address, port, *_rest) = info
        check_dial(address, port, allowed=allowed)
        dialling = socket.socket(family, kind, protocol)
        if sys.platform == "linux":
            dialling.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, round(UNREAD_SECONDS * 1000))
        return dialling

    connector = aiohttp.TCPConnector(
        resolver=resolver,
        socket_factory=dial,
        use_dns_cache=False,
        ssl=tls,
        limit=concurrency,
        keepalive_timeout=KEEP_ALIVE_SECONDS,
    )
    loop = asyncio.get_running_loop()
    protocol: Any = partial(StatusLineReader, loop=loop)
    connector._factory = protocol  # there is no public setting for it
    return connector


def look_up(host: str, port: int, family: int = socket.AF_UNSPEC) -> list[str]:
    """The addresses of `host`, in the system's order; CannotResolve when there are none. Blocks."""
    try:
        records = socket.getaddrinfo(_qualified(host), port, family, socket.SOCK_STREAM)
    except socket.gaierror as error:
        retry = error.errno == socket.EAI_AGAIN
        raise CannotResolve(LedgerCode.CALL_NOT_RESOLVED, host=host, detail=str(error.strerror), retry=retry) from error
    except UnicodeError as error:
        raise CannotResolve(LedgerCode.CALL_NOT_A_NAME, host=host, retry=False) from error
    if not records:
        raise CannotResolve(LedgerCode.CALL_NO_RECORD, host=host)
    return list(dict.fromkeys(str(record[4][0]) for record in records))


def _qualified(host: str) -> str:
    """Add a final dot to a bare name: without it, the machine's search domains would be tried for `redis`."""
    if "." in host or host == "localhost" or NUMBER.fullmatch(host):
        return host
    return host + "."


def _result(host: str, address: str, port: int) -> ResolveResult:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=socket.AI_NUMERICHOST)
