"""Read the newest of the cases that queries find, in a time that is known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db import OperationalError, connection, transaction
from django.db.models import BooleanField, DateTimeField, ExpressionWrapper, F, Func, QuerySet
from psycopg.errors import QueryCanceled

from moderation.models import Case

FIRST_MS = 500
SECOND_MS = 5000
BESIDE = ("app", "picture_fetch__picture")  # what a card of the case reads
Row = TypeVar("Row")


class _IsAmong(Func):
    """Whether the first is in the second, an array."""

    arg_joiner, template, output_field = " = ANY(", "%(expressions)s)", BooleanField()


def is_among(keys: QuerySet[Any, Any]) -> _IsAmong:
    """A case's key is one of these, which are read first: they must be few."""
    return _IsAmong(F("pk"), ArraySubquery(keys))


class TooWide(Exception):
    """The search hit its statement timeout. Narrow it."""


def read_newest(ways: Sequence[QuerySet[Case]], *, most: int, are_few: bool = False) -> list[Case]:
    """The newest matches. Walking from the newest case on is quick where matches are many or new; where they are few
    and old, gathering all of them and sorting them is. The planner cannot know, so the other way is tried when the
    likelier one takes long.
    """
    likelier, other = (_gathered, _walked) if are_few else (_walked, _gathered)
    try:
        return likelier(ways, most, milliseconds=FIRST_MS)
    except TooWide:
        return other(ways, most, milliseconds=SECOND_MS)


def _walked(ways: Sequence[QuerySet[Case]], most: int, *, milliseconds: int) -> list[Case]:
    if len(ways) == 1:
        return within(ways[0][:most], milliseconds=milliseconds)
    return _first_of(ways, most, milliseconds=milliseconds)


def _gathered(ways: Sequence[QuerySet[Case]], most: int, *, milliseconds: int) -> list[Case]:
    unwalkable = ExpressionWrapper(F("received_at") + timedelta(0), DateTimeField())  # no index has this order
    return _first_of([cases.order_by(unwalkable.desc(), "-pk") for cases in ways], most, milliseconds=milliseconds)


def _first_of(ways: Sequence[QuerySet[Case]], most: int, *, milliseconds: int) -> list[Case]:
    """Of each way the keys of the first are sought; what else is shown is read of these alone. They are read first, as
    an array: joined to them, a plan that expected many walked over all cases where there were none.
    """
    keys, *others = (cases.values("pk")[:most] for cases in ways)
    sought = ArraySubquery(keys.union(*others, all=True) if others else keys)
    found = Case.objects.filter(_IsAmong(F("pk"), sought))
    rows = found.select_related(*BESIDE).order_by("-received_at", "-pk")
    return within(rows[:most], milliseconds=milliseconds)


def within(cases: QuerySet[Any, Row], *, milliseconds: int) -> list[Row]:
    """All of them, or TooWide raised when that takes longer. A transaction around it keeps the time of its own, since
    the savepoint is rolled back.
    """
    is_nested = connection.in_atomic_block
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {milliseconds:d}")
            found = list(cases)
            transaction.set_rollback(is_nested)
            return found
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TooWide from error
        raise
