"""Record when a key, a callback address or a session was last used: at most once a minute for each.

No call waits for it: the statement runs by itself, outside the transaction of the call, and skips a row that somebody
else has locked. Each process remembers what it has recorded, so that a busy key costs one look at a dictionary.
"""

from __future__ import annotations

import logging
import time

from django.db import DatabaseError
from psycopg_pool import PoolTimeout

from accounts.database.statements import Statement

log = logging.getLogger(__name__)

EVERY_SECONDS = 60.0
MOST_REMEMBERED = 10_000


class LastUse:
    """Of the rows of one table. `statement` takes what names a row, and changes nothing within a minute of the last
    time.
    """

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._due: dict[int | str, float] = {}  # by id: from when on this process records again

    def record(self, pk: int | str, **more: int) -> None:
        """Never raises: the call goes on without it."""
        now = time.monotonic()
        if self._due.get(pk, 0.0) > now:
            return
        if len(self._due) >= MOST_REMEMBERED:
            self._due.clear()
        self._due[pk] = now + EVERY_SECONDS
        try:
            self._statement.rows(id=pk, **more)
        except (DatabaseError, PoolTimeout) as error:
            # without its name: that of a session lets in
            log.warning("A last use was not recorded (%s).", error)
