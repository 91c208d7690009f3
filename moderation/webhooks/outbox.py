"""The rows that stand for answers on their way: written with the result, worked off by deliver."""

from __future__ import annotations

import secrets
from typing import Any

from django.db.models.functions import Now
from django.db.models.query import RawQuerySet
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
    """Cancel what has not left. False, and nothing changed, when any of it was ever tried."""
    deliveries = list(Delivery.objects.select_for_update().filter(final_result=result))
    if any(one.state not in _OPEN or one.claim_token or one.attempts_made for one in deliveries):
        return False
    Delivery.objects.filter(final_result=result).update(state="cancelled", why=why, ended_at=Now())
    return True


def state_for(endpoint: Endpoint) -> Delivery.State:
    return Delivery.State.PENDING if endpoint.state == Endpoint.State.ENABLED else Delivery.State.HELD


def new_webhook_id() -> str:
    return f"msg_{secrets.token_urlsafe(18)}"


# Shared until the commit: who pauses or deletes an endpoint meanwhile waits, and then finds the rows written here.
_SUBSCRIBED = """
SELECT e.*
  FROM moderation_endpoint e
 WHERE e.state <> 'deleted' AND %(type)s = ANY(e.types)
   AND (NOT EXISTS (SELECT FROM moderation_endpoint_apps a WHERE a.endpoint_id = e.id)
        OR EXISTS (SELECT FROM moderation_endpoint_apps a WHERE a.endpoint_id = e.id AND a.app_id = %(app)s))
 ORDER BY e.id
   FOR SHARE OF e
"""


def _subscribed(result: FinalResult, event_type: str) -> RawQuerySet[Endpoint]:
    return Endpoint.objects.raw(_SUBSCRIBED, {"type": event_type, "app": result.case.app_id})
