"""How many pictures the gateway and each engine looked at, how fast, and with what result: per app, kept for a month.

Counted in the process and written twice a minute (`accounts.audit_buffers`), so that no call waits for it and a restart
loses half a minute at most. Durations are counted in steps, so that a p95 is read from a few numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.audit_buffers import Buffer, Counts
from moderation import durations

GATEWAY = ""
"""The name under which the gateway's own calls are counted; everything else is an engine."""
MINUTE, QUARTER = 60, 900  # seconds of a slot
MINUTES_KEPT = timedelta(hours=2)  # then they are joined to quarters
KEPT = timedelta(days=31)
LATELY = timedelta(minutes=5)  # the pace is told of these, and of the minute that runs
MEASURES = ("calls", "failed", "flagged", "milliseconds")

_ADD = """
INSERT INTO moderation_calltally AS kept
       (app_id, engine, began_at, slot_seconds, step, calls, failed, flagged, milliseconds)
SELECT sent.*
  FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[], %s::int[], %s::int[], %s::int[], %s::int[], %s::int[],
              %s::bigint[]) AS sent (app_id, engine, began_at, slot_seconds, step)
  JOIN accounts_app app ON app.id = sent.app_id
 ORDER BY sent.began_at, sent.app_id, sent.engine, sent.step
    ON CONFLICT (began_at, slot_seconds, app_id, engine, step) DO UPDATE
   SET calls = kept.calls + excluded.calls, failed = kept.failed + excluded.failed,
       flagged = kept.flagged + excluded.flagged, milliseconds = kept.milliseconds + excluded.milliseconds
"""
_JOIN_TO_QUARTERS = """
WITH gone AS (
    DELETE FROM moderation_calltally WHERE began_at < %(before)s AND slot_seconds = %(minute)s RETURNING *
)
INSERT INTO moderation_calltally AS kept
       (app_id, engine, began_at, slot_seconds, step, calls, failed, flagged, milliseconds)
SELECT app_id, engine, date_bin(make_interval(secs => %(quarter)s), began_at, 'epoch') AS began, %(quarter)s, step,
       sum(calls), sum(failed), sum(flagged), sum(milliseconds)
  FROM gone
 GROUP BY app_id, engine, began, step
 ORDER BY began, app_id, engine, step
    ON CONFLICT (began_at, slot_seconds, app_id, engine, step) DO UPDATE
   SET calls = kept.calls + excluded.calls, failed = kept.failed + excluded.failed,
       flagged = kept.flagged + excluded.flagged, milliseconds = kept.milliseconds + excluded.milliseconds
"""
_FORGET = "DELETE FROM moderation_calltally WHERE began_at < %s"
_READ = """
SELECT app_id, engine, step,
       coalesce(sum(calls) FILTER (WHERE began_at >= %(since)s), 0)::bigint,
       coalesce(sum(failed) FILTER (WHERE began_at >= %(since)s), 0)::bigint,
       coalesce(sum(flagged) FILTER (WHERE began_at >= %(since)s), 0)::bigint,
       coalesce(sum(milliseconds) FILTER (WHERE began_at >= %(since)s), 0)::bigint,
       coalesce(sum(calls) FILTER (WHERE began_at >= %(lately)s), 0)::bigint
  FROM moderation_calltally
 WHERE began_at >= least(%(since)s, %(lately)s)
 GROUP BY app_id, engine, step
"""

Slot = tuple[int, str, datetime, int]
"""App, engine, the minute it began in, and the step."""


@dataclass(slots=True)
class Traffic:
    """What happened since a moment. `lately` of the calls came within the last `lately_seconds`."""

    calls: int = 0
    failed: int = 0
    flagged: int = 0
    milliseconds: int = 0
    lately: int = 0
    lately_seconds: float = LATELY.total_seconds()
    steps: dict[int, int] = field(default_factory=dict)

    @property
    def per_second(self) -> float:
        return self.lately / self.lately_seconds

    @property
    def average_ms(self) -> int | None:
        return round(self.milliseconds / self.calls) if self.calls else None

    @property
    def p95_ms(self) -> int | None:
        """To within 10 %."""
        return durations.quantile(self.steps, 0.95)

    def add(self, other: Traffic) -> None:
        for name in (*MEASURES, "lately"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for step, calls in other.steps.items():
            self.steps[step] = self.steps.get(step, 0) + calls


def count(app: int, *, milliseconds: int, engine: str = GATEWAY, failed: bool = False, flagged: bool = False) -> None:
    """One picture of the app with this id. Writes nothing now."""
    now = timezone.now()
    slot = (app, engine[:40], now.replace(second=0, microsecond=0), durations.step(milliseconds))
    for measure, number in zip(MEASURES, (1, int(failed), int(flagged), milliseconds), strict=True):
        if number:
            buffer.add((slot, measure), count=number, at=now)


def since(moment: datetime, *, now: datetime) -> Mapping[tuple[int, str], Traffic]:
    """By app and engine (GATEWAY: the gateway as a whole), from the slot on in which the moment is."""
    lately = now.replace(second=0, microsecond=0) - LATELY
    begins = datetime.fromtimestamp(moment.timestamp() // QUARTER * QUARTER, moment.tzinfo)
    seconds = (now - lately).total_seconds()
    found: dict[tuple[int, str], Traffic] = {}
    for app, engine, step, calls, failed, flagged, took, of_lately in _rows(_READ, {"since": begins, "lately": lately}):
        of_step = Traffic(calls, failed, flagged, took, of_lately, seconds, {step: calls})
        found.setdefault((app, engine), Traffic(lately_seconds=seconds)).add(of_step)
    return found


def together(several: Iterable[Traffic]) -> Traffic:
    total = Traffic()
    for one in several:
        total.lately_seconds = one.lately_seconds
        total.add(one)
    return total


def forget_old() -> None:
    """Join minutes to quarters of an hour, and forget what is older than a month."""
    now = timezone.now()
    before = datetime.fromtimestamp((now - MINUTES_KEPT).timestamp() // QUARTER * QUARTER, now.tzinfo)
    with connection.cursor() as cursor:
        cursor.execute(_JOIN_TO_QUARTERS, {"before": before, "minute": MINUTE, "quarter": QUARTER})
        cursor.execute(_FORGET, [now - KEPT])


def _write(counts: Counts[tuple[Slot, str]]) -> None:
    slots: dict[Slot, dict[str, int]] = {}
    for (slot, measure), (number, _) in counts.items():
        slots.setdefault(slot, dict.fromkeys(MEASURES, 0))[measure] = number
    rows = [(*slot[:3], MINUTE, slot[3], *told.values()) for slot, told in slots.items()]
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [list(column) for column in zip(*rows, strict=True)])


def _rows(statement: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


buffer = Buffer(_write)
