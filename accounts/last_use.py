"""Record when keys and callback addresses were last used. Counted in the process, so that no call waits or writes, and
written at most twice a minute.
"""

from __future__ import annotations

from django.db import connection, models

from accounts.audit_buffers import Buffer, Counts

# The rows are locked in one order: processes write at the same time.
_WRITE = """
UPDATE {table} AS used SET last_used_at = greatest(used.last_used_at, sent.at)
  FROM (SELECT found.id, given.at
          FROM unnest(%s::bigint[], %s::timestamptz[]) AS given (id, at)
          JOIN {table} AS found ON found.id = given.id
         ORDER BY found.id FOR NO KEY UPDATE OF found) AS sent
 WHERE used.id = sent.id
"""


class LastUse:
    """Of the rows of a table with `last_used_at`."""

    def __init__(self, model: type[models.Model]) -> None:
        self._statement = _WRITE.format(table=model._meta.db_table)
        self.buffer = Buffer[int](self._write)

    def record(self, pk: int) -> None:
        """Writes nothing now."""
        self.buffer.add(pk)

    def _write(self, counts: Counts[int]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(self._statement, [list(counts), [at for _, at in counts.values()]])
