"""Values that processes cache between requests, invalidated by a version number in the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Generic, TypeVar

from django.db import connection

from accounts.database.cursors import prepared_cursor
from accounts.database.statements import Statement

Value = TypeVar("Value")


_ADVANCE = """
INSERT INTO moderation_cacheversion AS kept (name, number)
VALUES (%s, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)
ON CONFLICT (name) DO UPDATE SET number = greatest(kept.number + 1, excluded.number)
"""
_read_together: ContextVar[dict[str, int] | None] = ContextVar("cache versions read together", default=None)

_NUMBER = Statement("SELECT number FROM moderation_cacheversion WHERE name = %(name)s")


def advance(name: str) -> None:
    """Record that the named value changed; call it in the transaction of the change."""
    with connection.cursor() as cursor:
        cursor.execute(_ADVANCE, [name])


@contextmanager
def read_together() -> Iterator[None]:
    """Within this context one query reads all version numbers: for code that needs several cached values."""
    if _read_together.get() is not None:
        yield
        return
    with prepared_cursor() as cursor:
        cursor.execute("SELECT name, number FROM moderation_cacheversion")
        token = _read_together.set(dict(cursor.fetchall()))
    try:
        yield
    finally:
        _read_together.reset(token)


def _number(name: str) -> int:
    together = _read_together.get()
    if together is not None:
        return together.get(name, 0)
    (number,) = _NUMBER.first(name=name) or (0,)
    return int(number)


class CachedValue(Generic[Value]):
    """A value that the process caches until its cache version advances. `build` reads it from the database."""

    def __init__(self, name: str, build: Callable[[], Value]) -> None:
        self._name, self._build = name, build
        self._kept: tuple[int, Value] | None = None  # one assignment, since threads share it

    def current(self) -> Value:
        number = _number(self._name)
        kept = self._kept
        if kept is None or kept[0] != number:
            self._kept = kept = (number, self._build())
        return kept[1]

    def forget(self) -> None:
        self._kept = None
