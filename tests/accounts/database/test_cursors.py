"""Which statements are prepared, and so may be planned once and for all."""

from __future__ import annotations

import pytest
from django.db import connection

from accounts.database.cursors import prepared_cursor
from accounts.database.statements import Statement
from accounts.database.write_batch import WriteBatch
from accounts.models import User

pytestmark = pytest.mark.django_db
CALLS = 12  # PostgreSQL plans for any value after ten


def prepared() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return [statement for (statement,) in cursor.fetchall()]


def test_queries_of_the_orm_and_of_plain_cursors_are_planned_anew() -> None:
    for number in range(CALLS):
        list(User.objects.filter(pk__in=[number]))
        with connection.cursor() as cursor:
            cursor.execute("SELECT /* plain */ %s::int", [number])
    assert [one for one in prepared() if "accounts_user" in one or "plain" in one] == []


def test_statements_of_the_hot_path_are_prepared() -> None:
    named = Statement("SELECT /* named */ %(number)s::int")
    for number in range(CALLS):
        assert named.first(number=number) == (number,)
        with prepared_cursor() as cursor:
            cursor.execute("SELECT /* asked */ %s::int", [number])
        with WriteBatch() as batch:
            batch.execute("UPDATE accounts_user SET name = %s WHERE id = %s", "batch", number)
    for mark in ("named", "asked", "UPDATE accounts_user"):
        assert [one for one in prepared() if mark in one], mark
