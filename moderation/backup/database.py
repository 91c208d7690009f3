"""Dump the database as it is at one moment, and load a dump into an empty one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from django.apps import apps
from django.db import connection
from psycopg import sql

from moderation.backup import postgres_programs
from moderation.backup.errors import BackupRefused

FOLDER = "database"
COUNTED = (
    *("accounts.App", "accounts.AuditEvent", "accounts.User"),
    *("moderation.Case", "moderation.Delivery", "moderation.FinalResult", "moderation.MachineResult"),
    *("moderation.Picture", "review.Decision", "review.ReviewTask"),
)
_NO_LIMITS: tuple[LiteralString, ...] = (
    "SET statement_timeout = 0",
    "SET idle_in_transaction_session_timeout = 0",
    "SET transaction_timeout = 0",
)
_OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
_TABLES = (
    "SELECT count(*) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
    " WHERE relkind IN ('r', 'p', 'v', 'm', 'S') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'"
)


@dataclass(frozen=True, slots=True)
class Moment:
    """An open transaction that sees the database as it is now, and its name for pg_dump."""

    connection: psycopg.Connection[Any]
    snapshot: str

    def ask(self, query: LiteralString | sql.Composed) -> list[tuple[Any, ...]]:
        return self.connection.execute(query).fetchall()


def close_pool(ours: Any) -> None:
    ours.close()
    ours.close_pool()


@contextmanager
def session() -> Iterator[psycopg.Connection[Any]]:
    """A connection without time limits."""
    try:
        connected = psycopg.connect(**postgres_programs.parameters(), autocommit=True)
    except psycopg.OperationalError as error:
        raise BackupRefused(f"the database does not answer: {error}") from None
    with connected as opened:
        for statement in _NO_LIMITS:
            opened.execute(statement)
        yield opened


@contextmanager
def moment() -> Iterator[Moment]:
    with session() as opened:
        opened.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        opened.autocommit = False
        ((snapshot,),) = opened.execute("SELECT pg_export_snapshot()").fetchall()
        yield Moment(opened, snapshot)


def dump(seen: Moment, folder: Path, *, jobs: int) -> None:
    version = seen.connection.info.server_version
    options = ["--format=directory", f"--jobs={jobs}", "--no-owner", "--no-privileges", f"--snapshot={seen.snapshot}"]
    postgres_programs.run("pg_dump", *options, f"--file={folder / FOLDER}", server_version=version)


def count(seen: Moment | psycopg.Connection[Any]) -> dict[str, int]:
    """The rows of the most telling tables."""
    asked = seen.connection if isinstance(seen, Moment) else seen
    return {name: _rows(asked, name) for name in COUNTED}


def _rows(asked: psycopg.Connection[Any], name: str) -> int:
    table = sql.Identifier(apps.get_model(name)._meta.db_table)
    ((rows,),) = asked.execute(sql.SQL("SELECT count(*) FROM {}").format(table)).fetchall()
    return int(rows)


def refuse_unless_empty(*, replace: bool) -> None:
    """Raises BackupRefused when the database has anything in it; with `replace`, when somebody uses it."""
    close_pool(connection)
    with session() as opened:
        ((tables,),) = opened.execute(_TABLES).fetchall()
        ((others,),) = opened.execute(_OTHERS).fetchall()
        name = opened.info.dbname
    if tables and not replace:
        raise BackupRefused(
            f'the database "{name}" is not empty. Restore into a new one (createdb), or let --replace throw away all'
            " that is in it."
        )
    if tables and others:
        raise BackupRefused(
            f'{others} other sessions use the database "{name}". Stop all other processes of Second Look first.'
        )


def load(folder: Path, *, jobs: int) -> None:
    """Into a database that has nothing we want to keep. With one job it is loaded whole or not at all."""
    with session() as opened:
        opened.execute("DROP SCHEMA public CASCADE")
        opened.execute("CREATE SCHEMA public")
        version, name = opened.info.server_version, opened.info.dbname
    how = [f"--jobs={jobs}"] if jobs > 1 else ["--single-transaction"]
    options = [*how, "--exit-on-error", "--no-owner", "--no-privileges", f"--dbname={name}"]
    postgres_programs.run("pg_restore", *options, str(folder / FOLDER), server_version=version)


def analyze() -> None:
    """Let the planner know what is there; autovacuum would take minutes to come to it."""
    with session() as opened:
        opened.execute("ANALYZE")
