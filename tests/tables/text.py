"""Look for a text in every column of every table, in bytes too."""

from __future__ import annotations

from django.db import connection


def tables_with(text: str, *, besides: tuple[str, ...] = ()) -> dict[str, int]:
    """How many rows of which tables have it somewhere. `text` has letters and digits alone; its case does not count."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(set(connection.introspection.table_names(cursor)) - set(besides)):
            cursor.execute(
                f'SELECT count(*) FROM "{table}" one WHERE one::text ILIKE %s OR one::text LIKE %s',  # noqa: S608
                [f"%{text}%", f"%{text.encode().hex()}%"],
            )
            (count,) = cursor.fetchone()
            if count:
                found[table] = count
    return found
