"""The feed of final results in the order of their release, for backends that missed some (docs/decisions/0011)."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Func, IntegerField, QuerySet

from accounts.database.cursors import prepared_cursor
from accounts.models import App
from moderation.models import FinalResult

AT_ONCE = 5000  # numbers given by one call; five times the largest page
PAGE_BYTES = 8 * 1024 * 1024  # of bodies; a page ends before it has more, but never without one
_ONE_NUMBERER = 0x5EC1  # advisory lock

# A result that an undo has locked is left for the next call; by then it is voided or not.
_NUMBER = """
WITH released AS (
    SELECT id, release_at
      FROM moderation_finalresult
     WHERE event_number IS NULL AND voided_at IS NULL AND release_at <= statement_timestamp()
     ORDER BY release_at, id
     LIMIT %(at_once)s
       FOR NO KEY UPDATE SKIP LOCKED
), numbered AS (
    SELECT id, row_number() OVER (ORDER BY release_at, id)
             + (SELECT coalesce(max(event_number), 0) FROM moderation_finalresult) AS number
      FROM released
)
UPDATE moderation_finalresult f
   SET event_number = numbered.number, event_app_id = c.app_id
  FROM numbered, moderation_case c
 WHERE f.id = numbered.id AND c.id = f.case_id
"""


def number_released() -> None:
    """Number the released results, each once and permanently. One transaction does so at a time and commits before the
    next one gives its first number, so a reader that sees a number can see all before it.
    """
    with transaction.atomic(), prepared_cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_ONE_NUMBERER])
        if cursor.fetchone() == (True,):
            cursor.execute(_NUMBER, {"at_once": AT_ONCE})


def after(number: int, *, app: App | None, limit: int) -> list[FinalResult]:
    """The next results after this number, at most `limit` and PAGE_BYTES of them; of one app, or of all."""
    numbered = FinalResult.objects.filter(event_number__gt=number).order_by("event_number")
    if app is not None:
        numbered = numbered.filter(event_app=app)
    last = _last_that_fits(numbered, limit)
    return list(numbered.filter(event_number__lte=last).select_related("case__app"))


def _last_that_fits(numbered: QuerySet[FinalResult], limit: int) -> int:
    size = Func("body", function="octet_length", output_field=IntegerField())
    last, room = 0, PAGE_BYTES
    for number, length in numbered.values_list("event_number", size)[:limit]:
        room -= length
        if last and room < 0:
            break
        last = number or 0
    return last
