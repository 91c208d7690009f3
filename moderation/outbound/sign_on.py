"""Calls to the provider of single sign-on, for `accounts` (settings.SIGN_ON_EXCHANGE)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from django.conf import settings

from moderation.outbound.client import Reply, exchange, open_client
from moderation.outbound.errors import OutboundError
from moderation.outbound.limits import Limits

SIGN_ON = Limits(connect_seconds=3, first_byte_seconds=5, total_seconds=8, max_bytes=256 * 1024, keep_bytes=0)


def exchange_once(
    method: str, url: str, *, headers: Mapping[str, str], content: bytes
) -> tuple[int, Mapping[str, str], bytes]:
    """Status, headers and body. Raises ConnectionError when there is no whole answer."""
    try:
        reply = asyncio.run(_exchange(method, url, headers=headers, content=content))
    except OutboundError as error:
        raise ConnectionError(str(error)) from error
    if reply.truncated:
        raise ConnectionError("The provider's answer is too long, or broke off.")
    return reply.status, reply.headers, reply.body


async def _exchange(method: str, url: str, *, headers: Mapping[str, str], content: bytes) -> Reply:
    networks = settings.OIDC_ALLOWED_NETWORKS
    schemes = ("https", "http") if networks else ("https",)
    async with open_client(allowed=networks, own_hosts=settings.OWN_HOSTS) as client:
        return await exchange(client, method, url, headers=headers, content=content, limits=SIGN_ON, schemes=schemes)
