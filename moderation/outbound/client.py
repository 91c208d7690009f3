"""Calls to the outside: `exchange` for webhooks, `download` and `fetch_picture` for pictures."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import httpx

from moderation.outbound.addresses import Network
from moderation.outbound.errors import BadStatus, Failed, TooLarge
from moderation.outbound.library_errors import translated
from moderation.outbound.limits import PICTURE, WEBHOOK, Limits
from moderation.outbound.status_line import speaking, status_heard
from moderation.outbound.transport import open_client
from moderation.outbound.urls import as_browsers_call, check_url

Client = httpx.AsyncClient

__all__ = [
    "PICTURE",
    "WEBHOOK",
    "Downloaded",
    "Limits",
    "Reply",
    "download",
    "exchange",
    "fetch_picture",
    "open_client",
]

NO_PICTURE = 400  # from this status on there is no picture, whatever the headers say
PICTURE_SCHEMES = ("https", "http")  # customers serve pictures over either; only our own sends require TLS


@dataclass(frozen=True)
class Reply:
    """A reply, whatever its status. `body` is as it came, never inflated, up to `max_bytes`.

    `truncated`: the body was longer, too slow, or broke off; the status is valid all the same. It is also valid when
    the headers are unusable or never end: then headers and body are empty.
    """

    status: int
    headers: httpx.Headers
    body: bytes
    truncated: bool
    duration_ms: int


@dataclass(frozen=True)
class Downloaded:
    """`content_type` is the server's, lower case, without parameters; `url` is the one after all redirects."""

    body: bytes = field(repr=False)  # `asyncio.run`'s signal handler formats its task: 240 MB for a large picture
    content_type: str
    url: str


async def exchange(
    client: Client,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    content: bytes,
    limits: Limits,
    schemes: Sequence[str] = ("https",),
) -> Reply:
    """Send once, without following redirects, and return the reply. Raises OutboundError when there is none."""
    started = time.monotonic()
    target = check_url(url, schemes=schemes, allowed_ports=None)
    deadline = asyncio.get_running_loop().time() + limits.total_seconds
    with translated(target.host, limits):
        try:
            async with asyncio.timeout_at(deadline):
                response = await _send(client, method, target, headers=headers, content=content, limits=limits)
        except Exception:
            if (status := status_heard()) is None:
                raise
            return Reply(status, httpx.Headers(), b"", truncated=True, duration_ms=_ms_since(started))
        body, truncated = await _read_what_comes(response, max_bytes=limits.max_bytes, deadline=deadline)
    return Reply(response.status_code, response.headers, body, truncated, _ms_since(started))


def _ms_since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)


async def download(
    client: Client,
    url: str,
    *,
    limits: Limits,
    max_redirects: int = 3,
    schemes: Sequence[str] = PICTURE_SCHEMES,
) -> Downloaded:
    """GET `url`, following redirects to URLs and addresses that pass the same checks; OutboundError otherwise."""
    deadline = asyncio.get_running_loop().time() + limits.total_seconds
    return await _follow(client, url, limits=limits, schemes=schemes, deadline=deadline, hops_left=max_redirects)


def fetch_picture(
    url: str,
    *,
    allowed: Sequence[Network],
    own_hosts: Collection[str] = (),
    verify: bool = True,
    limits: Limits = PICTURE,
) -> Downloaded:
    """`download` for code without an event loop, tried twice within `total_seconds` when the failure may pass and
    the host does not ask to wait.
    """
    return asyncio.run(_fetch(as_browsers_call(url), limits, allowed=allowed, own_hosts=own_hosts, verify=verify))


async def _fetch(url: str, limits: Limits, **door: Any) -> Downloaded:
    with translated(check_url(url, schemes=PICTURE_SCHEMES, allowed_ports=None).host, limits):
        async with asyncio.timeout(limits.total_seconds), open_client(**door) as client:
            try:
                return await download(client, url, limits=limits)
            except Failed as failure:
                if not failure.retry or failure.asks_to_wait:
                    raise
            return await download(client, url, limits=limits)


async def _follow(
    client: Client, url: str, *, limits: Limits, schemes: Sequence[str], deadline: float, hops_left: int
) -> Downloaded:
    target = check_url(url, schemes=schemes, allowed_ports=None)
    with translated(target.host, limits):
        async with asyncio.timeout_at(deadline), _answer(client, target, limits=limits) as response:
            if not (response.has_redirect_location and hops_left):
                return await _downloaded(response, limits=limits)
            onward = str(target.join(response.headers["Location"]).copy_with(fragment=None))
    return await _follow(client, onward, limits=limits, schemes=schemes, deadline=deadline, hops_left=hops_left - 1)


async def _downloaded(response: httpx.Response, *, limits: Limits) -> Downloaded:
    if not response.is_success:
        raise BadStatus(response.status_code, response.url.host, response.headers.get("Retry-After"))
    body = bytearray()
    if not await _fill(body, response, max_bytes=limits.max_bytes):
        raise TooLarge(response.url.host, limits.max_bytes)
    content_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return Downloaded(bytes(body), content_type, str(response.url))


async def _read_what_comes(response: httpx.Response, *, max_bytes: int, deadline: float) -> tuple[bytes, bool]:
    """The body's first `max_bytes` at most, and whether it was truncated."""
    body = bytearray()
    complete = False
    try:
        async with asyncio.timeout_at(deadline):
            complete = await _fill(body, response, max_bytes=max_bytes)
    except (TimeoutError, httpx.TransportError):
        pass
    finally:
        await response.aclose()
    return bytes(body[:max_bytes]), not complete


async def _fill(body: bytearray, response: httpx.Response, *, max_bytes: int) -> bool:
    """Read raw into `body` until it has more than `max_bytes`. Returns whether that was all of it."""
    raw = cast(AsyncGenerator[bytes, None], response.aiter_raw())  # typed as an iterator, but it wants closing
    async with aclosing(raw) as chunks:
        async for chunk in chunks:
            body += chunk
            if len(body) > max_bytes:
                return False
    return True


@asynccontextmanager
async def _answer(client: Client, url: httpx.URL, *, limits: Limits) -> AsyncIterator[httpx.Response]:
    try:
        response = await _send(client, "GET", url, headers={}, content=b"", limits=limits)
    except Exception as error:
        if (status := status_heard()) is None or status < NO_PICTURE:
            raise
        raise BadStatus(status, url.host) from error
    async with aclosing(response):
        yield response


async def _send(
    client: Client,
    method: str,
    url: httpx.URL,
    *,
    headers: Mapping[str, str],
    content: bytes,
    limits: Limits,
) -> httpx.Response:
    """The reply's status and headers; the body is still to be read, raw: inflating could be a decompression bomb."""
    # httpx's "pool" becomes aiohttp's limit for all of connecting: waiting, resolving, dialling, TLS.
    speaking.set(None)
    timeout = httpx.Timeout(limits.connect_seconds, read=limits.first_byte_seconds)
    request = client.build_request(method, url, headers=dict(headers), content=content, timeout=timeout)
    request.headers["Accept-Encoding"] = "identity"
    return await client.send(request, stream=True, follow_redirects=False)
