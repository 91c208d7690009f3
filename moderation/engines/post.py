"""Call an engine over HTTP, through `moderation.outbound`: once for each picture, some at a time, in time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TypeVar

from django.conf import settings

from moderation.engines.breaker import breaker_of
from moderation.engines.protocol import Ask, EngineFailed, failed
from moderation.messages import LedgerCode, Message
from moderation.outbound.client import Client, Reply, exchange, open_client
from moderation.outbound.errors import OurFault, OutboundError, TimedOut
from moderation.outbound.limits import Limits

ANSWER_BYTES = 4 * 1024 * 1024
AT_ONCE = 4
CONNECT_SECONDS = 2.0
LEAST_SECONDS = 0.01
LONGEST_SECONDS = 30.0
FAIR_SECONDS = 3.0
"""An engine that had less time than this is not to blame for giving no answer within it."""

Subject = TypeVar("Subject")


@dataclass(frozen=True, slots=True)
class Call:
    url: str
    content: bytes = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Service:
    """An engine behind a URL. `most_seconds` bounds one call, whatever time there is."""

    engine: str
    url: str
    schemes: Sequence[str]
    most_seconds: float = LONGEST_SECONDS


def post_each(
    service: Service, subjects: Sequence[Subject], call_of: Callable[[Subject], Call], ask: Ask
) -> list[Reply]:
    """The replies, in the order of the subjects. Raises EngineFailed; the first failure ends the other calls."""
    seconds = ask.seconds_left
    if seconds <= 0:
        raise _late(service, 0)
    with breaker_of(service.url).asking(service.engine):
        try:
            return asyncio.run(_post_each(service, subjects, call_of, ask))
        except TimedOut as error:
            raise _unreached(service, error, is_ours=seconds < FAIR_SECONDS) from error
        except OutboundError as error:
            raise _unreached(service, error, is_ours=isinstance(error, OurFault)) from error
        except TimeoutError as error:
            raise _late(service, seconds) from error


def body_of(service: Service, reply: Reply) -> bytes:
    """The body of an answer that is whole and whose status is 200. Raises EngineFailed."""
    if reply.status != HTTPStatus.OK:
        why = Message(LedgerCode.ENGINE_STATUS, engine=service.engine, status=reply.status)
        raise EngineFailed(why, is_busy=reply.status == HTTPStatus.TOO_MANY_REQUESTS)
    if reply.truncated:
        raise failed(LedgerCode.ENGINE_ANSWER, service.engine, detail="it is too long, or broke off")
    return reply.body


def _late(service: Service, seconds: float) -> EngineFailed:
    why = Message(LedgerCode.ENGINE_LATE, engine=service.engine, seconds=seconds)
    return EngineFailed(why, is_ours=seconds < FAIR_SECONDS)


def _unreached(service: Service, error: OutboundError, *, is_ours: bool) -> EngineFailed:
    why = Message(LedgerCode.ENGINE_UNREACHED, engine=service.engine, reason=error.why)
    return EngineFailed(why, is_ours=is_ours)


def _limits(service: Service, ask: Ask) -> Limits:
    """Of one call that starts now."""
    seconds = max(LEAST_SECONDS, min(ask.seconds_left, service.most_seconds))
    return Limits(min(CONNECT_SECONDS, seconds), seconds, seconds, ANSWER_BYTES, keep_bytes=0)


async def _post_each(
    service: Service, subjects: Sequence[Subject], call_of: Callable[[Subject], Call], ask: Ask
) -> list[Reply]:
    places = asyncio.Semaphore(AT_ONCE)
    opened = open_client(allowed=settings.OUTBOUND_ALLOWED_NETWORKS, own_hosts=settings.OWN_HOSTS)
    async with asyncio.timeout(ask.seconds_left), opened as client:

        async def post(subject: Subject) -> Reply:
            async with places:
                return await _post(client, call_of(subject), service, _limits(service, ask))

        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(post(subject)) for subject in subjects]
        except ExceptionGroup as several:
            raise several.exceptions[0] from None
    return [task.result() for task in tasks]


async def _post(client: Client, call: Call, service: Service, limits: Limits) -> Reply:
    """A reply whose status says that the engine is broken counts as a failure for all."""
    reply = await exchange(
        client, "POST", call.url, headers=call.headers, content=call.content, limits=limits, schemes=service.schemes
    )
    if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR or reply.status == HTTPStatus.TOO_MANY_REQUESTS:
        body_of(service, reply)
    return reply
