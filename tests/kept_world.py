"""The rows of the cast (`tests.world`), kept once in each process and copied into every test that wants them.

Making them takes 86 statements and 75 ms of processor time, and thousands of tests begin with it; copying them takes a
tenth. Their ids and moments are those of the first time. Whoever shares a server with other tests makes a new cast
instead (`world.build`): that server may remember things by id.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass

from django.db import connection, transaction
from psycopg import sql

from moderation.models import Label
from tests.factories.labels import seeded
from tests.world import World, build


@dataclass(frozen=True)
class KeptWorld:
    world: World
    rows: dict[str, bytes]  # by table: the rows that the cast adds to it, as COPY writes them
    labels: dict[str, bytes]  # the same of what the product names

    def restored(self) -> World:
        """Put the rows into the database, and give models of them that no other test has seen."""
        _copy_in(self.rows)
        return deepcopy(self.world)

    def restore_labels(self) -> None:
        """Into the empty table."""
        _copy_in(self.labels)


def _copy_in(rows: dict[str, bytes]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # neither triggers nor keys: all was checked
        for table, lines in rows.items():
            with cursor.copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))) as into:
                into.write(lines)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def keep() -> KeptWorld:
    """Make the cast, read what it added, and roll it back."""
    with transaction.atomic():
        if not Label.objects.exists():  # a database of an earlier run
            seeded()
        before = {table: _rows(table) for table in connection.introspection.table_names()}
        world = build()
        added = {table: _added(table, earlier) for table, earlier in before.items()}
        transaction.set_rollback(True)
    labels = Label._meta.db_table
    return KeptWorld(world, {table: rows for table, rows in added.items() if rows}, {labels: b"".join(before[labels])})


def _added(table: str, earlier: list[bytes]) -> bytes:
    """Raises AssertionError where the cast changed a row that was there, which could not be copied in."""
    now = _rows(table)
    assert now[: len(earlier)] == earlier, f"{table}: rows of before are not as they were"
    return b"".join(now[len(earlier) :])


def _rows(table: str) -> list[bytes]:
    """Each row as a line, in the order in which they were written."""
    statement = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))
    with connection.cursor() as cursor, cursor.copy(statement) as out:
        return b"".join(out).splitlines(keepends=True)
