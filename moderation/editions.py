"""What processes remember between requests, and how they notice that somebody changed it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from django.db import connection

from moderation.models import Edition

Value = TypeVar("Value")


_ADVANCE = """
INSERT INTO moderation_edition AS kept (name, number) VALUES (%s, 1)
ON CONFLICT (name) DO UPDATE SET number = kept.number + 1
"""


def advance(name: str) -> None:
    """Say that it has changed; call it in the transaction of the change."""
    with connection.cursor() as cursor:
        cursor.execute(_ADVANCE, [name])


class Remembered(Generic[Value]):
    """A value kept by the process until its edition advances. `build` reads it from the database."""

    def __init__(self, name: str, build: Callable[[], Value]) -> None:
        self._name, self._build = name, build
        self._number: int | None = None
        self._value: Value

    def current(self) -> Value:
        number = Edition.objects.filter(pk=self._name).values_list("number", flat=True).first() or 0
        if number != self._number:
            self._value, self._number = self._build(), number
        return self._value

    def forget(self) -> None:
        self._number = None
