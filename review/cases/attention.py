"""How much waits for somebody, for the counts beside the links of the bar.

Counted up to MOST, so that no page becomes slower by what has piled up. What is the same for everybody is kept for
STALE_SECONDS in each process.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.cache import caches
from django.db.models import QuerySet, Value

from accounts.models import User
from moderation import labels
from moderation.models import Delivery, Quarantined
from review.models import ReviewTask

MOST = 1000
STALE_SECONDS = 5
_KEY = "attention"


def for_administrators() -> dict[str, int]:
    """By name: bodies in quarantine, deliveries that failed permanently, labels without a name."""
    found: dict[str, int] | None = caches["process"].get(_KEY)
    if found is None:
        waiting = {
            "quarantine": Quarantined.objects.filter(state=Quarantined.State.WAITING),
            "dead_deliveries": Delivery.objects.filter(state=Delivery.State.DEAD),
            "unnamed_labels": labels.listed(unnamed=True),
        }
        first, *others = (_one_each(rows, name) for name, rows in waiting.items())
        counted = Counter(name for (name,) in first.union(*others, all=True))
        found = {name: counted[name] for name in waiting}
        caches["process"].set(_KEY, found, STALE_SECONDS)
    return found


def asked_of(user: User) -> int:
    """The open tasks that somebody handed to this person: a second opinion, an assignment, an escalation."""
    handed = ReviewTask.objects.filter(owner=user, state__in=[ReviewTask.State.WAITING, ReviewTask.State.ESCALATED])
    return _up_to_most(handed)


def _one_each(rows: QuerySet, name: str) -> Any:  # type: ignore[type-arg] # of any model
    return rows.order_by().annotate(of=Value(name)).values_list("of")[:MOST]


def _up_to_most(rows: QuerySet) -> int:  # type: ignore[type-arg] # of any model
    return rows.order_by().values("pk")[:MOST].count()
