"""How fast answers leave, beside a bare loop that sends the same signed bodies, as many at once, by the same client
(httpx over aiohttp): at least 0.6 of it; and beside aiohttp alone. And what an endpoint that never answers costs the
others: less than 5 %.

Rounds alternate, so that a busy minute slows both.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from statistics import median
from threading import Thread
from typing import Any

import aiohttp
import httpx
import pytest
from django.db import connection
from httpx_aiohttp import AiohttpTransport

from benchmarks.table.rows import row
from moderation.contract import json_text
from moderation.models import Endpoint
from moderation.webhooks import signing
from moderation.webhooks.deliver import SLOTS, deliver_due
from tests.factories import bodies, endpoints
from tests.world import World, build

COUNT, ROUNDS, ENDPOINTS = 3_000, 3, 4
PAYLOAD = json_text.dumps({"type": "result.final", "timestamp": "2026-11-21T14:05:00Z", "data": bodies.result()})
_DUE = """
INSERT INTO moderation_delivery (webhook_id, endpoint_id, revision, type, payload, state, why, attempts_made, due_at)
SELECT 'msg_' || gen_random_uuid(), %(endpoint)s, 1, 'result.final', %(payload)s, 'pending', NULL, 0, now()
  FROM generate_series(1, %(count)s)
"""


@pytest.fixture
def world(transactional_db: None) -> World:
    return build()


@pytest.fixture
def customer(settings: Any) -> Iterator[str]:
    argv = [sys.executable, "-m", "benchmarks.floor.receiver"]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        process.terminate()


def test_beside_a_bare_loop(world: World, customer: str) -> None:
    healthy = [endpoints.subscribed(name=f"e{n}", url=f"{customer}/{n}") for n in range(ENDPOINTS)]
    rates: dict[str, list[float]] = {"ours": [], "httpx": [], "aiohttp": []}
    for turn in range(ROUNDS + 1):
        due([endpoint for endpoint, _ in healthy], COUNT // ENDPOINTS)
        for name, send in (("ours", ours), ("httpx", partial(bare, by_httpx)), ("aiohttp", partial(bare, by_aiohttp))):
            spent = send(customer, healthy[0][1])
            if turn:  # the first round warms up
                rates[name].append(COUNT / spent)
    quick, same, least = (median(rates[name]) for name in rates)
    print(
        f"\nanswers that leave: {quick:.0f}/s beside {same:.0f}/s of a bare loop of the same client,"
        f" and {least:.0f}/s of aiohttp alone, {quick / least:.2f} of that"
    )
    row("delivery", quick / same, f"{quick:.0f}/s beside {same:.0f}/s")


def test_beside_one_that_never_answers(world: World, customer: str) -> None:
    healthy = [endpoints.subscribed(name=f"e{n}", url=f"{customer}/{n}")[0] for n in range(ENDPOINTS - 1)]
    dead, _ = endpoints.subscribed(name="dead", url=f"{customer}/never")
    alone: list[float] = []
    beside: list[float] = []
    for turn in range(ROUNDS + 1):
        for found, with_dead in ((alone, False), (beside, True)):
            due(healthy, COUNT // len(healthy))
            if with_dead:
                due([dead], 1_000)
            spent = until_delivered()
            if turn:
                found.append(spent)
    cost = median(beside) / median(alone) - 1
    print(
        f"\nbeside an endpoint that never answers, the others take {median(beside):.2f} s instead of"
        f" {median(alone):.2f} s for {COUNT:,}"
    )
    row("delivery-hanging", 100 * cost, f"{median(beside):.2f} s instead of {median(alone):.2f} s for {COUNT:,}")


def due(to: list[Endpoint], count: int) -> None:
    with connection.cursor() as cursor:
        for endpoint in to:
            cursor.execute(_DUE, {"endpoint": endpoint.pk, "payload": PAYLOAD, "count": count})
        cursor.execute("ANALYZE moderation_delivery")


def ours(url: str, secret: str) -> float:
    started = time.perf_counter()
    assert deliver_due() == COUNT
    return time.perf_counter() - started


Send = Callable[[bytes, dict[str, str]], Awaitable[tuple[int, bytes]]]


def bare(client: Callable[[str], AbstractAsyncContextManager[Send]], url: str, secret: str) -> float:
    started = time.perf_counter()
    asyncio.run(_bare(client, url, secret))
    return time.perf_counter() - started


async def _bare(client: Callable[[str], AbstractAsyncContextManager[Send]], url: str, secret: str) -> None:
    left = iter(range(COUNT))
    async with client(url) as post:

        async def work() -> None:
            for number in left:
                body = PAYLOAD.encode()
                signed = signing.headers(
                    webhook_id=f"msg_{number}", timestamp=int(time.time()), body=body, secrets=[secret]
                )
                assert await post(body, {"content-type": "application/json", **signed}) == (200, b"{}")

        await asyncio.gather(*(work() for _ in range(SLOTS)))


@asynccontextmanager
async def by_aiohttp(url: str) -> AsyncIterator[Send]:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=SLOTS)) as session:

        async def post(body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
            async with session.post(url, data=body, headers=headers) as got:
                return got.status, await got.read()

        yield post


@asynccontextmanager
async def by_httpx(url: str) -> AsyncIterator[Send]:
    transport = AiohttpTransport(limits=httpx.Limits(max_connections=SLOTS))
    async with httpx.AsyncClient(transport=transport, trust_env=False) as session:

        async def post(body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
            got = await session.post(url, content=body, headers=headers)
            return got.status_code, got.content

        yield post


def until_delivered() -> float:
    """Seconds until all that can arrive has; what never will is cancelled then."""
    started = time.perf_counter()
    thread = Thread(target=_deliver)
    thread.start()
    while _exists("endpoint_id IN (SELECT id FROM moderation_endpoint WHERE name <> 'dead') AND state = 'pending'"):
        time.sleep(0.02)
    spent = time.perf_counter() - started
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM moderation_delivery WHERE state = 'pending'")
    thread.join()
    return spent


def _deliver() -> None:
    try:
        deliver_due()
    finally:
        connection.close()


def _exists(what: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT FROM moderation_delivery WHERE {what})")
        return bool(cursor.fetchone()[0])
