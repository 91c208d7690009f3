"""A test event, sent once and at once, whose whole exchange is kept to be read: what we sent, what came back.

The page asks for a test, a worker sends it: pages must not wait for somebody else's server. Unlike a delivery it is not
repeated, and it is sent to paused endpoints too, since that is when people want to know.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.models import User
from accounts.permissions import check
from accounts.roles import Permission
from moderation.contract import json_text
from moderation.models import Endpoint, EndpointTest
from moderation.models.webhooks.endpoint import EventType
from moderation.outbound.client import Client, Reply, exchange
from moderation.outbound.limits import WEBHOOK, Limits
from moderation.outbound.transport import open_client
from moderation.webhooks import outbox, request
from moderation.webhooks.payloads import event
from moderation.webhooks.sender import Sent, judge, not_sent

AT_ONCE = 10
KEPT_HEADERS, KEPT_CHARACTERS = 50, 1000
KEPT_DAYS = 30
LOST_AFTER = timedelta(seconds=WEBHOOK.total_seconds + 10)  # the process that sent it must have died

_BEGIN = """
UPDATE moderation_endpointtest
   SET begun_at = clock_timestamp()
 WHERE id IN (SELECT id FROM moderation_endpointtest
               WHERE begun_at IS NULL AND created_at <= clock_timestamp() - make_interval(secs => %s)
               ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING id
"""


def ask_for(endpoint: Endpoint, *, by: User) -> EndpointTest:
    """A test that waits for a worker. Raises ValueError once the endpoint is deleted."""
    check(by, Permission.ADMINISTER)
    with transaction.atomic():
        locked = Endpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
        if locked.state == Endpoint.State.DELETED:
            raise ValueError(gettext("This endpoint is deleted. Create a new one."))
        told = {"endpoint": locked.name, "message": "Second Look can reach this endpoint."}
        test = EndpointTest.objects.create(
            endpoint=locked,
            webhook_id=outbox.new_webhook_id(),
            created_by=by,
            url=locked.url,
            body=json_text.dumps(event(EventType.TEST, told, at=timezone.now())),
        )
        audit.record(AuditAction.ENDPOINT_TEST_SENT, by=by, on=locked, webhook_id=test.webhook_id)
    return test


def forget_old() -> int:
    """Returns how many exchanges were removed."""
    old = EndpointTest.objects.filter(created_at__lt=Now() - timedelta(days=KEPT_DAYS))
    return old.delete()[0]


def send_waiting(*, older_than: timedelta = timedelta(), limits: Limits = WEBHOOK) -> int:
    """Send the tests that wait, all at once, and record their exchanges. Returns their number."""
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN, [older_than.total_seconds(), AT_ONCE])
        begun = [pk for (pk,) in cursor.fetchall()]
    tests = list(EndpointTest.objects.filter(pk__in=begun).select_related("endpoint"))
    for exchanged in asyncio.run(_send_all([_Outgoing.of(test) for test in tests], limits)) if tests else []:
        _record(exchanged)
    return len(tests)


@dataclass(frozen=True, slots=True)
class _Outgoing:
    """All that the network's side needs, so that it never asks the database: the endpoint as it is now."""

    test: EndpointTest
    url: str
    form: str
    custom: list[dict[str, str]]
    secrets: list[str]

    @classmethod
    def of(cls, test: EndpointTest) -> _Outgoing:
        endpoint = test.endpoint
        newest_first = endpoint.secrets.exclude(expires_at__lte=Now()).order_by("-pk")
        secrets = list(newest_first.values_list("ciphertext", flat=True))
        return cls(test, endpoint.url, endpoint.form, endpoint.headers, secrets)

    def headers(self, *, show: bool = False) -> dict[str, str]:
        """Raises OurFault."""
        test = self.test
        if test.begun_at is None:
            raise ValueError("A test is signed when it has been begun.")
        return request.headers(
            webhook_id=test.webhook_id,
            at=test.begun_at,
            body=test.body.encode(),
            secrets=self.secrets,
            custom=self.custom,
            show=show,
        )


@dataclass(frozen=True, slots=True)
class _Exchanged:
    outgoing: _Outgoing
    sent_headers: list[tuple[str, str]]
    sent: Sent
    reply: Reply | None = None


async def _send_all(outgoing: Sequence[_Outgoing], limits: Limits) -> list[_Exchanged]:
    async with open_client(allowed=settings.OUTBOUND_ALLOWED_NETWORKS, own_hosts=settings.OWN_HOSTS) as client:
        return await asyncio.gather(*(_send(client, one, limits) for one in outgoing))


async def _send(client: Client, one: _Outgoing, limits: Limits) -> _Exchanged:
    started = asyncio.get_running_loop().time()
    shown: list[tuple[str, str]] = []
    try:
        shown = list(one.headers(show=True).items())
        reply = await exchange(
            client,
            "POST",
            one.url,
            headers=one.headers(),
            content=one.test.body.encode(),
            limits=limits,
            schemes=settings.ENDPOINT_SCHEMES,
        )
    except Exception as error:  # whatever it is, the page tells it
        lasted = round((asyncio.get_running_loop().time() - started) * 1000)
        return _Exchanged(one, shown, not_sent(error, duration_ms=lasted))
    return _Exchanged(one, shown, judge(one.form, reply), reply)


def _record(exchanged: _Exchanged) -> None:
    outgoing, sent, reply = exchanged.outgoing, exchanged.sent, exchanged.reply
    EndpointTest.objects.filter(pk=outgoing.test.pk, ended_at=None).update(
        ended_at=Now(),
        url=outgoing.url,
        sent_headers=exchanged.sent_headers,
        duration_ms=sent.duration_ms,
        status=sent.status,
        why=sent.why,
        reply=sent.reply,
        reply_headers=_kept(reply.headers.multi_items()) if reply else [],
        reply_truncated=reply is not None and (reply.truncated or len(reply.body) > WEBHOOK.keep_bytes),
    )


def _kept(headers: Sequence[tuple[str, Any]]) -> list[tuple[str, str]]:
    """What a receiver sends may be long and hostile: it is bounded, and NUL, which a column refuses, is replaced."""
    return [
        (name[:KEPT_CHARACTERS].replace("\0", "\N{REPLACEMENT CHARACTER}"), _bounded(str(value)))
        for name, value in headers[:KEPT_HEADERS]
    ]


def _bounded(text: str) -> str:
    clean = text.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")
    return clean if len(clean) <= KEPT_CHARACTERS else clean[:KEPT_CHARACTERS] + "…"
