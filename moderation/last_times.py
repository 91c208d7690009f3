"""When something last happened, in one row for each name and by the database's clock: what the health page asks."""

from __future__ import annotations

from collections.abc import Mapping
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


def record(what: Happening, *, by: str, every_seconds: float = 0.0) -> None:
    """That it happens now. Within `every_seconds` of the last time nothing is written."""
    with connection.cursor() as cursor:
        cursor.execute(_RECORD, {"name": what.value, "by": by[:320], "every": every_seconds})


def last_times() -> Mapping[str, Last]:
    """By name, of all that ever happened."""
    with connection.cursor() as cursor:
        cursor.execute(_READ)
        return {name: Last(*told) for name, *told in cursor.fetchall()}
