"""The engines of all apps with how they fare: state, last failure, latency, and how often they are called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.utils import timezone

from accounts import times
from accounts.models import App
from moderation import call_tallies, durations, engine_health
from moderation.call_tallies import Traffic
from moderation.engine_health import State
from moderation.engines import kinds
from moderation.engines.embedded.host import NAME, is_installed
from moderation.models import AppEngine, EngineHealth
from moderation.runtime.encryption import WrongKey

DAYS = 7
LATELY = timedelta(hours=24)
_DAYS = """
SELECT app_id, engine, (began_at AT TIME ZONE %(zone)s)::date AS day, sum(calls)::bigint
  FROM moderation_calltally
 WHERE began_at >= %(since)s AND engine <> ''
 GROUP BY app_id, engine, day
"""

Key = tuple[int, str]
"""App and engine."""


@dataclass(frozen=True, slots=True)
class EngineRow:
    """`row` is the engine's own, None for the engine of this host where the app has none of its own. Latencies are of
    the last 24 hours, in milliseconds; `days` are calls a day, today first.
    """

    app: App
    row: AppEngine | None
    name: str
    state: State
    health: EngineHealth | None
    p50_ms: int | None
    p95_ms: int | None
    calls: int
    failed: int
    days: Sequence[int]


def rows() -> list[EngineRow]:
    now = timezone.now()
    traffic, health = call_tallies.since(now - LATELY, now=now), _health()
    days = _days(timezone.localdate(now))
    return [
        _row(
            app, row, name, traffic.get((app.pk, name), Traffic()), health.get((app.pk, name)), days[app.pk, name], now
        )
        for app, row, name in _engines()
    ]


def last_days() -> list[date]:
    """Of `EngineRow.days`, in the reader's zone."""
    today = timezone.localdate()
    return [today - timedelta(days=ago) for ago in range(DAYS)]


def _row(
    app: App,
    row: AppEngine | None,
    name: str,
    traffic: Traffic,
    health: EngineHealth | None,
    days: Mapping[date, int],
    now: datetime,
) -> EngineRow:
    return EngineRow(
        app=app,
        row=row,
        name=name,
        state=engine_health.state_of(health, now=now),
        health=health,
        p50_ms=durations.quantile(traffic.steps, 0.5),
        p95_ms=traffic.p95_ms,
        calls=traffic.calls,
        failed=traffic.failed,
        days=[days.get(day, 0) for day in last_days()],
    )


def _engines() -> Iterator[tuple[App, AppEngine | None, str]]:
    """Each app's own in their order; the one of this host where it has none."""
    for app in App.objects.prefetch_related("engines").order_by("app_id"):
        own = sorted(app.engines.all(), key=lambda one: one.order)
        for row in own:
            yield app, row, _name(row)
        if not own and is_installed():
            yield app, None, NAME


def _name(row: AppEngine) -> str:
    """As it is named in results; its kind where its settings cannot be read."""
    try:
        return kinds.engine_of(row).name
    except (WrongKey, KeyError, ValueError):
        return row.kind


def _health() -> dict[Key, EngineHealth]:
    return {(one.app_id, one.engine): one for one in EngineHealth.objects.all()}


def _days(today: date) -> defaultdict[Key, dict[date, int]]:
    first = datetime.combine(today - timedelta(days=DAYS - 1), datetime.min.time(), timezone.get_current_timezone())
    found: defaultdict[Key, dict[date, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, {"zone": times.current_zone(), "since": first})
        for app, engine, day, calls in cursor.fetchall():
            found[app, engine][day] = calls
    return found
