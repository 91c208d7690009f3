"""How each engine of each app fares: when it last answered and failed, and why.

Noted in the process and written twice a minute (`accounts.audit_buffers`), so that no call waits for it, and every
process sees what the others heard.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import connection

from accounts.audit_buffers import Buffer, Counts
from moderation.messages import LedgerCode, Message
from moderation.models import EngineHealth

RESTS_FOR = timedelta(minutes=1)
"""After the last call that was refused: a rest lasts ten seconds, and is written within half a minute."""

_WRITE = """
INSERT INTO moderation_enginehealth AS kept (app_id, engine, answered_at, failed_at, failure, rested_at)
SELECT sent.app_id, sent.engine, sent.answered_at, sent.failed_at, sent.failure::jsonb, sent.rested_at
  FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::text[], %s::timestamptz[])
       AS sent (app_id, engine, answered_at, failed_at, failure, rested_at)
  JOIN accounts_app app ON app.id = sent.app_id
 ORDER BY sent.app_id, sent.engine
    ON CONFLICT (app_id, engine) DO UPDATE
   SET answered_at = greatest(kept.answered_at, excluded.answered_at),
       failed_at = greatest(kept.failed_at, excluded.failed_at),
       failure = CASE WHEN excluded.failed_at >= coalesce(kept.failed_at, '-infinity')
                      THEN excluded.failure ELSE kept.failure END,
       rested_at = greatest(kept.rested_at, excluded.rested_at)
"""


class State(StrEnum):
    UNKNOWN = "unknown"  # never asked
    WORKS = "works"
    FAILING = "failing"  # since its last answer
    RESTING = "resting"  # and left alone: it failed too often in a row


class _Outcome(StrEnum):
    ANSWERED = "answered"
    FAILED = "failed"
    RESTED = "rested"


Key = tuple[int, str]
"""App and engine."""


def note(app: int, engine: str, why: Message | None) -> None:
    """The engine answered (None), failed, or was not asked. Writes nothing now."""
    key, outcome = (app, engine[:40]), _outcome(why)
    if outcome is _Outcome.FAILED:
        with _lock:
            _failures[key] = json.dumps(why)
    buffer.add((key, outcome))


def state_of(health: EngineHealth | None, *, now: datetime) -> State:
    if health is None:
        return State.UNKNOWN
    if _is_later(health.rested_at, health.answered_at) and health.rested_at and now - health.rested_at < RESTS_FOR:
        return State.RESTING
    return State.FAILING if _is_later(health.failed_at, health.answered_at) else State.WORKS


def _outcome(why: Message | None) -> _Outcome:
    if why is None:
        return _Outcome.ANSWERED
    return _Outcome.RESTED if why["code"] == LedgerCode.ENGINE_RESTS else _Outcome.FAILED


def _is_later(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and (other is None or one > other)


def _write(counts: Counts[tuple[Key, _Outcome]]) -> None:
    rows: dict[Key, dict[_Outcome, datetime]] = {}
    for (key, outcome), (_, at) in counts.items():
        rows.setdefault(key, {})[outcome] = at
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [list(column) for column in zip(*map(_row, rows.items()), strict=True)])


def _row(noted: tuple[Key, Mapping[_Outcome, datetime]]) -> tuple[Any, ...]:
    key, at = noted
    failed_at = at.get(_Outcome.FAILED)
    failure = _failures.get(key) if failed_at else None
    return *key, at.get(_Outcome.ANSWERED), failed_at, failure, at.get(_Outcome.RESTED)


_lock = threading.Lock()
_failures: dict[Key, str] = {}
buffer = Buffer(_write)
