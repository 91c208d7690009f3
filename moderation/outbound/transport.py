"""httpx over aiohttp, with some of aiohttp's defaults switched off.

By default it sends a request a second time when a connection drops, encodes a URL's query anew (which breaks signed
links), keeps cookies, and fails on a reason phrase that is not UTF-8.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from functools import cache
from http.client import HTTPResponse
from http.cookiejar import CookieJar
from typing import cast
from urllib.request import Request

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport
from yarl import URL

from moderation.outbound.addresses import Network
from moderation.outbound.guard import GuardedResolver, guarded_connector
from moderation.outbound.status_line import FIELD_BYTES, HEADERS, StatusLineReader, speaking
from moderation.outbound.urls import check_host

# It logs whole URLs, which may contain a customer's token, and reason phrases, which are untrusted text.
logging.getLogger("httpx").setLevel(logging.WARNING)

as_given: ContextVar[str] = ContextVar("as_given")


@asynccontextmanager
async def open_client(
    *, allowed: Sequence[Network], own_hosts: Collection[str] = (), verify: bool = True, concurrency: int = 64
) -> AsyncIterator[httpx.AsyncClient]:
    """A client that dials only public addresses and those in `allowed`, directly, without proxies or cookies, and
    never one of our own hosts.

    With `verify`, certificates are checked against `SSL_CERT_FILE` where that is set, else certifi's list. Keep at
    most `concurrency` exchanges in flight: one that has to wait for a connection waits on its own clock.
    """
    tls = tls_context(verify=verify)
    resolver = GuardedResolver(allowed=allowed, threads=concurrency)
    session = aiohttp.ClientSession(
        connector=guarded_connector(resolver=resolver, allowed=allowed, tls=tls, concurrency=concurrency),
        cookie_jar=aiohttp.DummyCookieJar(),
        response_class=ReplyWithoutReason,
        middlewares=(send_once,),
        max_line_size=FIELD_BYTES,
        max_field_size=FIELD_BYTES,
        max_headers=HEADERS,
    )
    transport = AsGivenTransport(verify=tls, client=session)
    transport.own_hosts = own_hosts
    headers = {"User-Agent": "second-look"}
    try:
        async with httpx.AsyncClient(
            transport=transport, headers=headers, cookies=NoCookies(), trust_env=False
        ) as client:
            yield client
    finally:
        await resolver.close()


@cache
def tls_context(*, verify: bool) -> ssl.SSLContext:
    """The TLS context, made once per process: loading the certificates takes about 20 ms, as long as many a picture."""
    return httpx.create_ssl_context(verify=verify)


class AsGivenTransport(AiohttpTransport):
    own_hosts: Collection[str] = ()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        check_host(request.url, own=self.own_hosts)
        as_given.set(str(request.url))
        return await super().handle_async_request(request)


async def send_once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Send once, to the URL as it was given. aiohttp would repeat requests that fail with an aiohttp error."""
    request.url = URL(as_given.get(), encoded=True)
    try:
        return await handler(request)
    except aiohttp.ClientError as error:
        raise httpx.TransportError(str(error)) from error


class ReplyWithoutReason(aiohttp.ClientResponse):
    async def start(self, connection: aiohttp.connector.Connection) -> aiohttp.ClientResponse:
        speaking.set(cast(StatusLineReader, connection.protocol))
        await super().start(connection)
        self.reason = None
        return self


class NoCookies(CookieJar):
    def extract_cookies(self, response: HTTPResponse, request: Request) -> None:
        pass
