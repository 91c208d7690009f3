"""Leases in the audit: an event for each person, queue and hour, written when the hour has been over for an hour.

The rows of `Lease` are the history, and stay; taking a lease writes nothing more. What the audit adds is that the hash
chain covers how many there were, of which cases, and how they ended.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts import audit, times
from accounts.audit_actions import AuditAction
from accounts.models import AuditEvent, User
from review.models import Queue

HOUR = timedelta(hours=1)
LONGEST_BACK = timedelta(days=2)  # how far a first or late round goes back
_ONE_AT_A_TIME = 0x5EC3  # advisory lock

_LEASES = """
SELECT lease.by_id, task.queue_id, date_trunc('hour', lease.leased_at, 'UTC') AS hour,
       array_agg(DISTINCT task.case_id ORDER BY task.case_id), array_agg(lease.outcome)
  FROM review_lease lease
  JOIN review_reviewtask task ON task.id = lease.task_id
 WHERE lease.leased_at >= %s AND lease.leased_at < %s
 GROUP BY 1, 2, 3 ORDER BY 3, 1, 2
"""


def tell() -> int:
    """Write the hours that are due. Returns how many events."""
    until = timezone.now().replace(minute=0, second=0, microsecond=0) - HOUR
    if _told_to() >= until:
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
        since = max(_told_to(), until - LONGEST_BACK)
        if cursor.fetchone() != (True,) or since >= until:
            return 0
        cursor.execute(_LEASES, [since, until])
        rows = cursor.fetchall()
        _record(rows)
    return len(rows)


def _told_to() -> datetime:
    """The end of the last hour that was told. Hours without leases are looked at again, which costs one query."""
    last = AuditEvent.objects.filter(action=AuditAction.LEASES_TAKEN).order_by("-pk").first()
    if last is None:
        return timezone.now() - LONGEST_BACK
    return datetime.fromisoformat(last.details["hour"]) + HOUR


def _record(rows: list[tuple[int, int, datetime, list[int], list[str]]]) -> None:
    people = User.objects.in_bulk({by for by, *_ in rows})
    queues = Queue.objects.in_bulk({queue for _, queue, *_ in rows})
    for by, queue, hour, cases, outcomes in rows:
        details: dict[str, Any] = {"hour": times.iso(hour), "count": len(outcomes)}
        details |= {"outcomes": dict(Counter(outcome or "open" for outcome in outcomes)), "cases": cases}
        audit.record(AuditAction.LEASES_TAKEN, by=people[by], on=queues[queue], **details)
