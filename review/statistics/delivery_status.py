"""The delivery status of results, so that a lost one is noticed: cases, counted from indexes and up to a bound."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.cache import caches
from django.db import connection

from moderation.models import Delivery
from moderation.webhooks.dispatcher_lease import dispatching
from review.cases.accounting import account

MOST = 100_000
STALE_SECONDS = 10
_State = Delivery.State
_STATES = (_State.DELIVERED, _State.PENDING, _State.PAUSED, _State.DEAD)
_ANSWERED = """
SELECT (SELECT count(DISTINCT found.case_id)
          FROM (SELECT d.case_id
                  FROM moderation_endpoint e
                 CROSS JOIN LATERAL (SELECT case_id FROM moderation_delivery
                                      WHERE endpoint_id = e.id AND state = wanted.state AND case_id IS NOT NULL
                                      LIMIT %(most)s) AS d
                 LIMIT %(most)s) AS found)
  FROM unnest(%(states)s::text[]) WITH ORDINALITY AS wanted (state, place)
 ORDER BY wanted.place
"""


@dataclass(frozen=True, slots=True)
class DeliveryStatus:
    """Cases by the delivery state of their results. `unaccounted` (see accounting.py) is always 0 unless something is
    broken. MOST stands for that many or more. `is_silent` when no process delivers.
    """

    is_silent: bool
    unaccounted: int
    delivered: int
    pending: int
    paused: int
    dead: int


def delivery_status() -> DeliveryStatus:
    """At most STALE_SECONDS old."""
    found: DeliveryStatus | None = caches["process"].get("whereabouts")
    if found is None:
        found = DeliveryStatus(dispatching().is_silent, account().unaccounted, *_answered())
        caches["process"].set("whereabouts", found, STALE_SECONDS)
    return found


def _answered() -> list[int]:
    """Of each of the states."""
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERED, {"states": [str(state) for state in _STATES], "most": MOST})
        return [counted for (counted,) in cursor.fetchall()]
