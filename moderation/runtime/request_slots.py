"""Limit how many requests run at once, without letting slow uploads use up the slots.

The server has many threads, since it reads bodies by blocking, but only a few requests run at once. A request takes a
slot while it runs and frees it while it waits for the rest of its body, so a slow client blocks only its own thread.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from queue import SimpleQueue
from typing import Any, BinaryIO

from django.conf import settings
from django.db import connection

SHORT = 64 * 1024  # bytes: a body up to this length is read before the request starts

_places: SimpleQueue[None] = SimpleQueue()
for _ in range(settings.REQUESTS_AT_ONCE):
    _places.put(None)


@contextmanager
def at_work() -> Iterator[None]:
    """Wait for a free slot and take it while the body runs."""
    _places.get()
    try:
        yield
    finally:
        _places.put(None)


def awaited(environ: dict[str, Any]) -> dict[str, Any]:
    """The same request: a short body is read already, a longer one is read without occupying the slot."""
    source, length = environ["wsgi.input"], environ.get("CONTENT_LENGTH") or ""
    is_short = length.isascii() and length.isdigit() and len(length) < 10 and int(length) <= SHORT
    body = BytesIO(source.read(int(length))) if is_short else _ReadOutside(source)
    return environ | {"wsgi.input": body}


class _ReadOutside:
    """A body that frees the slot and the database connection for other requests during each read."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source

    def read(self, size: int = -1) -> bytes:
        with outside():
            return self._source.read(size)

    def readline(self, size: int = -1) -> bytes:
        with outside():
            return self._source.readline(size)


@contextmanager
def outside() -> Iterator[None]:
    """Free the slot and the database connection while the body runs: for what waits for somebody else."""
    if not connection.in_atomic_block:
        connection.close()  # back to the pool
    _places.put(None)
    try:
        yield
    finally:
        _places.get()
