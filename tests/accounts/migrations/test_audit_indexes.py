"""The migration that builds indexes on the audit, which has millions of rows."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

migration = import_module("accounts.migrations.0013_audit_indexes")
BEFORE = ("accounts", "0012_last_use_once")


def asked(statement: str, *values: object) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


@pytest.mark.django_db(transaction=True)
def test_it_builds_anew_what_an_interrupted_run_left_and_keeps_the_timeouts() -> None:
    MigrationExecutor(connection).migrate([BEFORE])
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX audit_by_time ON accounts_auditevent (on_type)")
    last = MigrationExecutor(connection)
    last.migrate(last.loader.graph.leaf_nodes())  # also what comes after it: other tests' processes ask for all
    built = dict(asked("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'accounts_auditevent'"))
    assert set(migration.INDEXES) <= set(built)
    assert built["audit_by_time"].endswith("(at)")
    assert asked("SHOW statement_timeout") == [("30s",)]


def test_no_index_of_it_locks_the_table() -> None:
    assert all(create.strip().startswith("CREATE INDEX CONCURRENTLY") for create in migration.INDEXES.values())
    assert not migration.Migration.atomic
