"""Write the deliveries in the transaction of their result; `deliver` sends them (transactional outbox)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models.functions import Now
from django.utils import timezone

from accounts.database.statements import Statement
from accounts.database.write_batch import WriteBatch
from moderation.contract import json_text
from moderation.messages import Message
from moderation.models import Case, Delivery, Endpoint, FinalResult
from moderation.models.webhooks.endpoint import EventType
from moderation.webhooks import gateway_callbacks, payloads
from moderation.webhooks.payloads import Told, event, payload

_OPEN = [Delivery.State.PENDING, Delivery.State.PAUSED]


Addressed = list[tuple[FinalResult, str, list[Endpoint]]]
"""Results, each with its type of event and the endpoints that receive it."""


def address(results: Sequence[FinalResult]) -> Addressed:
    """Every result with each endpoint subscribed to its type and app, and the callback that its case came with.
    Their number is set on the result before it is written, so that a missing delivery is noticed
    (review/cases/accounting.py).
    """
    subscribed = _Subscribed()
    addressed: Addressed = []
    for result in results:
        event_type = type_of(result)
        endpoints = [*subscribed.to(event_type, app_id=result.case.app_id), *gateway_callbacks.endpoint_of(result.case)]
        result.deliveries_made = len(endpoints)
        addressed.append((result, event_type, endpoints))
    return addressed


def type_of(result: FinalResult) -> EventType:
    """What policy alone decides is told like what is only recorded, to endpoints that asked for it."""
    if result.revision > 1:
        return EventType.CORRECTED
    return EventType.FINAL if result.result_type == 1 else EventType.RECORDED


def put(
    addressed: Addressed, *, bodies: Mapping[int, dict[str, Any]], told: Mapping[int, Told], batch: WriteBatch
) -> None:
    """Add the deliveries of results that are already written. By the case's key: the image v4 result,
    and who decided.
    """
    batch.insert_models(
        [
            _delivery(result, endpoint, event_type, bodies[result.case_id], told[result.case_id])
            for result, event_type, endpoints in addressed
            for endpoint in endpoints
        ]
    )


@dataclass(frozen=True, slots=True)
class Recorded:
    """A result that is recorded without review. `body` is the machine result as backends read it."""

    case: Case
    body: Mapping[str, Any]


def put_recorded(recorded: Sequence[Recorded], *, at: datetime, batch: WriteBatch) -> None:
    """Add a delivery of each result for each endpoint subscribed to `result.recorded` of its app. Its revision is 0:
    it is no final result, and those of the same case come after it.
    """
    subscribed = _Subscribed()
    batch.insert_models(
        [
            Delivery(
                webhook_id=new_webhook_id(),
                endpoint=endpoint,
                case=one.case,
                revision=0,
                type=EventType.RECORDED,
                payload=payloads.recorded(endpoint.form, body=one.body, at=at),
                state=state_for(endpoint),
                due_at=at,
            )
            for one in recorded
            for endpoint in subscribed.to(EventType.RECORDED, app_id=one.case.app_id)
        ]
    )


def put_answers(answers: Sequence[Recorded], *, at: datetime, batch: WriteBatch) -> None:
    """Add a delivery of what a call of the gateway is answered to the callback that it named; nothing for a case
    without one. Revision 0, as of what is only recorded: a final result comes after it.
    """
    batch.insert_models(
        [
            Delivery(
                webhook_id=new_webhook_id(),
                endpoint=endpoint,
                case=one.case,
                revision=0,
                type=EventType.RECORDED,
                payload=json_text.dumps(gateway_callbacks.body_for(one.case, one.body)),
                state=state_for(endpoint),
                due_at=at,
                url=one.case.callback,
            )
            for one in answers
            for endpoint in gateway_callbacks.endpoint_of(one.case)
        ]
    )


def _delivery(result: FinalResult, endpoint: Endpoint, event_type: str, body: dict[str, Any], told: Told) -> Delivery:
    return Delivery(
        webhook_id=new_webhook_id(),
        endpoint=endpoint,
        final_result=result,
        case_id=result.case_id,
        revision=result.revision,
        type=event_type,
        payload=_payload(result, endpoint, event_type, body, told),
        state=state_for(endpoint),
        due_at=result.release_at,
        url=gateway_callbacks.url_for(endpoint, result.case),
    )


def _payload(result: FinalResult, endpoint: Endpoint, event_type: str, body: dict[str, Any], told: Told) -> str:
    if endpoint.callback_of_id:
        return json_text.dumps(gateway_callbacks.body_for(result.case, body))
    return payload(endpoint.form, event_type=event_type, result=result, body=body, told=told)


def put_fact(event_type: EventType, data: Mapping[str, Any]) -> int:
    """Add a delivery about no case for each endpoint that chose this type, whatever its apps and form. Returns their
    number. In the caller's transaction.
    """
    payload = json_text.dumps(event(event_type, data, at=timezone.now()))
    endpoints = Endpoint.objects.raw(_CHOSE_TYPE, {"type": event_type})
    made = [
        Delivery(
            webhook_id=new_webhook_id(),
            endpoint=endpoint,
            type=event_type,
            payload=payload,
            state=state_for(endpoint),
            due_at=Now(),
        )
        for endpoint in endpoints
    ]
    return len(Delivery.objects.bulk_create(made))


def cancel(results: Sequence[FinalResult], *, why: Message) -> bool:
    """Cancel the deliveries of these results. False, and nothing changed, when any of them was ever tried."""
    of_these = Delivery.objects.filter(final_result__in=results)
    deliveries = list(of_these.select_for_update().order_by("pk"))
    if any(one.state not in _OPEN or one.lease_token or one.attempts_made for one in deliveries):
        return False
    of_these.update(state="cancelled", why=why, ended_at=Now())
    return True


def state_for(endpoint: Endpoint) -> Delivery.State:
    return Delivery.State.PENDING if endpoint.state == Endpoint.State.ENABLED else Delivery.State.PAUSED


def new_webhook_id() -> str:
    return f"msg_{secrets.token_urlsafe(18)}"


# Shared lock until the commit: pausing or deleting an endpoint waits for it, and then sees the rows written here.
_SUBSCRIBED = Statement(
    """
    SELECT {e}
      FROM moderation_endpoint e
     WHERE e.state <> 'deleted' AND %(type)s = ANY(e.types)
       AND (NOT EXISTS (SELECT FROM moderation_endpoint_apps a WHERE a.endpoint_id = e.id)
            OR EXISTS (SELECT FROM moderation_endpoint_apps a WHERE a.endpoint_id = e.id AND a.app_id = %(app)s))
     ORDER BY e.id
       FOR SHARE OF e
    """,
    e=Endpoint,
)

_CHOSE_TYPE = """
SELECT e.*
  FROM moderation_endpoint e
 WHERE e.state <> 'deleted' AND %(type)s = ANY(e.types)
 ORDER BY e.id
   FOR SHARE OF e
"""


class _Subscribed:
    """The endpoints of each event type and app, queried once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, int], list[Endpoint]] = {}

    def to(self, event_type: str, *, app_id: int) -> list[Endpoint]:
        if (event_type, app_id) not in self._found:
            found = _SUBSCRIBED.rows(type=event_type, app=app_id)
            self._found[event_type, app_id] = [endpoint for (endpoint,) in found]
        return self._found[event_type, app_id]
