"""One delivery, opened beside the log: its attempts with the waits between them, what was sent, what came back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.http import Http404

from moderation.models import Attempt, Delivery
from moderation.outbound.errors import OurFault
from moderation.webhooks import request as webhook
from moderation.webhooks.delivery_log import shown_rows
from moderation.webhooks.redeliver import ON_ITS_WAY, why_not
from review.presentation.messages import describe
from review.views.manage.webhooks.deliveries_strings import duration, in_few_words, milliseconds
from review.views.untrusted_body import ShownBody, shown_body


@dataclass(frozen=True, slots=True)
class ShownAttempt:
    number: int
    at: datetime
    words: str
    sentence: str
    took: str
    waited: str  # after the attempt before it
    is_good: bool
    is_open: bool


@dataclass(frozen=True, slots=True)
class Pane:
    """`refusal` says why it cannot be redelivered, "" when it can."""

    delivery: Delivery
    attempts: list[ShownAttempt]
    attempt: Attempt | None
    sentence: str
    next_wait: str
    headers: list[tuple[str, str]]
    unsigned: str
    body: ShownBody
    reply: ShownBody | None
    refusal: str


def pane(delivery_id: int, *, attempt: int | None, now: datetime) -> Pane:
    """Raises Http404."""
    delivery = shown_rows().filter(pk=delivery_id).first()
    if delivery is None:
        raise Http404
    attempts = list(Attempt.objects.filter(delivery=delivery).order_by("number"))
    chosen = next((one for one in attempts if one.number == attempt), attempts[-1] if attempts else None)
    headers, unsigned = _headers(delivery, chosen.started_at if chosen else now)
    waits = delivery.state in ON_ITS_WAY
    refused = None if waits else why_not(delivery, delivery.endpoint)
    return Pane(
        delivery=delivery,
        attempts=_shown(attempts, chosen),
        attempt=chosen,
        sentence=describe(chosen.why if chosen else delivery.why),
        next_wait=duration(max(0, (delivery.due_at - now).total_seconds())) if waits else "",
        headers=headers,
        unsigned=unsigned,
        body=shown_body(delivery.payload.encode()),
        reply=shown_body(chosen.reply.encode()) if chosen and chosen.reply else None,
        refusal=describe(refused),
    )


def _shown(attempts: Sequence[Attempt], chosen: Attempt | None) -> list[ShownAttempt]:
    before = [None, *attempts]
    return [
        ShownAttempt(
            number=one.number,
            at=one.started_at,
            words=in_few_words(status=one.status, why=one.why),
            sentence=describe(one.why),
            took=milliseconds(one.duration_ms),
            waited=duration((one.started_at - last.started_at).total_seconds()) if last else "",
            is_good=one.why is None,
            is_open=one == chosen,
        )
        for one, last in zip(attempts, before, strict=False)
    ]


def _headers(delivery: Delivery, at: datetime) -> tuple[list[tuple[str, str]], str]:
    """As signed at that time, with the secrets that were live then; and why they cannot be shown, "" when they can."""
    live = Q(created_at__lte=at) & (Q(expires_at=None) | Q(expires_at__gt=at))
    secrets = delivery.endpoint.secrets.filter(live).order_by("-pk").values_list("ciphertext", flat=True)
    try:
        headers = webhook.headers(
            webhook_id=delivery.webhook_id,
            at=at,
            body=delivery.payload.encode(),
            secrets=list(secrets),
            custom=delivery.endpoint.headers,
            show=True,
        )
    except OurFault as fault:
        return [], describe(fault.why)
    return list(headers.items()), ""
