"""The log of deliveries: what filters of a URL match, newest first, at a cost that does not grow with the table.

Without an index that fits the filters, only the newest LOOKED rows are looked through: the page says so and goes on
from there. Counts have a bound, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import QuerySet

from moderation.models import Delivery, Endpoint
from moderation.webhooks.delivery_filters import OF_REQUEST, Filters, conditions

LOOKED = 10_000
COUNTED = 1_000
LARGEST_ID = 2**63 - 1
_SLACK = timedelta(minutes=5)  # rows appear in the order of their ids only roughly: transactions overlap

State = Delivery.State


@dataclass(frozen=True, slots=True)
class Counted:
    """`more`: at least so many."""

    number: int
    more: bool


@dataclass(frozen=True, slots=True)
class LogPage:
    """`before` is where the next page begins, None at the end. `looked_through` when rows further back were not looked
    at, although the page is not full. `counted` is how many match, on the first page alone.
    """

    deliveries: list[Delivery]
    before: int | None
    looked_through: bool
    counted: Counted | None


def page(filters: Filters, *, before: int | None = None, rows: int, looked: int = LOOKED) -> LogPage:
    """The newest deliveries before that id."""
    limit = rows + 1 if before else max(rows, COUNTED) + 1
    ids, looked_to = _found(filters, before=before or LARGEST_ID, limit=limit, looked=looked)
    counted = None if before else _counted(ids, looked_to, up_to=limit - 1)
    shown = _loaded(ids[:rows])
    if len(ids) > rows:
        return LogPage(shown, ids[rows - 1], looked_through=False, counted=counted)
    return LogPage(shown, looked_to, looked_through=looked_to is not None, counted=counted)


def count(
    filters: Filters, *, up_to: int = COUNTED, looked: int = LOOKED, states: Sequence[str] = tuple(State)
) -> Counted:
    """How many match that are in one of the states."""
    ids, looked_to = _found(filters, before=LARGEST_ID, limit=up_to + 1, looked=looked, states=states)
    return _counted(ids, looked_to, up_to=up_to)


def _counted(ids: list[int], looked_to: int | None, *, up_to: int) -> Counted:
    return Counted(min(len(ids), up_to), more=len(ids) > up_to or looked_to is not None)


def count_states(endpoint: int | None = None) -> dict[str, Counted]:
    """Of one endpoint or of all, by state."""
    with connection.cursor() as cursor:
        cursor.execute(_STATES, {"endpoint": endpoint, "states": list(State.values), "most": COUNTED + 1})
        found = dict(cursor.fetchall())
    return {state: Counted(min(found.get(state, 0), COUNTED), found.get(state, 0) > COUNTED) for state in State.values}


def _loaded(ids: list[int]) -> list[Delivery]:
    """With all that a row of the log shows, without the payloads."""
    return list(shown_rows().filter(pk__in=ids).defer("payload").order_by("-pk"))


def shown_rows() -> QuerySet[Delivery]:
    return Delivery.objects.select_related("endpoint", "case__app")


# The first id at or after a time, by halves: ids rise with time, so that no index on a million times is needed.
_FIRST_SINCE = """
WITH RECURSIVE search (low, high) AS (
    SELECT 0::bigint, coalesce((SELECT max(id) FROM moderation_delivery), 0) + 1
     UNION ALL
    SELECT CASE WHEN middle.created_at < %s THEN middle.id + 1 ELSE low END,
           CASE WHEN middle.created_at < %s THEN high ELSE (low + high) / 2 END
      FROM search
     CROSS JOIN LATERAL (SELECT id, created_at FROM moderation_delivery
                          WHERE id >= (low + high) / 2 ORDER BY id LIMIT 1) AS middle
     WHERE low < high
)
SELECT max(low) FROM search
"""
# One branch for each endpoint and state, both written out: with them as parameters the planner would rather walk
# through the whole table by id than trust the index of a state that is rare.
_BRANCH = """
(SELECT d.*
   FROM moderation_delivery d
  WHERE d.endpoint_id = {endpoint:d} AND d.state = '{state}' AND d.id < %(before)s AND d.id > %(from)s
  ORDER BY d.id DESC
  LIMIT %(looked)s)
"""
_BY_ID = "SELECT d.* FROM moderation_delivery d WHERE d.id < %(before)s AND d.id > %(from)s"
_BY_CASE = f"SELECT d.* FROM moderation_delivery d WHERE {OF_REQUEST}"  # noqa: S608 - a constant
_FOUND = """
WITH source AS MATERIALIZED (
    SELECT d.id, d.case_id, d.endpoint_id, d.state, d.type, d.created_at, d.webhook_id
      FROM ({source}) AS d
     WHERE d.id < %(before)s
     ORDER BY d.id DESC
     LIMIT %(looked)s
)
SELECT (SELECT CASE WHEN count(*) >= %(looked)s THEN min(id) END FROM source),
       ARRAY(SELECT d.id
               FROM source d
               LEFT JOIN moderation_case c ON c.id = d.case_id
              WHERE d.state = ANY(%(states)s) AND {conditions}
              ORDER BY d.id DESC
              LIMIT %(limit)s)
"""
_STATES = """
SELECT wanted.state, least(sum(d.counted), %(most)s)::int
  FROM moderation_endpoint e
 CROSS JOIN unnest(%(states)s::text[]) AS wanted (state)
 CROSS JOIN LATERAL (
    SELECT count(*) AS counted
      FROM (SELECT FROM moderation_delivery d
             WHERE d.endpoint_id = e.id AND d.state = wanted.state
             ORDER BY d.id
             LIMIT %(most)s) AS counted_ones
 ) AS d
 WHERE %(endpoint)s::bigint IS NULL OR e.id = %(endpoint)s
 GROUP BY wanted.state
"""


def _found(
    filters: Filters, *, before: int, limit: int, looked: int, states: Sequence[str] = tuple(State)
) -> tuple[list[int], int | None]:
    """The newest matching ids, and down to which id rows were looked through, None for all."""
    wanted = [state for state in map(str, states) if filters.state in ("", state)]
    sql, parameters = conditions(filters)
    source, looked = _source(filters, wanted, limit=limit, looked=looked)
    upper = min(before, first_since(filters.until + _SLACK)) if filters.until else before
    asked = {"before": upper, "from": begins_after(filters), "states": wanted, "looked": looked, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(_FOUND.format(source=source, conditions=sql), parameters | asked)
        looked_to, ids = cursor.fetchone()
    return list(ids), None if len(ids) >= limit else looked_to


def _source(filters: Filters, states: Sequence[str], *, limit: int, looked: int) -> tuple[str, int]:
    """The index that fits, and how many of its rows to look at: no more than are shown when all of them match."""
    others = filters.app or filters.type or filters.since or filters.until
    if filters.request:
        return _BY_CASE, LARGEST_ID
    if states and (filters.endpoint or (len(states) < len(State) and not others)):
        endpoints = [filters.endpoint] if filters.endpoint else list(Endpoint.objects.values_list("pk", flat=True))
        branches = [_BRANCH.format(endpoint=one, state=State(state)) for one in endpoints for state in states]
        return " UNION ALL ".join(branches) or _BY_ID, looked if others else limit
    return _BY_ID, looked if others or len(states) < len(State) else limit


def begins_after(filters: Filters) -> int:
    """An id before the first one that can match."""
    return first_since(filters.since - _SLACK) - 1 if filters.since else 0


def first_since(at: datetime) -> int:
    """The id of the first delivery made at or after that time; one that does not exist yet when none was."""
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_SINCE, [at, at])
        (found,) = cursor.fetchone()
    return int(found)
