"""Measure processor time, which other load on the machine lengthens less than wall-clock time."""

from __future__ import annotations

from dataclasses import dataclass

import psutil
from django.db import connection


@dataclass(frozen=True, slots=True)
class Spent:
    """Processor seconds so far: of a web server with its children, and of all database connections, ours included."""

    web: float
    database: float

    @classmethod
    def by(cls, web: int) -> Spent:
        server = psutil.Process(web)
        return cls(_seconds([server, *server.children(recursive=True)]), _seconds(_backends()))

    def __sub__(self, before: Spent) -> Spent:
        return Spent(self.web - before.web, self.database - before.database)

    def __add__(self, other: Spent) -> Spent:
        return Spent(self.web + other.web, self.database + other.database)

    def each(self, count: int) -> str:
        return f"{1000 * self.web / count:.2f} ms + {1000 * self.database / count:.2f} ms"


def _backends() -> list[psutil.Process]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"
        )
        return [psutil.Process(pid) for (pid,) in cursor.fetchall()]


def _seconds(processes: list[psutil.Process]) -> float:
    return sum(times.user + times.system for times in (process.cpu_times() for process in processes))
