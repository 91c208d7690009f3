"""What becomes of deliveries: sent once due, corrections after what they correct, tried again, given up."""

from __future__ import annotations

from uuid import UUID

from tests.model.state import LEASE_HOURS, Delivery, Model

WAITS = (0.0, 5 / 3600, 5 / 60, 0.5, 2.0, 5.0, 10.0, 14.0, 20.0, 24.0)
"""Hours before each attempt, as docs/outbox.md lists them."""


def due(model: Model) -> list[Delivery]:
    """What the dispatcher may send now."""
    return [one for one in model.deliveries if _is_due(model, one)]


def _is_due(model: Model, delivery: Delivery) -> bool:
    is_free = delivery.token is None or delivery.leased_until <= model.now
    is_time = delivery.state == "pending" and delivery.due_at <= model.now
    return is_time and is_free and not _waits_for_earlier(model, delivery)


def _waits_for_earlier(model: Model, delivery: Delivery) -> bool:
    same = [one for one in model.deliveries if (one.case, one.endpoint) == (delivery.case, delivery.endpoint)]
    unfinished = [one for one in same if one.state in ("pending", "paused")]
    earlier = [one for one in unfinished if one.revision < delivery.revision]
    recorded = [one for one in unfinished if one.revision == 0]
    return bool(earlier) or (delivery.revision == 0 and recorded[0] is not delivery)


def lease(model: Model, delivery: Delivery, token: UUID) -> None:
    delivery.token, delivery.leased_until = token, model.now + LEASE_HOURS


def record(model: Model, delivery: Delivery, token: UUID, *, is_delivered: bool) -> None:
    """How an attempt ended; nothing, when the delivery has passed to another process meanwhile."""
    if delivery.token != token or delivery.state not in ("pending", "paused"):
        return
    delivery.token, delivery.leased_until = None, -1.0
    delivery.attempts += 1
    if is_delivered:
        delivery.state = "delivered"
    elif delivery.attempts >= len(WAITS):
        delivery.state = "dead"
    else:
        delivery.due_at = model.now + WAITS[delivery.attempts]


def pause(model: Model, endpoint: str) -> None:
    model.paused_endpoints.add(endpoint)
    _turn(model, endpoint, "pending", "paused")


def resume(model: Model, endpoint: str) -> None:
    model.paused_endpoints.discard(endpoint)
    _turn(model, endpoint, "paused", "pending")


def _turn(model: Model, endpoint: str, before: str, after: str) -> None:
    for delivery in model.deliveries:
        if (delivery.endpoint, delivery.state) == (endpoint, before):
            delivery.state = after


def released(model: Model) -> list[tuple[str, int, UUID | None]]:
    """The final results that backends may read as events by now: case, revision, decision."""
    every = [(case.name, one) for case in model.cases.values() for one in case.standing]
    return [(name, one.revision, one.decision) for name, one in every if one.release_at <= model.now]
