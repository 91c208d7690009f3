"""When something last happened, in one row for each name and by the database's clock: what the health page asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import connection

_RECORD = """
INSERT INTO moderation_lasttime AS kept (name, by, at) VALUES (%(name)s, %(by)s, clock_timestamp())
    ON CONFLICT (name) DO UPDATE SET by = excluded.by, at = excluded.at
 WHERE kept.at < clock_timestamp() - make_interval(secs => %(every)s)
"""
_READ = "SELECT name, by, at, extract(epoch FROM clock_timestamp() - at)::float FROM moderation_lasttime"


class Happening(StrEnum):
    WORKER = "worker"  # a Celery worker did its maintenance
    BEAT = "beat"  # … because a beat had asked for it
    MAINTENANCE = "maintenance"  # `manage.py maintain --loop` did it
    BACKUP = "backup"  # the database and the pictures were saved elsewhere
    SETUP_SEEN = "setup-seen"  # a person put the set-up checklist away


@dataclass(frozen=True, slots=True)
class Last:
    by: str
    at: datetime
    seconds_ago: float


_read_once: ContextVar[list[Mapping[str, Last]] | None] = ContextVar("last times read once", default=None)


def record(what: Happening, *, by: str, every_seconds: float = 0.0) -> None:
    """That it happens now. Within `every_seconds` of the last time nothing is written."""
    with connection.cursor() as cursor:
        cursor.execute(_RECORD, {"name": what.value, "by": by[:320], "every": every_seconds})


@contextmanager
def read_once() -> Iterator[None]:
    """Within this context the first that asks for them reads them for all."""
    token = _read_once.set([])
    try:
        yield
    finally:
        _read_once.reset(token)


def last_times() -> Mapping[str, Last]:
    """By name, of all that ever happened."""
    once = _read_once.get()
    if once:
        return once[0]
    found = _read()
    if once is not None:
        once.append(found)
    return found


def _read() -> Mapping[str, Last]:
    with connection.cursor() as cursor:
        cursor.execute(_READ)
        return {name: Last(*told) for name, *told in cursor.fetchall()}
