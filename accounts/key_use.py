"""How often each access key is used, by day in UTC. Counted in the process, written at most twice a minute."""

from __future__ import annotations

from datetime import UTC, date, timedelta

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.audit_buffers import Buffer, Counts
from accounts.models import AccessKey, KeyUse

LATE = timedelta(minutes=5)  # after midnight, until every process has written the day before

_ADD = """
INSERT INTO accounts_keyuse (key_id, day, calls)
SELECT sent.*
  FROM unnest(%s::bigint[], %s::date[], %s::bigint[]) AS sent (key_id, day, calls)
  JOIN accounts_accesskey key ON key.id = sent.key_id
 ORDER BY sent.key_id, sent.day
ON CONFLICT (key_id, day) DO UPDATE SET calls = accounts_keyuse.calls + excluded.calls
"""


def count(key: AccessKey) -> None:
    """One call with this key. Writes nothing now."""
    now = timezone.now()
    buffer.add((key.pk, now.astimezone(UTC).date()), at=now)


def tell_days() -> int:
    """Write an event for each key and day that has ended. Returns how many. Calls written later get an event more."""
    today = (timezone.now() - LATE).astimezone(UTC).date()
    with transaction.atomic():
        ended = KeyUse.objects.select_for_update(skip_locked=True, of=["self"]).select_related("key")
        found = list(
            ended.filter(day__lt=today, day__gte=today - timedelta(days=7)).exclude(calls=F("told")).order_by("pk")
        )
        for use in found:
            audit.record(AuditAction.KEY_USED, by=use.key, on=use.key, day=str(use.day), calls=use.calls - use.told)
            use.told = use.calls
            use.save(update_fields=["told"])
    return len(found)


def _write(counts: Counts[tuple[int, date]]) -> None:
    rows = [(*key, calls) for key, (calls, _) in counts.items()]
    keys, days, calls = zip(*rows, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [list(keys), list(days), list(calls)])


buffer = Buffer(_write)
