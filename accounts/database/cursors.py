"""Which statements PostgreSQL may plan once and for all: those of the hot path, sent through `prepared_cursor`.

All others are planned for their values each time. After its tenth call on a connection PostgreSQL would plan them for
any value, and then it takes an array for ten elements, a limit for a tenth of the rows, and `>=` for a third of them: a
page that reads many rows became ten times slower with its tenth visit (docs/decisions/0045).
"""

from __future__ import annotations

from typing import Any, Self

import psycopg
from django.db import connection
from django.db.backends.utils import CursorWrapper


class PlannedAnew(psycopg.Cursor[Any]):
    """The cursor of all our connections."""

    is_prepared = False

    def execute(self, query: Any, params: Any = None, *, prepare: bool | None = None, **options: Any) -> Self:
        return super().execute(query, params, prepare=prepare if self.is_prepared else False, **options)


def prepared_cursor() -> CursorWrapper:
    """A cursor whose statements are prepared with their fifth call on a connection, and then planned once where
    PostgreSQL estimates that this is as good as for the values at hand.
    """
    cursor = connection.cursor()
    cursor.cursor.is_prepared = True
    return cursor
