"""Send webhooks from a separate thread, many at once."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Thread
from types import TracebackType
from typing import Self

from django.conf import settings

from moderation.messages import LedgerCode, Message
from moderation.models import Endpoint
from moderation.outbound.client import Client, Reply, exchange
from moderation.outbound.errors import OurFault, OutboundError, printable
from moderation.outbound.limits import WEBHOOK
from moderation.outbound.transport import open_client
from moderation.webhooks import request
from moderation.webhooks.lease_due import LeasedDelivery

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sent:
    """How one attempt ended. `status` is None when no HTTP answer came; `why` is None when it was delivered.

    `is_try` is false when nothing was sent because of a fault of ours: it does not count as an attempt.
    """

    duration_ms: int
    delivered: bool
    status: int | None = None
    why: Message | None = None
    reply: str = ""
    retry_after: str | None = None
    is_try: bool = True


class WebhookSender:
    """A context in which `send` may be called; leaving it closes every connection without waiting."""

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="webhook-sender", daemon=True)
        self._thread.start()
        self._door = open_client(allowed=settings.OUTBOUND_ALLOWED_NETWORKS, own_hosts=settings.OWN_HOSTS)
        self._client = asyncio.run_coroutine_threadsafe(self._door.__aenter__(), self._loop).result()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._door.__aexit__(None, None, None), self._loop).result(timeout=5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)
        self._loop.close()

    def send(self, delivery: LeasedDelivery, *, not_after: float) -> Future[Sent | None]:
        """Start one attempt. The future never raises: it returns a Sent, or None when the attempt was not begun because
        it was later than `not_after` on the monotonic clock. Another process may be sending it then.
        """
        return asyncio.run_coroutine_threadsafe(_send(self._client, delivery, not_after), self._loop)


async def _send(client: Client, delivery: LeasedDelivery, not_after: float) -> Sent | None:
    started = time.monotonic()
    if started > not_after:
        return None
    try:
        reply = await _exchange(client, delivery)
        return judge_callback(reply) if delivery.is_callback else judge(delivery.form, reply)
    except Exception as error:  # a webhook that cannot be sent is recorded as a failed attempt
        if isinstance(error, OurFault) or not isinstance(error, OutboundError):
            log.error("Delivery %s is delayed by a fault of ours.", delivery.webhook_id, exc_info=error)
        return not_sent(error, duration_ms=round((time.monotonic() - started) * 1000))


def not_sent(error: Exception, *, duration_ms: int) -> Sent:
    """How an attempt ended that brought no reply."""
    match error:
        case OurFault():
            return Sent(0, delivered=False, why=error.why, is_try=False)
        case OutboundError():
            return Sent(duration_ms, delivered=False, why=error.why)
    why = Message(LedgerCode.DELIVERY_FAILED_HERE, error=printable(f"{type(error).__name__}: {error}"))
    return Sent(duration_ms, delivered=False, why=why)


async def _exchange(client: Client, delivery: LeasedDelivery) -> Reply:
    body = delivery.payload.encode()
    headers = request.headers(
        webhook_id=delivery.webhook_id,
        at=delivery.leased_at,
        body=body,
        secrets=delivery.secrets,
        custom=delivery.headers,
    )
    return await exchange(
        client,
        "POST",
        delivery.url,
        headers=headers,
        content=body,
        limits=WEBHOOK,
        schemes=settings.ENDPOINT_SCHEMES,
    )


def judge(form: str, reply: Reply) -> Sent:
    """Whether the reply says that the webhook was accepted."""
    delivered = 200 <= reply.status < 300 and (form != Endpoint.Form.PLAIN or _says_1100(reply.body))
    return _sent(reply, None if delivered else _why_not(reply.status))


def judge_callback(reply: Reply) -> Sent:
    """The same of a callback: the contract knows HTTP 200 alone."""
    return _sent(reply, None if reply.status == 200 else Message(LedgerCode.DELIVERY_STATUS, status=reply.status))


def _sent(reply: Reply, why: Message | None) -> Sent:
    return Sent(
        reply.duration_ms,
        delivered=why is None,
        status=reply.status,
        why=why,
        reply=_text(reply.body[: WEBHOOK.keep_bytes]),
        retry_after=reply.headers.get("retry-after"),
    )


def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")


def _why_not(status: int) -> Message:
    if 200 <= status < 300:
        return Message(LedgerCode.DELIVERY_NO_1100)
    return Message(LedgerCode.DELIVERY_STATUS, status=status)


def _says_1100(body: bytes) -> bool:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return False
    return isinstance(answer, dict) and answer.get("code") == 1100
