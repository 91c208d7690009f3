"""Empty the tables after a test that has committed.

Django truncates all of them and makes its permissions anew: each TRUNCATE writes new files for the table and for every
index of it. Here rows are deleted where there are any, and only what has grown is truncated.
"""

from __future__ import annotations

from functools import cache

from django.db import connection

KEPT = ("django_content_type", "auth_permission")
"""What Django writes itself when it has migrated, and nobody changes."""

_EMPTY = """
DO $$
DECLARE
    name text;
    has_rows bool;
BEGIN
    SET LOCAL session_replication_role = replica;  -- audit records refuse it; and no key is looked up
    LOCK TABLE {listed} IN SHARE ROW EXCLUSIVE MODE;
    FOREACH name IN ARRAY ARRAY['{names}'] LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO has_rows;
        IF NOT has_rows THEN
            CONTINUE;
        ELSIF pg_relation_size(quote_ident(name)::regclass) > 1000000 THEN
            EXECUTE format('TRUNCATE %I CASCADE', name);
        ELSE
            EXECUTE format('DELETE FROM %I', name);
        END IF;
    END LOOP;
END $$"""


def empty() -> None:
    """Raises OperationalError where another process waits for this one (a deadlock)."""
    with connection.cursor() as cursor:
        cursor.execute(_statement())


@cache
def _statement() -> str:
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    wanted = sorted(set(names) - set(KEPT))
    return _EMPTY.format(listed=", ".join(f'"{name}"' for name in wanted), names="', '".join(wanted))
