"""Insert and update rows in as few statements as possible, where the ORM takes longer than the database: it composes
each statement anew (a third of a millisecond), and one placeholder per value of many rows costs more than one JSON
text (docs/decisions/0023).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from types import TracebackType
from typing import Any

import msgspec
from django.db import connection, models

from accounts.database.cursors import prepared_cursor

_ENCODER = msgspec.json.Encoder(enc_hook=str)

Rows = Sequence[Mapping[str, Any]]
"""Each row is {field attribute: plain value}; all rows have the same names. Other columns get their defaults."""


class WriteBatch:
    """Collects inserts and updates, and sends them as one statement at the end of the block.

        with WriteBatch() as batch:
            batch.insert(AuditEvent, rows)
            batch.execute(_SET_STATE, "final", case.pk)

    When the block raises, nothing is sent. The parts run on one snapshot: none sees what another writes, and no two may
    change the same row. Foreign keys are checked after all parts, so their order does not matter.
    """

    def __init__(self) -> None:
        self._is_open = False
        self._rows: dict[str, list[Mapping[str, Any]]] = {}
        self._changes: list[tuple[str, Sequence[Any]]] = []

    def __enter__(self) -> WriteBatch:
        self._is_open = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._is_open = False
        if kind is None:
            self._send()

    def insert(self, model: type[models.Model], rows: Rows) -> None:
        self._check_open()
        if rows:
            self._rows.setdefault(_insert_statement(model, tuple(rows[0])), []).extend(rows)

    def insert_models(self, new: Sequence[models.Model]) -> None:
        """Insert new instances of one model. Values that the database fills in (key, defaults) are not read back."""
        if new:
            self.insert(type(new[0]), [_row(one) for one in new])

    def execute(self, statement: str, *values: Any) -> None:
        """Add an INSERT, UPDATE or DELETE without RETURNING."""
        self._check_open()
        self._changes.append((statement, values))

    def _check_open(self) -> None:
        if not self._is_open:
            raise RuntimeError("This batch is not open, so nothing would send what is added to it.")

    def _send(self) -> None:
        parts = [*self._changes, *((statement, [_json(rows)]) for statement, rows in self._rows.items())]
        if not parts:
            return
        *before, (last, _) = parts
        named = ", ".join(f"part{number} AS ({statement})" for number, (statement, _) in enumerate(before))
        with prepared_cursor() as cursor:
            cursor.execute(
                f"WITH {named} {last}" if named else last, [value for _, values in parts for value in values]
            )


def insert(model: type[models.Model], rows: Rows, *, suffix: str = "", returning: str = "") -> list[tuple[Any, ...]]:
    """Insert immediately. `suffix` ends the statement: ORDER BY, ON CONFLICT.

    Returns the columns `returning` of each row, in no particular order.
    """
    if not rows:
        return []
    statement = f"{_insert_statement(model, tuple(rows[0]))} {suffix}"
    with prepared_cursor() as cursor:
        cursor.execute(f"{statement} RETURNING {returning}" if returning else statement, [_json(rows)])
        return cursor.fetchall() if returning else []


def insert_models(new: Sequence[models.Model], *, returning: str) -> list[tuple[Any, ...]]:
    """Insert new instances of one model immediately; returns the columns `returning` of each row."""
    return insert(type(new[0]), [_row(one) for one in new], returning=returning) if new else []


def placeholders(values: Sequence[Any]) -> str:
    """For `IN ({ids})`: one placeholder per value. A statement with an array parameter is planned anew whenever the
    array has one element, because PostgreSQL estimates ten.
    """
    return ", ".join(["%s"] * len(values))


def _row(new: models.Model) -> dict[str, Any]:
    fields = (field for field in new._meta.concrete_fields if not field.generated)
    values = {field.attname: getattr(new, field.attname) for field in fields}
    return {name: value for name, value in values.items() if not _is_left_to_database(new, name, value)}


def _is_left_to_database(new: models.Model, name: str, value: Any) -> bool:
    """True for a key that is not set yet, and for a `db_default`, which is an expression until the row is read."""
    return isinstance(value, models.Expression) or (value is None and name == new._meta.pk.attname)


def _json(rows: Rows) -> str:
    try:
        return _ENCODER.encode(rows).decode()
    except OverflowError:  # a whole number of more than 64 bits
        return json.dumps(rows, default=str, ensure_ascii=False)


@cache
def _insert_statement(model: type[models.Model], names: tuple[str, ...]) -> str:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    columns = ", ".join(f'"{fields[name].column}"' for name in names)
    values = ", ".join(f'sent."{name}"' for name in names)
    types = ", ".join(f'"{name}" {_type(fields[name])}' for name in names)
    table = model._meta.db_table
    return f"INSERT INTO {table} ({columns}) SELECT {values} FROM json_to_recordset(%s::json) AS sent ({types})"  # noqa: S608 - names of ours


def _type(field: models.Field[Any, Any]) -> str:
    kind = field.rel_db_type(connection) if field.primary_key else field.db_type(connection)
    return "text" if "char" in (kind or "") else kind or ""  # a cast to varchar(n) would truncate silently
