"""Count what happens with every request, and write the counts later: views of pictures, uses of keys and addresses.

Nothing is written in the request. The web process writes every FLUSH_SECONDS and when it ends; what a killed process
had counted since is lost, at most that much. Without `start`, as in tests and commands, counts wait for `flush`.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Hashable, Mapping
from datetime import datetime
from multiprocessing.util import Finalize
from typing import Any, Generic, TypeVar

from django.db import connection
from django.utils import timezone

log = logging.getLogger(__name__)

FLUSH_SECONDS = 30.0
MOST = 50_000  # keys of one buffer; more are not counted until the database takes some

Key = TypeVar("Key", bound=Hashable)
Counts = Mapping[Key, tuple[int, datetime]]
"""How often, and when last."""


class Buffer(Generic[Key]):
    """Counts by key, to be written by `write`, which gets all of them and is called by one thread at a time."""

    def __init__(self, write: Callable[[Counts[Key]], None]) -> None:
        self._write = write
        self._counts: dict[Key, tuple[int, datetime]] = {}
        self._counting, self._writing = threading.Lock(), threading.Lock()
        _buffers.append(self)

    def add(self, key: Key, *, count: int = 1, at: datetime | None = None) -> None:
        now = at or timezone.now()
        with self._counting:
            before, last = self._counts.get(key, (0, now))
            if before or len(self._counts) < MOST:
                self._counts[key] = before + count, max(last, now)
        _flusher.wake()

    def flush(self) -> None:
        """Write what was counted. What cannot be written is kept for the next time."""
        with self._writing:
            with self._counting:
                counts, self._counts = self._counts, {}
            try:
                if counts:
                    self._write(counts)
            except Exception:
                for key, (count, at) in counts.items():
                    self.add(key, count=count, at=at)
                raise


def start() -> None:
    """Once in a web process: write in the background from now on, and at the end."""
    _flusher.is_on = True
    Finalize(None, flush, exitpriority=10)  # a forked worker runs no atexit functions, but these


def flush() -> None:
    """Write all buffers; errors are logged."""
    for buffer in _buffers:
        try:
            buffer.flush()
        except Exception:
            log.exception("Counts for the audit could not be written; trying again in %s s.", FLUSH_SECONDS)


class _Flusher:
    """One thread of the process, started by the first count: a forked child gets one of its own."""

    def __init__(self) -> None:
        self.is_on = False
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    def wake(self) -> None:
        if not self.is_on or (self._thread and self._thread.is_alive()):
            return
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="audit-buffers", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while not _pause.wait(FLUSH_SECONDS):
            flush()
            connection.close()


_pause = threading.Event()
_buffers: list[Buffer[Any]] = []
_flusher = _Flusher()
