"""Hand-written SQL statements whose rows are read into models. For queries that run with every picture: the ORM
composes each statement anew, which takes longer than PostgreSQL takes to run it (docs/decisions/0023).

    _LOCK_TASK = Statement(read_sql(__file__, "lock_task"), task=ReviewTask, app=App)
    task, app, now = _LOCK_TASK.first(id=7)

In the text of a statement

* `{task}` stands for all columns of the model passed as `task`, from the table with that alias. A row begins with one
  instance per model, or None where an outer join found nothing; plain columns follow;
* `IN ({ids})` takes the list of values passed as `ids`;
* `%(id)s` takes one value.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from string import Formatter
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, models

from accounts.database.cursors import prepared_cursor


def read_sql(module: str, name: str, **fragments: str) -> str:
    """Read `sql/NAME.sql` beside a module, without its comments. Names in braces are replaced by the fragments with
    these names; others are left.
    """
    lines = (Path(module).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.lstrip().startswith("--"))
    for fragment, sql in fragments.items():
        if f"{{{fragment}}}" not in text:
            raise ValueError(f"{name}.sql has no place for {{{fragment}}}.")
        text = text.replace(f"{{{fragment}}}", sql.strip())
    return text


class Columns:
    """The columns of a model in a statement. Fields in `without` are deferred: read on first access."""

    def __init__(self, model: type[models.Model], *, without: Collection[str] = ()) -> None:
        fields = [field for field in model._meta.concrete_fields if field.attname not in without]
        self._model, self._columns = model, [field.column for field in fields]
        self._names = [field.attname for field in fields]
        self._key = self._names.index(model._meta.pk.attname)
        readers = ((place, getattr(field, "from_db_value", None)) for place, field in enumerate(fields))
        self._readers = [(place, reader) for place, reader in readers if reader]

    def __len__(self) -> int:
        return len(self._names)

    def listed(self, alias: str) -> str:
        return ", ".join(f'"{alias}".{column}' for column in self._columns)

    def instance(self, values: Sequence[Any]) -> models.Model | None:
        if values[self._key] is None:
            return None
        if self._readers:
            values = list(values)
            for place, read in self._readers:
                values[place] = read(values[place], None, connection)
        return self._model.from_db(DEFAULT_DB_ALIAS, self._names, values)


class Statement:
    """A statement that returns rows; see above. With an empty list no query is sent, and there are no rows."""

    def __init__(self, text: str, **models: type[models.Model] | Columns) -> None:
        names = list(dict.fromkeys(name for _, name, _, _ in Formatter().parse(text) if name))
        if missing := models.keys() - set(names):
            raise ValueError(f"The statement does not select {', '.join(sorted(missing))}.")
        columns = {name: one if isinstance(one, Columns) else Columns(one) for name, one in models.items()}
        self._columns = {name: columns[name] for name in names if name in columns}  # in the order of the row
        self._lists = [name for name in names if name not in columns]
        self._text = text
        self._texts: dict[tuple[int, ...], str] = {}  # by how many values each list has

    def rows(self, **given: Any) -> list[tuple[Any, ...]]:
        """Run the statement with these values, named as in the statement, and return its rows."""
        lists = [(name, given.pop(name)) for name in self._lists]
        if not all(values for _, values in lists):
            return []
        for name, values in lists:
            given |= {f"{name}{number}": value for number, value in enumerate(values)}
        with prepared_cursor() as cursor:
            cursor.execute(self._with_lists_of(*(len(values) for _, values in lists)), given)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return [self._read(row) for row in found] if self._columns else found

    def first(self, **given: Any) -> tuple[Any, ...] | None:
        return next(iter(self.rows(**given)), None)

    def _with_lists_of(self, *counts: int) -> str:
        """One placeholder per value. An array would be planned anew whenever it has one element, because PostgreSQL
        estimates ten.
        """
        if counts not in self._texts:
            columns = {name: one.listed(name) for name, one in self._columns.items()}
            lists = {name: _placeholders(name, count) for name, count in zip(self._lists, counts, strict=True)}
            self._texts[counts] = self._text.format(**columns, **lists)
        return self._texts[counts]

    def _read(self, row: Sequence[Any]) -> tuple[Any, ...]:
        at, found = 0, []
        for columns in self._columns.values():
            found.append(columns.instance(row[at : at + len(columns)]))
            at += len(columns)
        return *found, *row[at:]


def _placeholders(name: str, count: int) -> str:
    return ", ".join(f"%({name}{number})s" for number in range(count))
