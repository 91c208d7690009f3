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
        self._kept: tuple[int, Value] | None = None  # one assignment, since threads share it

    def current(self) -> Value:
        number = Edition.objects.filter(pk=self._name).values_list("number", flat=True).first() or 0
        kept = self._kept
        if kept is None or kept[0] != number:
            self._kept = kept = (number, self._build())
        return kept[1]

    def forget(self) -> None:
        self._kept = None
