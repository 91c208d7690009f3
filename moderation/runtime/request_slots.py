"""Limit how many requests run at once, without letting slow uploads use up the slots.

The server has many threads, since it reads bodies by blocking, but only a few requests run at once. A request takes a
slot while it runs and frees it while it waits for the rest of its body, so a slow client blocks only its own thread.
While the database is away every running request waits for it: those behind them are refused before they take the
threads that answer monitors. So are requests with a body while too many wait for theirs: clients that announce a body
and send none would else take every thread.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from queue import Empty, SimpleQueue
from typing import Any, BinaryIO

from django.conf import settings
from django.db import connection

SHORT = 64 * 1024  # bytes: a body up to this length is read before the request starts
WAIT_SECONDS = 10.0  # for a slot
MOST_WAITING = 100  # requests without a slot; the server has 128 threads (docs/running.md)
MOST_READING = 100  # requests that wait for their bodies, of the same threads
REFUSED = "second_look.no_slot"  # in the WSGI environment of a request that got no slot


class NoSlot(Exception):
    """Too many requests wait already, or none of those that run has ended in time. Nothing was written."""


class _Slots:
    def __init__(self, number: int) -> None:
        self._free: SimpleQueue[None] = SimpleQueue()
        self._waiting, self._counting = 0, threading.Lock()
        for _ in range(number):
            self._free.put(None)

    def take(self, *, most_waiting: int | None = None) -> None:
        """Raises NoSlot."""
        try:
            self._free.get_nowait()
        except Empty:
            self._wait(most_waiting)

    def give_back(self) -> None:
        self._free.put(None)

    def _wait(self, most_waiting: int | None) -> None:
        with self._counting:
            if most_waiting is not None and self._waiting >= most_waiting:
                raise NoSlot
            self._waiting += 1
        try:
            self._free.get(timeout=WAIT_SECONDS)
        except Empty:
            raise NoSlot from None
        finally:
            with self._counting:
                self._waiting -= 1


class _Reading:
    def __init__(self) -> None:
        self._reading, self._counting = 0, threading.Lock()

    @contextmanager
    def one_more(self) -> Iterator[None]:
        """Wait for a client while the body runs. Raises NoSlot."""
        with self._counting:
            if self._reading >= MOST_READING:
                raise NoSlot
            self._reading += 1
        try:
            yield
        finally:
            with self._counting:
                self._reading -= 1


class _ThisThread(threading.local):
    slots = 0  # taken by it


_slots, _reading = _Slots(settings.REQUESTS_AT_ONCE), _Reading()
_this_thread = _ThisThread()


@contextmanager
def at_work() -> Iterator[None]:
    """Wait for a free slot and take it while the body runs. Raises NoSlot."""
    _take_slot(most_waiting=MOST_WAITING)
    try:
        yield
    finally:
        _free_slot()


def awaited(environ: dict[str, Any]) -> dict[str, Any]:
    """The same request: a short body is read already, a longer one without occupying the slot. Raises NoSlot."""
    source, length = environ["wsgi.input"], environ.get("CONTENT_LENGTH") or ""
    is_short = length.isascii() and length.isdigit() and len(length) < 10 and int(length) <= SHORT
    if not is_short:
        return environ | {"wsgi.input": _ReadOutside(source)}
    with _reading.one_more():
        return environ | {"wsgi.input": BytesIO(source.read(int(length)))}


class _ReadOutside:
    """A body that frees the slot and the database connection for other requests during each read."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source

    def read(self, size: int = -1) -> bytes:
        with _reading.one_more(), outside():
            return self._source.read(size)

    def readline(self, size: int = -1) -> bytes:
        with _reading.one_more(), outside():
            return self._source.readline(size)


@contextmanager
def outside() -> Iterator[None]:
    """Free the slot and the database connection while the body runs: for what waits for somebody else. Raises NoSlot
    when none becomes free in time afterwards.
    """
    if not connection.in_atomic_block:
        connection.close()  # back to the pool
    if not _free_slot():
        yield
        return
    try:
        yield
    finally:
        _take_slot()


def _take_slot(*, most_waiting: int | None = None) -> None:
    _slots.take(most_waiting=most_waiting)
    _this_thread.slots += 1


def _free_slot() -> bool:
    """Whether this thread had one: not after `outside` found none."""
    if not _this_thread.slots:
        return False
    _this_thread.slots -= 1
    _slots.give_back()
    return True
