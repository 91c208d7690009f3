"""What the database and the processes are like while the load runs, every few seconds."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psutil
import psycopg

WEIGH_SECONDS = 30.0
"""Adding up shared pages takes a tenth of a second of the processor."""
_STATE = """
SELECT (SELECT count(*) FROM review_reviewtask WHERE state = 'waiting'),
       (SELECT count(*) FROM moderation_delivery WHERE state = 'pending' AND due_at < now()),
       (SELECT coalesce(extract(epoch FROM now() - min(due_at)), 0)::float FROM moderation_delivery
         WHERE state = 'pending' AND due_at < now())
"""
_DELAYS = """
SELECT percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY extract(epoch FROM a.started_at - f.release_at)),
       count(*)
  FROM moderation_attempt a
  JOIN moderation_delivery d ON d.id = a.delivery_id
  JOIN moderation_finalresult f ON f.id = d.final_result_id
 WHERE a.number = 1
"""
_CASES = "SELECT count(*) FROM moderation_case"


@dataclass(frozen=True, slots=True)
class Sample:
    """`processors` and `megabytes` (PSS) are by process; a whole processor is 1."""

    at: float
    waiting: int
    due: int
    oldest_due_seconds: float
    processors: dict[str, float]
    megabytes: dict[str, float]


class Sampler:
    def __init__(self, url: str, processes: Mapping[str, int]) -> None:
        self._connection = psycopg.connect(url, autocommit=True)
        self._processes = processes
        self._spent, self._at = self._seconds(), time.monotonic()
        self._weights, self._weigh_at = self._megabytes(), self._at + WEIGH_SECONDS

    def take(self) -> Sample:
        waiting, due, oldest = self._asked(_STATE)
        spent, now = self._seconds(), time.monotonic()
        used = {name: (spent[name] - self._spent.get(name, 0)) / (now - self._at) for name in spent}
        self._spent, self._at = spent, now
        if now > self._weigh_at:
            self._weights, self._weigh_at = self._megabytes(), now + WEIGH_SECONDS
        return Sample(time.time(), waiting, due, oldest, used, self._weights)

    def delays(self) -> tuple[list[float], int]:
        """Seconds from release to the first attempt at the 50th, 95th and 99th percentile, and of how many."""
        found, count = self._asked(_DELAYS)
        return list(found or [0.0, 0.0, 0.0]), count

    def cases(self) -> int:
        return int(self._asked(_CASES)[0])

    def _asked(self, statement: str) -> Any:
        return self._connection.execute(statement).fetchone()

    def _seconds(self) -> dict[str, float]:
        return {name: sum(map(_spent, _family(pid))) for name, pid in self._processes.items()}

    def _megabytes(self) -> dict[str, float]:
        return {name: sum(map(_pss, _family(pid))) for name, pid in self._processes.items()}


def _family(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _spent(process: psutil.Process) -> float:
    """Processor seconds, those of children that have ended included."""
    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0
    return float(sum((times.user, times.system, times.children_user, times.children_system)))


def _pss(process: psutil.Process) -> float:
    try:
        return float(process.memory_full_info().pss) / 1e6
    except (psutil.Error, OSError):
        return 0.0
