"""Write down how an attempt ended and what follows from it."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import transaction
from django.db.models.functions import Now

from moderation.models import Attempt, Delivery
from moderation.webhooks import endpoints
from moderation.webhooks.claim_due import Parcel
from moderation.webhooks.postman import Sent
from moderation.webhooks.schedule import asked_wait, wait_after

log = logging.getLogger(__name__)

GONE = 410


def settle(parcel: Parcel, sent: Sent, *, chance: Callable[[], float]) -> None:
    """Record the attempt; then the delivery is delivered, due again, or dead. An outcome whose claim has passed
    to another process is only logged: that process's attempt counts.
    """
    with transaction.atomic():
        if sent.status == GONE:  # locks the endpoint before its deliveries, as every change of an endpoint does
            endpoints.disable(parcel.endpoint_id, why="the receiver answered 410 Gone")
        delivery = _still_ours(parcel)
        if delivery is None:
            log.warning("Delivery %s ended under another claim: %s", parcel.webhook_id, sent)
            return
        _record(delivery, parcel, sent)
        _end_or_retry(delivery, parcel, sent, chance)


def _still_ours(parcel: Parcel) -> Delivery | None:
    claimed = Delivery.objects.filter(pk=parcel.delivery_id, claim_token=parcel.claim_token, ended_at=None)
    return claimed.select_for_update().first()


def _record(delivery: Delivery, parcel: Parcel, sent: Sent) -> None:
    delivery.attempts_made += 1
    Attempt.objects.create(
        delivery=delivery,
        number=delivery.attempts_made,
        started_at=parcel.claimed_at,
        duration_ms=sent.duration_ms,
        status=sent.status,
        why=sent.why,
        reply=sent.reply,
    )


def _end_or_retry(delivery: Delivery, parcel: Parcel, sent: Sent, chance: Callable[[], float]) -> None:
    delivery.claimed_until = delivery.claim_token = None
    delivery.why = sent.why
    asked = asked_wait(sent.retry_after, now=parcel.claimed_at)
    wait = wait_after(delivery.attempts_made, asked=asked, chance=chance)
    if sent.delivered:
        delivery.state, delivery.ended_at = Delivery.State.DELIVERED, Now()
    elif wait is None:
        delivery.state, delivery.ended_at = Delivery.State.DEAD, Now()
    else:
        delivery.due_at = Now() + wait
    delivery.save()
