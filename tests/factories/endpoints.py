"""Somewhere for the answers to go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from accounts.models import App
from moderation.models import Delivery, Endpoint
from moderation.models.webhooks.endpoint import EventType
from moderation.webhooks import endpoints, outbox
from moderation.webhooks.custom_headers import Header

NOWHERE = "https://127.0.0.1:9/hook"


def subscribed(
    *, apps: Sequence[App] = (), url: str = NOWHERE, headers_wanted: Sequence[Header] = (), **fields: Any
) -> tuple[Endpoint, str]:
    """An endpoint for final results and corrections, and its signing secret."""
    endpoint = Endpoint(**{"name": "orders", "url": url, "types": [EventType.FINAL, EventType.CORRECTED]} | fields)
    return endpoint, endpoints.create(endpoint, apps=apps, headers=headers_wanted, by="tests")


def waiting(endpoint: Endpoint, count: int = 1, **fields: Any) -> list[Delivery]:
    """So many deliveries that are due, paused with their endpoint."""
    wanted: dict[str, Any] = {"state": outbox.state_for(endpoint), "ended_at": None, "attempts_made": 0}
    return dead(endpoint, count, **wanted | fields)


def dead(endpoint: Endpoint, count: int = 1, **fields: Any) -> list[Delivery]:
    """So many deliveries that were given up after ten attempts."""
    at = timezone.now()
    shared = {"type": "result.final", "payload": "{}", "state": "dead", "attempts_made": 10, "due_at": at}
    rows = [
        Delivery(**{"webhook_id": outbox.new_webhook_id(), "endpoint": endpoint, "ended_at": at} | shared | fields)
        for _ in range(count)
    ]
    return Delivery.objects.bulk_create(rows)
