"""A client that sends its body slowly keeps a thread waiting, and nothing else that others need.

The server has many threads, since it reads bodies by blocking; but only a few requests at once are worked on. A place
at work is taken when there is something to do and given up while the rest of a body is awaited.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from queue import SimpleQueue
from typing import Any, BinaryIO

from django.conf import settings
from django.db import connection

SHORT = 64 * 1024  # bytes: a body up to that long is awaited before anything is begun

_places: SimpleQueue[None] = SimpleQueue()
for _ in range(settings.REQUESTS_AT_ONCE):
    _places.put(None)


@contextmanager
def at_work() -> Iterator[None]:
    """Not before one of the places is free."""
    _places.get()
    try:
        yield
    finally:
        _places.put(None)


def awaited(environ: dict[str, Any]) -> dict[str, Any]:
    """The same request: with all of its body when that is short, else with one whose reader waits outside."""
    source, length = environ["wsgi.input"], environ.get("CONTENT_LENGTH") or ""
    is_short = length.isascii() and length.isdigit() and len(length) < 10 and int(length) <= SHORT
    body = BytesIO(source.read(int(length))) if is_short else _ReadOutside(source)
    return environ | {"wsgi.input": body}


class _ReadOutside:
    """To be read by whoever is at work: the place and the database connection are others' meanwhile."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source

    def read(self, size: int = -1) -> bytes:
        with _outside():
            return self._source.read(size)

    def readline(self, size: int = -1) -> bytes:
        with _outside():
            return self._source.readline(size)


@contextmanager
def _outside() -> Iterator[None]:
    if not connection.in_atomic_block:
        connection.close()  # back to the pool
    _places.put(None)
    try:
        yield
    finally:
        _places.get()
