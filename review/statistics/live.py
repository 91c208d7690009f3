"""What goes through the gateway now: its pace, what it flagged today, how long it takes, and how many labels it knows.

Read from counts that survive restarts (`moderation.call_tallies`); they are written twice a minute, so the card is that
much behind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time

from django.core.cache import caches
from django.db import connection
from django.utils import timezone

from accounts import times
from accounts.models import App
from moderation import call_tallies, labels
from moderation.call_tallies import GATEWAY, Traffic

STALE_SECONDS, LABELS_STALE_SECONDS = 5, 60
# One step along the index for each label that there is, however many scores it has.
_LABELS_SEEN = """
WITH RECURSIVE seen (label) AS (
    (SELECT label FROM moderation_labelscore ORDER BY label LIMIT 1)
    UNION ALL
    SELECT (SELECT score.label FROM moderation_labelscore score WHERE score.label > seen.label
             ORDER BY score.label LIMIT 1)
      FROM seen WHERE seen.label IS NOT NULL
)
SELECT count(*) FROM seen WHERE label <> '*'
"""


@dataclass(frozen=True, slots=True)
class Live:
    """Of today in the reader's zone; only the pace is of the last minutes. `apps` by name, `engines` by theirs."""

    whole: Traffic = field(default_factory=Traffic)
    apps: Mapping[str, Traffic] = field(default_factory=dict)
    engines: Mapping[str, Traffic] = field(default_factory=dict)
    labels_seen: int = 0
    labels_named: int = 0


def live() -> Live:
    """At most STALE_SECONDS old."""
    since = timezone.make_aware(datetime.combine(times.today(), time()))
    key = f"live-{since.timestamp():.0f}"
    found: Live | None = caches["process"].get(key)
    if found is None:
        found = _read(since)
        caches["process"].set(key, found, STALE_SECONDS)
    return found


def _read(since: datetime) -> Live:
    counted = call_tallies.since(since, now=timezone.now())
    names = {app.pk: str(app) for app in App.objects.all()} if counted else {}
    apps = {names[app]: one for (app, engine), one in counted.items() if engine == GATEWAY and app in names}
    seen, named = _labels()
    return Live(call_tallies.together(apps.values()), dict(sorted(apps.items())), _engines(counted), seen, named)


def _engines(counted: Mapping[tuple[int, str], Traffic]) -> dict[str, Traffic]:
    """Over all apps."""
    names = sorted({engine for _, engine in counted} - {GATEWAY})
    return {name: call_tallies.together(one for (_, of), one in counted.items() if of == name) for name in names}


def _labels() -> tuple[int, int]:
    """Those that any result has, and those with a name."""
    found: tuple[int, int] | None = caches["process"].get("live-labels")
    if found is None:
        with connection.cursor() as cursor:
            cursor.execute(_LABELS_SEEN)
            ((seen,),) = cursor.fetchall()
        found = seen, labels.coverage().named
        caches["process"].set("live-labels", found, LABELS_STALE_SECONDS)
    return found
