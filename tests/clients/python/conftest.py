from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any, cast

import httpx
import pytest

from second_look import AsyncClient, Client, Retries
from tests.processes import RunningApp
from tests.waiting import PATIENCE_SECONDS

QUICK = Retries(first_seconds=0.05)


class Waited:
    """An async client, or a part of it, called as the other kind is: each call is waited for in one event loop."""

    def __init__(self, runner: asyncio.Runner, inner: object) -> None:
        self._runner, self._inner = runner, inner

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        return self._called(found) if callable(found) else Waited(self._runner, found)

    def _called(self, method: Any) -> Any:
        def call(*args: Any, **named: Any) -> Any:
            made = method(*args, **named)
            return iter(self._runner.run(_all(made))) if hasattr(made, "__aiter__") else self._runner.run(made)

        return call


async def _all(items: AsyncIterator[Any]) -> list[Any]:
    return [one async for one in items]


@pytest.fixture(params=["sync", "async"])
def client(request: pytest.FixtureRequest, running_app: RunningApp, key: str) -> Iterator[Client]:
    """Both kinds, called alike."""
    if request.param == "sync":
        with directly() as direct:
            yield Client(running_app.url, api_key=key, app_id="web", retries=QUICK, http=direct)
        return
    with asyncio.Runner() as runner:
        http = httpx.AsyncClient(trust_env=False, timeout=PATIENCE_SECONDS)
        awaited = AsyncClient(running_app.url, api_key=key, app_id="web", retries=QUICK, http=http)
        yield cast(Client, Waited(runner, awaited))
        runner.run(http.aclose())


def directly() -> httpx.Client:
    """Through no proxy of this machine, and with as much patience as every test."""
    return httpx.Client(trust_env=False, timeout=PATIENCE_SECONDS)
