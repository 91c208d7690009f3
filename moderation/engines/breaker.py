"""Stop asking an engine that fails again and again: its callers are answered at once, and it gets a rest.

Shared by the threads of one process. Other processes find out by themselves.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from moderation.engines.protocol import EngineFailed, failed
from moderation.messages import LedgerCode

FAILURES = 5  # in a row, until it rests
REST_SECONDS = 10.0

_breakers: dict[str, Breaker] = {}
_lock = threading.Lock()


class Breaker:
    """After a rest one call goes through to try; the others are refused until it is known how that went."""

    def __init__(self, rest_seconds: float = REST_SECONDS) -> None:
        self._lock = threading.Lock()
        self._rest_seconds = rest_seconds
        self._failures = 0
        self._rests_until = 0.0

    @contextmanager
    def asking(self, engine: str) -> Iterator[None]:
        """Around a call. Raises EngineFailed without calling while the engine rests."""
        self._enter(engine)
        try:
            yield
        except EngineFailed as failure:
            if not (failure.is_busy or failure.is_ours):
                self._count()
            raise
        else:
            self._forget()

    def _enter(self, engine: str) -> None:
        with self._lock:
            if self._failures < FAILURES:
                return
            now = time.monotonic()
            if now < self._rests_until:
                seconds = round(self._rests_until - now, 1)
                raise failed(LedgerCode.ENGINE_RESTS, engine, number=self._failures, seconds=seconds)
            self._rests_until = now + self._rest_seconds

    def _count(self) -> None:
        with self._lock:
            self._failures += 1
            self._rests_until = time.monotonic() + self._rest_seconds

    def _forget(self) -> None:
        with self._lock:
            self._failures = 0


def breaker_of(address: str) -> Breaker:
    """The one of that address in this process."""
    with _lock:
        return _breakers.setdefault(address, Breaker())
