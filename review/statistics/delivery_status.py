"""The delivery status of results, so that a lost one is noticed: cases, counted from indexes and up to a bound."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.cache import caches
from django.db import connection

from moderation.models import Delivery
from moderation.webhooks.dispatcher_lease import dispatching
from review.cases.accounting import account

MOST = 10_000
STALE_SECONDS = 10
_State = Delivery.State
_STATES = (_State.DELIVERED, _State.PENDING, _State.PAUSED, _State.DEAD)
# Read from `delivery_by_endpoint` alone, which has the case.
_ANSWERED = """
SELECT count(DISTINCT found.case_id), count(found.case_id) >= %(most)s
  FROM unnest(%(states)s::text[]) WITH ORDINALITY AS wanted (state, place)
  LEFT JOIN LATERAL (
        SELECT d.case_id
          FROM moderation_endpoint e
         CROSS JOIN LATERAL (SELECT case_id FROM moderation_delivery
                              WHERE endpoint_id = e.id AND state = wanted.state AND case_id IS NOT NULL
                              LIMIT %(most)s) AS d
         LIMIT %(most)s) AS found ON TRUE
 GROUP BY wanted.place
 ORDER BY wanted.place
"""


@dataclass(frozen=True, slots=True)
class DeliveryStatus:
    """Cases by the delivery state of their results. `unaccounted` (see accounting.py) is always 0 unless something is
    broken. Of the states that are `cut` there may be more: at most MOST deliveries of each are read. `is_silent` when
    no process delivers.
    """

    is_silent: bool
    unaccounted: int
    delivered: int
    pending: int
    paused: int
    dead: int
    cut: frozenset[str] = frozenset()


def delivery_status() -> DeliveryStatus:
    """At most STALE_SECONDS old."""
    found: DeliveryStatus | None = caches["process"].get("whereabouts")
    if found is None:
        found = _count()
        caches["process"].set("whereabouts", found, STALE_SECONDS)
    return found


def _count() -> DeliveryStatus:
    answered = _answered()
    cut = frozenset(str(state) for state, (_, is_cut) in answered.items() if is_cut)
    cases = {str(state): number for state, (number, _) in answered.items()}
    return DeliveryStatus(dispatching().is_silent, account().unaccounted, **cases, cut=cut)


def _answered() -> dict[Delivery.State, tuple[int, bool]]:
    """Of each of the states how many cases, and whether there may be more."""
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERED, {"states": [str(state) for state in _STATES], "most": MOST})
        return dict(zip(_STATES, cursor.fetchall(), strict=True))
