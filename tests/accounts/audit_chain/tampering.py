"""Change rows as a superuser does who knows how to get past triggers."""

from __future__ import annotations

from typing import Any

from django.db import connection


def as_superuser(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET session_replication_role = replica")
        try:
            cursor.execute(statement, values)
        finally:
            cursor.execute("SET session_replication_role = DEFAULT")
