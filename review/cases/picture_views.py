"""Who loaded which clear pictures: an event of the audit for each person and minute, however many requests there were.

Any rendition but a blurred one counts, thumbnails and revalidated copies too: it was sent to be shown. Counted in the
process and written within half a minute (`accounts.audit_buffers`), so no picture waits for it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime

from django.db import transaction
from django.utils import timezone

from accounts import audit, times
from accounts.audit_actions import AuditAction
from accounts.audit_buffers import Buffer, Counts
from accounts.models import User

Minute = tuple[int, datetime]  # of one person


def count(user: User, case_id: int) -> None:
    """The person loads a clear picture of this case. Writes nothing now."""
    now = timezone.now()
    buffer.add((user.pk, now.astimezone(UTC).replace(second=0, microsecond=0), case_id), at=now)


def _write(counts: Counts[tuple[int, datetime, int]]) -> None:
    cases: dict[Minute, set[int]] = defaultdict(set)
    requests: Counter[Minute] = Counter()
    for (user_id, minute, case_id), (times_loaded, _) in counts.items():
        cases[user_id, minute].add(case_id)
        requests[user_id, minute] += times_loaded
    people = User.objects.in_bulk({user_id for user_id, _ in cases})
    with transaction.atomic():
        for user_id, minute in sorted(cases):
            if user := people.get(user_id):
                seen = sorted(cases[user_id, minute])
                details = {"minute": times.iso(minute), "cases": seen, "requests": requests[user_id, minute]}
                audit.record(AuditAction.PICTURES_VIEWED, by=user, on=user, **details)


buffer = Buffer(_write)
