"""Page through cases, newest first, reading no more rows than a page needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from rest_framework import serializers

from accounts.models import App
from moderation import labels
from moderation.models import Case

LOOKED_AT = 5000  # cases that one page may scan for a label; the next page continues after them
PAGE_BYTES = 4 * 1024 * 1024  # of machine results; a page ends before it has more, but has at least one
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CaseKey = tuple[int, datetime, str | None, int | None]
"""A case's id and time, its machine's label and the bytes of its result."""
Place = tuple[int, int]
"""When a case was received, in µs since 1970, and its id."""

# One short scan of `case_newest` per app and state, however the million rows before it are distributed. Cases whose
# verdict can still be undone are listed as queued; they are few, and found by the index of unreleased results.
_NEWEST = """
WITH undoable AS MATERIALIZED (
    SELECT DISTINCT f.case_id AS id
      FROM moderation_finalresult f
     WHERE f.event_number IS NULL AND f.voided_at IS NULL AND f.release_at > statement_timestamp()
       AND NOT EXISTS (SELECT FROM moderation_finalresult r
                        WHERE r.case_id = f.case_id AND r.voided_at IS NULL AND r.release_at <= statement_timestamp())
), newest AS MATERIALIZED (
    SELECT c.id, c.received_at, c.stands_on
      FROM unnest(%(apps)s::bigint[]) AS app (id)
     CROSS JOIN unnest(%(states)s::text[]) AS state (name)
     CROSS JOIN LATERAL (
        SELECT c.id, c.received_at, c.stands_on
          FROM moderation_case c
         WHERE c.app_id = app.id AND c.state = state.name AND {conditions}
           AND (%(undoable)s OR c.state <> 'final' OR c.id NOT IN (SELECT id FROM undoable))
         ORDER BY c.received_at DESC, c.id DESC
         LIMIT %(most)s
     ) c
    UNION ALL
    SELECT c.id, c.received_at, c.stands_on
      FROM undoable JOIN moderation_case c USING (id)
     WHERE %(told_queued)s AND c.app_id = ANY(%(apps)s) AND {conditions}
     ORDER BY received_at DESC, id DESC
     LIMIT %(most)s
)
SELECT newest.id, newest.received_at, machine.risk_label1, machine.size
  FROM newest
  LEFT JOIN LATERAL (
        SELECT m.risk_label1, octet_length(coalesce(m.merged, m.raw)) AS size
          FROM moderation_machineresult m
         WHERE m.case_id = newest.id AND m.revision = newest.stands_on
  ) machine ON true
 ORDER BY newest.received_at DESC, newest.id DESC
"""
_CONDITIONS = {
    "tokenId": "c.token_id = %(tokenId)s AND c.token_id <> ''",
    "dataId": "c.data_id = %(dataId)s AND c.data_id <> ''",
    "since": "c.received_at >= %(since)s",
    "until": "c.received_at < %(until)s",
    "cursor": "(c.received_at, c.id) < (%(received_at)s, %(id)s)",
}


@dataclass(frozen=True, slots=True)
class CasePage:
    """`next` is where the next page starts, None when this is the last."""

    cases: list[Case]
    next: Place | None


def newest(asked: dict[str, Any], *, app: App | None) -> CasePage:
    """The cases that match the parameters (see parameters.ResultsCall), of one app or of all."""
    limit = asked["limit"]
    most = max(LOOKED_AT, limit) if "riskLabel1" in asked else limit
    rows = _rows(asked, app=app, most=most + 1)
    chosen, looked_at = _chosen(rows[:most], asked)
    following = rows[looked_at - 1] if looked_at < len(rows) else None
    return CasePage(_in_order(chosen), _place(following[1], following[0]) if following else None)


def _rows(asked: dict[str, Any], *, app: App | None, most: int) -> list[CaseKey]:
    state = asked.get("state")
    conditions = [condition for name, condition in _CONDITIONS.items() if name in asked]
    values = {
        "apps": [app.pk] if app else list(App.objects.values_list("pk", flat=True)),
        "states": [state] if state else list(Case.State.values),
        "undoable": state is None,
        "told_queued": state == Case.State.QUEUED,
        "most": most,
    }
    if "cursor" in asked:
        values |= {"received_at": _moment(asked["cursor"]), "id": asked["cursor"][1]}
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST.format(conditions=" AND ".join(conditions) or "true"), asked | values)
        rows: list[CaseKey] = cursor.fetchall()
        return rows


def _chosen(rows: list[CaseKey], asked: dict[str, Any]) -> tuple[list[int], int]:
    """The ids for the page, and how many rows were scanned for it."""
    taxonomy, room, chosen = labels.in_force(), PAGE_BYTES, list[int]()
    wanted = taxonomy.canonical(asked["riskLabel1"]) if "riskLabel1" in asked else None
    for looked_at, (case_id, _, label, size) in enumerate(rows):
        if wanted is not None and taxonomy.canonical(label or "") != wanted:
            continue
        room -= size or 0
        if len(chosen) == asked["limit"] or (chosen and room < 0):
            return chosen, looked_at
        chosen.append(case_id)
    return chosen, len(rows)


def _in_order(ids: list[int]) -> list[Case]:
    found = Case.objects.select_related("app").in_bulk(ids)
    return [found[one] for one in ids if one in found]


def _place(received_at: datetime, case_id: int) -> Place:
    return (received_at - _EPOCH) // timedelta(microseconds=1), case_id


def _moment(place: Place) -> datetime:
    try:
        return _EPOCH + timedelta(microseconds=place[0])
    except OverflowError:
        raise serializers.ValidationError({"cursor": "This is no cursor of this list."}) from None
