"""Many people at once: threads, each on a connection of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any, TypeVar

from django.db import connection, connections, transaction

from tests.waiting import PATIENCE_SECONDS

T = TypeVar("T")

CONNECTIONS = 32  # below what the pool has, so that everybody can have one before anybody starts
_WAITING = """
SELECT pg_stat_clear_snapshot(), (SELECT count(DISTINCT pid) FROM pg_locks JOIN pg_stat_activity USING (pid)
                                   WHERE NOT granted AND datname = current_database())
"""


def at_once(works: Sequence[Callable[[], Any]]) -> list[Any]:
    """All start together. What each of them returned or raised, in their order."""
    gate = Barrier(len(works))
    starts = [partial(_start_together, work, gate, warm=len(works) <= CONNECTIONS) for work in works]
    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(_alone, starts))


def held_up(
    lease_key: Callable[[], Any], *works: Callable[[], Any], meanwhile: Callable[[], Any] = lambda: None
) -> list[Any]:
    """They run into the locks that `hold` takes, and go on once all of them stand there and `meanwhile` is done."""
    with ThreadPoolExecutor(len(works)) as threads:
        with transaction.atomic():
            lease_key()
            running = [threads.submit(_alone, work) for work in works]
            wait_for_waiters(len(works), at_most_seconds=20)
            meanwhile()
        return [one.result() for one in running]


def wait_for_waiters(count: int, *, at_most_seconds: float = 2) -> bool:
    """Until so many connections to this database wait for a lock, or it is clear that they will not."""
    until = time.monotonic() + at_most_seconds
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(_WAITING)
            if cursor.fetchone()[1] >= count:
                return True
        time.sleep(0.01)
    return False


def of_kind(outcomes: Sequence[object], kind: type[T]) -> list[T]:
    return [outcome for outcome in outcomes if isinstance(outcome, kind)]


def _start_together(work: Callable[[], Any], gate: Barrier, *, warm: bool) -> Any:
    if warm:
        connection.ensure_connection()
    gate.wait(timeout=PATIENCE_SECONDS)
    return work()


def _alone(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except Exception as error:
        return error
    finally:
        connections.close_all()
