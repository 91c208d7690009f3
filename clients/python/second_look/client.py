"""The client, in two kinds: `Client` answers when a call is done, `AsyncClient` is awaited."""

from __future__ import annotations

import asyncio
import os
import time
from importlib.metadata import PackageNotFoundError, version
from itertools import count
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from second_look import parts
from second_look.errors import SecondLookError, Unreachable
from second_look.request import Request
from second_look.response import read
from second_look.retries import Retries

T = TypeVar("T")
TIMEOUT = httpx.Timeout(60, connect=5)
"""Seconds: a call of the gateway may take 30, and 45 until its engines are given up."""
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)


class Client:
    """Calls Second Look at `url` with an access key; both are read from SECOND_LOOK_URL and SECOND_LOOK_API_KEY where
    they are not given. `app_id` counts for every call that names no app. It may be shared by threads. `http` is an
    httpx.Client of your own, for a proxy or certificates; then it is yours to close.
    """

    def __init__(
        self,
        url: str | None = None,
        *,
        api_key: str | None = None,
        app_id: str | None = None,
        retries: Retries = Retries(),  # noqa: B008 - frozen
        http: httpx.Client | None = None,
    ) -> None:
        self.app_id, self._retries, self._owns = app_id, retries, http is None
        self._url, self._headers = _address(url), _headers(api_key)
        self._http = http or httpx.Client(timeout=TIMEOUT)
        self.image, self.results, self.events = parts.Image(self), parts.Results(self), parts.Events(self)
        self.deliveries, self.policy = parts.Deliveries(self), parts.Policy(self)

    def send(self, request: Request[T], /) -> T:
        """Send a call, again where that helps. Raises what `second_look.errors` lists."""
        for made in count(1):
            try:
                return read(request, self._attempt(request))
            except SecondLookError as failure:
                wait = self._retries.wait(failure, made=made, may_repeat=request.may_repeat)
                if wait is None:
                    raise
            time.sleep(wait)
        raise AssertionError("attempts end above")

    def close(self) -> None:
        if self._owns:
            self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _attempt(self, request: Request[Any]) -> httpx.Response:
        try:
            return self._http.request(request.method, self._url + request.path, **_sent(request, self._headers))
        except httpx.RequestError as error:
            raise _unreachable(self._url, error) from error


class AsyncClient:
    """The same calls, awaited. `http` is an httpx.AsyncClient of your own."""

    def __init__(
        self,
        url: str | None = None,
        *,
        api_key: str | None = None,
        app_id: str | None = None,
        retries: Retries = Retries(),  # noqa: B008 - frozen
        http: httpx.AsyncClient | None = None,
    ) -> None:
        self.app_id, self._retries, self._owns = app_id, retries, http is None
        self._url, self._headers = _address(url), _headers(api_key)
        self._http = http or httpx.AsyncClient(timeout=TIMEOUT)
        self.image, self.results = parts.AsyncImage(self), parts.AsyncResults(self)
        self.events, self.deliveries = parts.AsyncEvents(self), parts.AsyncDeliveries(self)
        self.policy = parts.AsyncPolicy(self)

    async def send(self, request: Request[T], /) -> T:
        """Send a call, again where that helps. Raises what `second_look.errors` lists."""
        for made in count(1):
            try:
                return read(request, await self._attempt(request))
            except SecondLookError as failure:
                wait = self._retries.wait(failure, made=made, may_repeat=request.may_repeat)
                if wait is None:
                    raise
            await asyncio.sleep(wait)
        raise AssertionError("attempts end above")

    async def close(self) -> None:
        if self._owns:
            await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.close()

    async def _attempt(self, request: Request[Any]) -> httpx.Response:
        try:
            return await self._http.request(request.method, self._url + request.path, **_sent(request, self._headers))
        except httpx.RequestError as error:
            raise _unreachable(self._url, error) from error


def _address(url: str | None) -> str:
    found = url or os.environ.get("SECOND_LOOK_URL", "")
    if not found.startswith(("https://", "http://")):
        raise ValueError("Give the address of Second Look, as https://review.example.com, or set SECOND_LOOK_URL.")
    return found.rstrip("/")


def _headers(api_key: str | None) -> dict[str, str]:
    key = api_key or os.environ.get("SECOND_LOOK_API_KEY", "")
    if not key:
        raise ValueError("Give an access key as api_key, or set SECOND_LOOK_API_KEY.")
    return {"Authorization": f"Bearer {key}", "User-Agent": f"second-look-python/{_version()}"}


def _version() -> str:
    try:
        return version("second-look-client")
    except PackageNotFoundError:  # used from its folder
        return "0"


def _sent(request: Request[Any], headers: dict[str, str]) -> dict[str, Any]:
    body = {} if request.body is None else {"json": request.body}
    return {"headers": headers, "params": request.query, "follow_redirects": False, **body}


def _unreachable(url: str, error: httpx.RequestError) -> Unreachable:
    return Unreachable(
        f"{url} did not answer: {error or type(error).__name__}", was_sent=not isinstance(error, _NOT_SENT)
    )
