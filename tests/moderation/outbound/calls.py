"""Short ways to make one call through the door, for tests without an event loop of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from moderation.outbound.addresses import Network
from moderation.outbound.client import WEBHOOK, Downloaded, Limits, Reply, download, exchange, open_client
from tests.moderation.outbound.servers import LOOPBACK

QUICK = replace(WEBHOOK, connect_seconds=1, first_byte_seconds=0.4, total_seconds=0.8)


def post(url: str, *, allowed: Sequence[Network] = LOOPBACK, verify: bool = True, limits: Limits = QUICK) -> Reply:
    return posts(url, times=1, allowed=allowed, verify=verify, limits=limits)[0]


def posts(
    url: str, *, times: int, allowed: Sequence[Network] = LOOPBACK, verify: bool = True, limits: Limits = QUICK
) -> list[Reply]:
    """One after the other, through one client."""

    async def run() -> list[Reply]:
        async with open_client(allowed=allowed, verify=verify) as client:
            return [
                await exchange(
                    client,
                    "POST",
                    url,
                    headers={"Content-Type": "application/json"},
                    content=b"{}",
                    limits=limits,
                    schemes=("https", "http"),
                )
                for _ in range(times)
            ]

    return asyncio.run(run())


def get(url: str, *, allowed: Sequence[Network] = LOOPBACK, limits: Limits = QUICK) -> Downloaded:
    async def run() -> Downloaded:
        async with open_client(allowed=allowed) as client:
            return await download(client, url, limits=limits)

    return asyncio.run(run())
