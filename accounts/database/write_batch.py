"""Rows by statements of our own, where the ORM would spend more than the database: it composes a statement anew each
time (a third of a millisecond), and a placeholder for each value of many rows costs more than one JSON text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

from django.db import connection, models
from django.db.models.expressions import DatabaseDefault

Row = TypeVar("Row", bound=models.Model)
Rows = Sequence[Mapping[str, Any]]


@dataclass(slots=True)
class _Waiting:
    rows: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    changes: list[tuple[str, Sequence[Any]]] = field(default_factory=list)

    def parts(self) -> list[tuple[str, Sequence[Any]]]:
        return [*self.changes, *((statement, [_text(rows)]) for statement, rows in self.rows.items())]


_waiting: ContextVar[_Waiting | None] = ContextVar("what waits to be sent", default=None)


def insert(model: type[models.Model], rows: Rows, *, finally_: str = "", returning: str = "") -> list[Any]:
    """Insert rows given as {attribute of the column: plain value}, each with the same names. What is not named gets
    the database's default. `finally_` is added to the statement (an order, what to do on a conflict).

    Returns the columns `returning` of each row, in no promised order.
    """
    if not rows:
        return []
    statement, waiting = f"{_statement(model, tuple(rows[0]))} {finally_}", _waiting.get()
    if waiting is not None and not returning:
        waiting.rows.setdefault(statement, []).extend(rows)
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} RETURNING {returning}" if returning else statement, [_text(rows)])
        return cursor.fetchall() if returning else []


def write(new: Sequence[models.Model], *, returning: str = "") -> list[Any]:
    """The same for new rows of one model; of what they leave to the database, all leave the same."""
    return insert(type(new[0]), [_given(row) for row in new], returning=returning) if new else []


def _given(row: models.Model) -> dict[str, Any]:
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    left = [row._meta.pk.attname] if row.pk is None else []
    left += [name for name, value in values.items() if isinstance(value, DatabaseDefault)]
    return {name: value for name, value in values.items() if name not in left}


def change(statement: str, *values: Any) -> None:
    """Run a statement of ours that changes rows and gives none back."""
    waiting = _waiting.get()
    if waiting is not None:
        waiting.changes.append((statement, values))
        return
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def places(values: Sequence[Any]) -> str:
    """One placeholder for each value. With an array PostgreSQL would plan anew each time that it brings only one."""
    return ", ".join(["%s"] * len(values))


@contextmanager
def together() -> Iterator[None]:
    """Within this, inserts that return nothing and changes wait; they are sent as one statement when it ends without an
    error. None of them sees what another does, and no row may be changed by two; foreign keys are checked after all.
    """
    waiting = _Waiting()
    token = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(token)
    if parts := waiting.parts():
        *before, (last, _) = parts
        first = ", ".join(f"part{number} AS ({statement})" for number, (statement, _) in enumerate(before))
        with connection.cursor() as cursor:
            cursor.execute(f"WITH {first} {last}" if first else last, [one for _, values in parts for one in values])


def _text(rows: Rows) -> str:
    return json.dumps(rows, default=str, ensure_ascii=False)


def one(model: type[Row], where: str, *values: Any) -> Row | None:
    """The first row that fits, or None. For models whose columns need no conversion (JSON does). Its moments are read
    when they are asked for: the driver takes longer over one than over all the rest.
    """
    statement, names = _selection(model)
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} WHERE {where} LIMIT 1", values)
        row = cursor.fetchone()
    return model.from_db(connection.alias, names, row) if row else None


@cache
def _selection(model: type[models.Model]) -> tuple[str, list[str]]:
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.DateTimeField)]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    return f"SELECT {columns} FROM {model._meta.db_table}", [field.attname for field in fields]  # noqa: S608 - ours


@cache
def _statement(model: type[models.Model], names: tuple[str, ...]) -> str:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    columns = ", ".join(f'"{fields[name].column}"' for name in names)
    values = ", ".join(f'sent."{name}"' for name in names)
    types = ", ".join(f'"{name}" {_type(fields[name])}' for name in names)
    table = model._meta.db_table
    return f"INSERT INTO {table} ({columns}) SELECT {values} FROM json_to_recordset(%s::json) AS sent ({types})"  # noqa: S608 - names of ours


def _type(field: models.Field[Any, Any]) -> str:
    kind = field.rel_db_type(connection) if field.primary_key else field.db_type(connection)
    return "text" if "char" in (kind or "") else kind or ""  # a cast would cut silently what is too long
