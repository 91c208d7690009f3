"""Lease the deliveries that are due, including those whose lease expired because their process died."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.database.cursors import prepared_cursor
from moderation.webhooks.custom_headers import Stored

LEASE_SECONDS = 45  # longer than the longest exchange (20 s); afterwards any process may lease the delivery

# One short index scan per endpoint, so that ten thousand due at one endpoint do not delay one due at another.
_LEASE = """
WITH due AS (
    SELECT d.id
      FROM moderation_endpoint e
      LEFT JOIN unnest(%(endpoints)s::bigint[], %(counts)s::int[]) AS busy (endpoint_id, sends)
        ON busy.endpoint_id = e.id
     CROSS JOIN LATERAL (
        SELECT id, due_at
          FROM moderation_delivery d
         WHERE d.endpoint_id = e.id AND d.state = 'pending' AND d.due_at <= clock_timestamp()
           AND (d.leased_until IS NULL OR d.leased_until < clock_timestamp())
           AND NOT EXISTS (
                SELECT FROM moderation_delivery earlier
                 WHERE earlier.case_id = d.case_id AND earlier.endpoint_id = d.endpoint_id
                   AND earlier.state IN ('pending', 'paused')
                   AND (earlier.revision < d.revision
                        OR (earlier.revision = 0 AND d.revision = 0 AND earlier.id < d.id)))
         ORDER BY d.due_at, d.id
         LIMIT greatest(0, %(per_endpoint)s - coalesce(busy.sends, 0))
           FOR UPDATE SKIP LOCKED
     ) d
     WHERE e.state = 'enabled'
     ORDER BY d.due_at
     LIMIT %(free)s
)
UPDATE moderation_delivery d
   SET leased_until = clock_timestamp() + make_interval(secs => %(lease_seconds)s), lease_token = gen_random_uuid()
  FROM due, moderation_endpoint e
 WHERE d.id = due.id AND e.id = d.endpoint_id
RETURNING d.id, d.lease_token, d.endpoint_id, d.webhook_id, d.attempts_made, d.payload,
    coalesce(nullif(d.url, ''), e.url), e.form,
    ARRAY(SELECT s.ciphertext FROM moderation_endpointsecret s
           WHERE s.endpoint_id = e.id AND (s.expires_at IS NULL OR s.expires_at > clock_timestamp())
           ORDER BY s.id DESC),
    clock_timestamp(), e.callback_of_id IS NOT NULL, d.case_id, e.headers::text
"""


@dataclass(frozen=True, slots=True)
class LeasedDelivery:
    """One leased delivery with all that is needed to send it. `leased_at` is by the database's clock."""

    delivery_id: int
    lease_token: UUID
    endpoint_id: int
    webhook_id: str
    attempts_made: int
    payload: str
    url: str
    form: str
    secrets: list[str]  # sealed
    leased_at: datetime
    is_callback: bool  # of the gateway: unsigned, and only HTTP 200 is delivered
    case_id: int | None
    headers: Stored  # custom ones


def lease_due(free: int, *, per_endpoint: int, busy: Counter[int]) -> list[LeasedDelivery]:
    """Lease at most `free` due deliveries, at most `per_endpoint` of each endpoint, its `busy` ones included."""
    if free <= 0:
        return []
    with transaction.atomic(), prepared_cursor() as cursor:
        cursor.execute(
            _LEASE,
            {
                "free": free,
                "per_endpoint": per_endpoint,
                "endpoints": list(busy.keys()),
                "counts": list(busy.values()),
                "lease_seconds": LEASE_SECONDS,
            },
        )
        return [_leased(row) for row in cursor.fetchall()]


def _leased(row: tuple[Any, ...]) -> LeasedDelivery:
    *told, headers = row
    return LeasedDelivery(*(*told, json.loads(headers)))
