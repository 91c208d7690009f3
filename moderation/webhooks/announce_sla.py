"""Tell endpoints that a queue is about to break its SLA, or has recovered: the event `queue.sla-at-risk`.

Call `moderation.webhooks.announce_sla.announce_sla` from whatever watches the queues, in the transaction that records
that it was told, so that it is told once.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.times import iso_seconds
from moderation.models.webhooks.endpoint import EventType
from moderation.webhooks import outbox


def announce_sla(
    *,
    queue: str,
    waiting: int,
    oldest_at: datetime | None,
    due_at: datetime | None,
    overdue: int,
    recovered: bool = False,
) -> int:
    """Put the event in the outbox of every endpoint that chose the type. Returns to how many it goes.

    `queue` is the short name. `waiting` and `overdue` are tasks, `oldest_at` when the oldest of them was entered, and
    `due_at` the earliest time by which one is due; both None when none waits. A caller that has called it with
    `recovered=False` calls it once more with True when the queue keeps its SLA again.
    """
    data: dict[str, Any] = {
        "queue": queue,
        "waiting": waiting,
        "oldestAt": iso_seconds(oldest_at) if oldest_at else None,
        "dueAt": iso_seconds(due_at) if due_at else None,
        "overdue": overdue,
    }
    with transaction.atomic():
        return outbox.put_fact(EventType.SLA_AT_RISK, data | ({"recovered": True} if recovered else {}))
