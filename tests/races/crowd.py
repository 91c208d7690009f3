"""Many people at once: threads that start together, each on a connection of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, TypeVar

from django.db import connection, connections

T = TypeVar("T")

CONNECTIONS = 32  # below what the pool has, so that everybody can have one before anybody starts


def at_once(works: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each of them returned or raised, in their order."""
    gate = Barrier(len(works))
    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(lambda work: _run(work, gate, warm=len(works) <= CONNECTIONS), works))


def _run(work: Callable[[], Any], gate: Barrier, *, warm: bool) -> Any:
    try:
        if warm:
            connection.ensure_connection()
        gate.wait(timeout=30)
        return work()
    except Exception as error:
        return error
    finally:
        connections.close_all()


def of_kind(outcomes: Sequence[object], kind: type[T]) -> list[T]:
    return [outcome for outcome in outcomes if isinstance(outcome, kind)]
