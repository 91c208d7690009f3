"""How endpoints are doing: a day of attempts by half hour, how many answers came and how fast, what waits, what
failed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from moderation import durations
from moderation.webhooks.delivery_log import COUNTED, Counted

HALVES = 48
HALF = timedelta(minutes=30)
KEPT_DAYS = 30


@dataclass(frozen=True, slots=True)
class HalfHour:
    began_at: datetime
    delivered: int
    failed: int


@dataclass(slots=True)
class Health:
    """Of one endpoint. `halves` are the last 24 hours, the oldest first. `last_failure` is a message."""

    halves: list[HalfHour] = field(default_factory=list)
    delivered: int = 0
    delivered_at_once: int = 0
    failed: int = 0
    median_ms: int | None = None
    slow_ms: int | None = None  # 95 of 100 answers came within it
    backlog: Counted = Counted(0, more=False)  # noqa: RUF009 - frozen
    oldest_at: datetime | None = None
    dead: Counted = Counted(0, more=False)  # noqa: RUF009 - frozen
    last_failure_at: datetime | None = None
    last_failure: Any = None

    @property
    def attempts(self) -> int:
        return self.delivered + self.failed

    @property
    def share(self) -> float | None:
        """Of the attempts that were delivered, in per cent."""
        return 100 * self.delivered / self.attempts if self.attempts else None

    @property
    def share_at_once(self) -> float | None:
        return 100 * self.delivered_at_once / self.delivered if self.delivered else None


_TALLIES = """
SELECT endpoint_id, began_at, step, delivered, delivered_at_once, failed
  FROM moderation_attempttally
 WHERE endpoint_id = ANY(%s) AND began_at > %s
"""
_WAITING = """
SELECT e.id, pending.counted + paused.counted, least(pending.oldest_at, paused.oldest_at), dead.counted,
       failure.at, failure.why
  FROM moderation_endpoint e
 CROSS JOIN LATERAL (
    SELECT count(*)::int AS counted, min(created_at) AS oldest_at
      FROM (SELECT created_at FROM moderation_delivery d
             WHERE d.endpoint_id = e.id AND d.state = 'pending' ORDER BY id LIMIT %(most)s) AS counted_ones) AS pending
 CROSS JOIN LATERAL (
    SELECT count(*)::int AS counted, min(created_at) AS oldest_at
      FROM (SELECT created_at FROM moderation_delivery d
             WHERE d.endpoint_id = e.id AND d.state = 'paused' ORDER BY id LIMIT %(most)s) AS counted_ones) AS paused
 CROSS JOIN LATERAL (
    SELECT count(*)::int AS counted
      FROM (SELECT FROM moderation_delivery d
             WHERE d.endpoint_id = e.id AND d.state = 'dead' ORDER BY id LIMIT %(most)s) AS counted_ones) AS dead
  LEFT JOIN LATERAL (
    SELECT last_failure_at AS at, last_failure::text AS why
      FROM moderation_attempttally t
     WHERE t.endpoint_id = e.id AND t.last_failure IS NOT NULL
     ORDER BY t.began_at DESC, t.last_failure_at DESC
     LIMIT 1) AS failure ON true
 WHERE e.id = ANY(%(endpoints)s)
"""
_FORGET = """
DELETE FROM moderation_attempttally t
 USING moderation_endpoint e
 WHERE t.endpoint_id = e.id AND t.began_at < statement_timestamp() - make_interval(days => %s)
"""


def forget_old() -> None:
    """No page looks further back than a day; failures in a row are remembered for longer."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [KEPT_DAYS])


def of(endpoints: Iterable[int], *, now: datetime) -> dict[int, Health]:
    """By endpoint, in two statements whatever their number."""
    found = {pk: Health() for pk in endpoints}
    latest = datetime.fromtimestamp(now.timestamp() // HALF.total_seconds() * HALF.total_seconds(), UTC)
    _add_attempts(found, latest)
    _add_waiting(found)
    return found


def _add_attempts(found: dict[int, Health], latest: datetime) -> None:
    halves: dict[tuple[int, datetime], list[int]] = {}
    steps: dict[int, dict[int, int]] = {}
    for pk, began_at, step, delivered, at_once, failed in _rows(_TALLIES, [list(found), latest - HALVES * HALF]):
        half = halves.setdefault((pk, began_at), [0, 0])
        half[0] += delivered
        half[1] += failed
        took = steps.setdefault(pk, {})
        took[step] = took.get(step, 0) + delivered
        found[pk].delivered += delivered
        found[pk].delivered_at_once += at_once
        found[pk].failed += failed
    begins = [latest - nth * HALF for nth in reversed(range(HALVES))]
    for pk, health in found.items():
        health.halves = [HalfHour(began_at, *halves.get((pk, began_at), (0, 0))) for began_at in begins]
        health.median_ms = durations.quantile(steps.get(pk, {}), 0.5)
        health.slow_ms = durations.quantile(steps.get(pk, {}), 0.95)


def _add_waiting(found: dict[int, Health]) -> None:
    for pk, backlog, oldest_at, dead, at, why in _rows(_WAITING, {"endpoints": list(found), "most": COUNTED + 1}):
        health = found[pk]
        health.backlog, health.dead = _bounded(backlog), _bounded(dead)
        health.oldest_at, health.last_failure_at = oldest_at, at
        health.last_failure = json.loads(why) if why else None


def _bounded(number: int) -> Counted:
    return Counted(min(number, COUNTED), more=number > COUNTED)


def _rows(statement: str, parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
