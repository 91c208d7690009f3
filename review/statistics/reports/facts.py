"""What is counted: decisions, arrivals, skipped and escalated leases of a time, read where they were recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection

from accounts.database.statements import read_sql

LATE = timedelta(seconds=60)  # a transaction commits at most so long after its rows' timestamps
LONGEST_LEASE = timedelta(hours=12)  # leases that end were given at most so long ago
FEW_ROWS = 20_000  # a table with fewer is read whole

_DECISIONS, _ARRIVALS, _LEASES, _DECIDED_BEFORE = (
    read_sql(__file__, name) for name in ("decisions", "arrivals", "leases", "decided_before")
)


class DecisionFact(NamedTuple):
    """One decision. `act` is shared by what one key press decided; `superseded` by a later round's verdict; `waited` in
    seconds; `score` of the machine's label, None where it said none; `rejected_for` the level 1 that was answered.
    """

    at: datetime
    queue: int
    app: int
    label: str
    by: int
    verdict: str
    act: str
    undone: bool
    superseded: bool
    cases: int
    waited: float
    in_time: bool
    elapsed_ms: int | None
    score: int | None
    rejected_for: str


class ArrivalFact(NamedTuple):
    slot: datetime
    queue: int
    app: int
    label: str
    arrived: int
    reopened: int


class LeaseFact(NamedTuple):
    slot: datetime
    queue: int
    app: int
    label: str
    by: int
    skipped: int
    escalated: int


def decisions(since: datetime, until: datetime) -> list[DecisionFact]:
    """From a minute before, so that a page of a grid that lies across the border is seen whole."""
    return [DecisionFact(*row) for row in _rows(_DECISIONS, since=since - LATE, until=until)]


def arrivals(since: datetime, until: datetime) -> list[ArrivalFact]:
    among = _ids("review_reviewtask", "entered_at", since - LATE, until + LATE)
    return [ArrivalFact(*row) for row in _rows(_ARRIVALS, since=since, until=until, **among)]


def leases(since: datetime, until: datetime) -> list[LeaseFact]:
    among = _ids("review_lease", "leased_at", since - LONGEST_LEASE, until + LATE)
    return [LeaseFact(*row) for row in _rows(_LEASES, since=since, until=until, **among)]


def decided_before(since: datetime, until: datetime) -> list[datetime]:
    """The earlier quarters whose decisions were superseded by those of this time."""
    return [slot for (slot,) in _rows(_DECIDED_BEFORE, since=since, until=until)]


def earliest() -> datetime | None:
    """When the first case entered a queue or was decided."""
    ((first,),) = _rows(
        "SELECT least((SELECT min(decided_at) FROM review_decision), (SELECT min(entered_at) FROM review_reviewtask))"
    )
    found: datetime | None = first
    return found


def _ids(table: str, column: str, since: datetime, until: datetime) -> Mapping[str, int]:
    """Between which ids the rows of this time lie. Ids follow time, and the time has no index of its own, which every
    lease would have to write.
    """
    ((first, last),) = _rows(f"SELECT coalesce(min(id), 0), coalesce(max(id), 0) FROM {table}")  # noqa: S608 - our names
    if last - first < FEW_ROWS:
        return {"first": first, "last": last}
    probe = f"SELECT {column} FROM {table} WHERE id >= %(middle)s ORDER BY id LIMIT 1"  # noqa: S608 - our names
    return {"first": _bisect(probe, first, last, since), "last": _bisect(probe, first, last, until)}


def _bisect(probe: str, low: int, high: int, at: datetime) -> int:
    """The least id that is not before the time; `high` when all are."""
    while low < high:
        middle = (low + high) // 2
        ((found,),) = _rows(probe, middle=middle)
        low, high = (middle + 1, high) if found < at else (low, middle)
    return low


def _rows(statement: str, **given: Any) -> Iterable[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return list(cursor.fetchall())
