"""Rows by statements of our own, where the ORM would spend more than the database: it composes a statement anew each
time (a third of a millisecond), and a placeholder for each value of many rows costs more than one JSON text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any, TypeVar

from django.db import connection, models

Row = TypeVar("Row", bound=models.Model)
Rows = Sequence[Mapping[str, Any]]

_waiting: ContextVar[dict[str, list[Mapping[str, Any]]] | None] = ContextVar("rows by statement", default=None)


def insert(model: type[models.Model], rows: Rows, *, finally_: str = "", returning: str = "") -> list[Any]:
    """Insert rows given as {attribute of the column: plain value}, each with the same names. What is not named gets
    the database's default. `finally_` is added to the statement (an order, what to do on a conflict).

    Returns the columns `returning` of each row, in no promised order.
    """
    if not rows:
        return []
    statement, waiting = f"{_statement(model, tuple(rows[0]))} {finally_}", _waiting.get()
    if waiting is not None and not returning:
        waiting.setdefault(statement, []).extend(rows)
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} RETURNING {returning}" if returning else statement, [_text(rows)])
        return cursor.fetchall() if returning else []


@contextmanager
def together() -> Iterator[None]:
    """Within this, inserts that return nothing wait; they are sent as one statement when it ends without an error.
    Foreign keys are checked after all of it, so the order does not matter.
    """
    waiting: dict[str, list[Mapping[str, Any]]] = {}
    token = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(token)
    if waiting:
        *before, last = waiting
        first = ", ".join(f"part{number} AS ({statement})" for number, statement in enumerate(before))
        with connection.cursor() as cursor:
            cursor.execute(f"WITH {first} {last}" if first else last, [_text(rows) for rows in waiting.values()])


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
