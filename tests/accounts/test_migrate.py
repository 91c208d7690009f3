"""`manage.py migrate`, which Django brings along and we give all the time it needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models.signals import pre_migrate

NAMES = ["idle_in_transaction_session_timeout", "statement_timeout", "transaction_timeout"]
LIMITED = {NAMES[0]: "15000", NAMES[1]: "30000", NAMES[2]: "60000"}

pytestmark = pytest.mark.django_db(transaction=True)


def limits() -> dict[str, str]:
    """In milliseconds, as a session has them that begins now, or after a migration's own RESET."""
    with connection.cursor() as cursor:
        cursor.execute("RESET ALL")
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [NAMES])
        return dict(cursor.fetchall())


@pytest.fixture
def seen() -> Iterator[list[dict[str, str]]]:
    """The limits that held while the command ran."""
    found: list[dict[str, str]] = []

    def look(**_: Any) -> None:
        found.append(limits())

    pre_migrate.connect(look)
    yield found
    pre_migrate.disconnect(look)


def test_a_migration_may_take_as_long_as_a_large_table_needs(seen: list[dict[str, str]]) -> None:
    assert limits() == LIMITED
    call_command("migrate", verbosity=0)
    assert seen
    assert all(one == dict.fromkeys(NAMES, "0") for one in seen)
    assert limits() == LIMITED


def test_the_limits_hold_again_after_one_that_fails() -> None:
    with pytest.raises(CommandError):
        call_command("migrate", "no_such_app", verbosity=0)
    assert limits() == LIMITED
