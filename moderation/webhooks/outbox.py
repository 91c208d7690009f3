"""The rows that stand for answers on their way: written with the result, worked off by deliver."""

from __future__ import annotations

import secrets
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from moderation.contract import json_text
from moderation.models import Delivery, Endpoint, FinalResult
from moderation.models.endpoint import EventType
from moderation.webhooks.payloads import Review, event, payload

_OPEN = [Delivery.State.PENDING, Delivery.State.HELD]


def put(result: FinalResult, *, body: dict[str, Any], review: Review) -> None:
    """One delivery for each endpoint that subscribed to this kind of answer from this app."""
    event_type = EventType.FINAL if result.revision == 1 else EventType.CORRECTED
    Delivery.objects.bulk_create(
        Delivery(
            webhook_id=new_webhook_id(),
            endpoint=endpoint,
            final_result=result,
            case_id=result.case_id,
            revision=result.revision,
            type=event_type,
            payload=payload(endpoint.form, event_type=event_type, result=result, body=body, review=review),
            state=state_for(endpoint),
            due_at=result.release_at,
        )
        for endpoint in _subscribed(result, event_type)
    )


def put_test(endpoint: Endpoint) -> Delivery:
    """A delivery that tells of nothing, to see whether the receiver answers and knows our signature."""
    at = timezone.now()
    told = {"endpoint": endpoint.name, "message": "Second Look can reach this endpoint."}
    return Delivery.objects.create(
        webhook_id=new_webhook_id(),
        endpoint=endpoint,
        type=EventType.TEST,
        payload=json_text.dumps(event(EventType.TEST, told, at=at)),
        state=state_for(endpoint),
        due_at=Now(),
    )


def cancel(result: FinalResult, *, why: str) -> bool:
    """Cancel what has not left. False, and nothing changed, when any of it is under way or over."""
    deliveries = list(Delivery.objects.select_for_update().filter(final_result=result))
    if any(delivery.state not in _OPEN or delivery.claim_token for delivery in deliveries):
        return False
    Delivery.objects.filter(final_result=result).update(state="cancelled", why=why, ended_at=Now())
    return True


def state_for(endpoint: Endpoint) -> Delivery.State:
    return Delivery.State.PENDING if endpoint.state == Endpoint.State.ENABLED else Delivery.State.HELD


def new_webhook_id() -> str:
    return f"msg_{secrets.token_urlsafe(18)}"


def _subscribed(result: FinalResult, event_type: str) -> QuerySet[Endpoint]:
    for_app = Q(apps=None) | Q(apps=result.case.app_id)
    live = Endpoint.objects.exclude(state=Endpoint.State.DELETED)
    return live.filter(for_app, types__contains=[event_type]).distinct()
