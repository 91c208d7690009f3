"""Queries of the ORM that are composed once. Django composes a statement anew each time it is asked, which takes longer
than PostgreSQL takes to answer; for what is asked with every picture that adds up (docs/decisions/0020).

    _OPEN = composed(lambda: Lease.objects.filter(task=Given("task"), ended_at=None))
    _OPEN(task=7)  # a list of claims
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from functools import cached_property
from types import SimpleNamespace
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import BooleanField, Expression, F, Func, QuerySet

Row = TypeVar("Row")


class Given(Expression):
    """Stands for a value that is given whenever the query is asked."""

    def __init__(self, name: str, *, are_many: bool = False) -> None:
        super().__init__()
        self.name, self.are_many = name, are_many

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)


class AnyOf(Func):
    """Whether a field is one of the values that are given as `name`."""

    template, arg_joiner, output_field = "%(expressions)s)", " = ANY(", BooleanField()

    def __init__(self, field: str, name: str) -> None:
        super().__init__(F(field), Given(name, are_many=True))


class composed(Generic[Row]):  # noqa: N801 - it reads as a verb
    """A query that is asked with the values of its `Given`s by name. A slice of it has to be fixed; one that locks rows
    is asked in a transaction.
    """

    def __init__(self, query: Callable[[], QuerySet[Any, Row]]) -> None:
        self._query = query

    def __call__(self, **given: Any) -> list[Row]:
        queryset, composed_once, statement, parameters = self._parts
        composer = copy(composed_once)
        composer.connection = connections[DEFAULT_DB_ALIAS]  # the thread's own
        asking = _asking(statement, parameters, given)
        composer.as_sql = lambda: asking
        asked = queryset._chain()
        asked._query = SimpleNamespace(get_compiler=lambda using: composer)
        return list(asked._iterable_class(asked))

    @cached_property
    def _parts(self) -> tuple[Any, Any, str, tuple[Any, ...]]:
        queryset = self._query()
        composer = queryset.query.get_compiler(using=DEFAULT_DB_ALIAS)
        statement, parameters = composer.as_sql()
        converters = composer.get_converters([column for column, *_ in composer.select[: composer.col_count]])
        composer.get_converters = lambda columns: converters
        return queryset, composer, statement, parameters


def _asking(statement: str, parameters: Sequence[Any], given: dict[str, Any]) -> tuple[str, list[Any]]:
    """Of an array PostgreSQL expects ten rows, and would plan the statement anew each time that it brings one: an array
    of one is asked as one value.
    """
    values = [given[one.name] if isinstance(one, Given) else one for one in parameters]
    arrays = [place for place, one in enumerate(parameters) if isinstance(one, Given) and one.are_many]
    if not arrays or any(len(values[place]) != 1 for place in arrays):
        return statement, values
    for place in arrays:
        (values[place],) = values[place]
    return statement.replace(" = ANY(%s)", " = (%s)"), values
