"""Find or create the cases of submissions: once each, however many senders post them at the same moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Now

from accounts.database import write_batch
from accounts.models import App
from moderation.contract import json_text
from moderation.contract.search_terms import MOST_TERMS, terms_of
from moderation.contract.values import Request
from moderation.intake.pictures import is_address
from moderation.intake.submissions import Arrival, Identity
from moderation.models import Case, Event

_KNOWN_EVENTS: set[tuple[int, str]] = set()  # per process, to spare an insert that would change nothing

_PICTURES = ("img", "imgCompareBase")

_COLUMNS = [field.attname for field in Case._meta.concrete_fields]

# A second sender of the same case waits here for the first one's commit. All senders insert in one order, and lock
# (below) in one order afterwards, so that overlapping batches never deadlock.
_ONCE = "ORDER BY app_id, request_id, bt_id ON CONFLICT (app_id, request_id, bt_id) DO NOTHING"
_FIND = """
SELECT c.id
  FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS sent (app_id, request_id, bt_id)
  JOIN moderation_case c USING (app_id, request_id, bt_id)
"""


def register_events(arrivals: Sequence[Arrival]) -> None:
    """Insert new events of a whole batch, in one order too, before any of its cases is created or locked."""
    sent = {(arrival.app.pk, arrival.request.event_id) for arrival in arrivals if arrival.request}
    unknown = sorted(event for event in sent - _KNOWN_EVENTS if event[1])
    if unknown:
        events = [Event(app_id=app, event_id=event_id) for app, event_id in unknown]
        Event.objects.bulk_create(events, ignore_conflicts=True)
        transaction.on_commit(partial(_KNOWN_EVENTS.update, unknown))


def create(arrivals: Sequence[Arrival], states: Sequence[Case.State]) -> dict[Identity, Case]:
    """Create the cases that do not exist yet; returns them with their `received_at`."""
    sent = {arrival.identity: _row(arrival, state) for arrival, state in zip(arrivals, states, strict=True)}
    told = "app_id, request_id, bt_id, id, received_at"
    made = write_batch.insert(Case, list(sent.values()), suffix=_ONCE, returning=told)
    apps = {arrival.app.pk: arrival.app for arrival in arrivals}
    return {(app, *ids): _made(apps[app], sent[app, *ids], pk, at) for app, *ids, pk, at in made}


def lock(arrivals: Sequence[Arrival]) -> tuple[dict[Identity, Case], datetime]:
    """Lock the cases that exist, in one order; returns them and the database's time."""
    identities = [list(column) for column in zip(*(arrival.identity for arrival in arrivals), strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_FIND, identities)
        keys = [pk for (pk,) in cursor.fetchall()]
    found = Case.objects.filter(pk__in=keys).order_by("pk").select_for_update(no_key=True).annotate(now=Now())
    apps = {arrival.app.pk: arrival.app for arrival in arrivals}
    cases: dict[Identity, Case] = {(case.app_id, case.request_id, case.bt_id): case for case in found}
    for case in cases.values():
        case.app = apps[case.app_id]
    return cases, found[0].now


def complete(case: Case, arrival: Arrival) -> None:
    """Store the request of a later result when the case has none: a callback, for example, comes without it."""
    if case.request is None and arrival.request is not None:
        for name, value in _facts(arrival.request).items():
            setattr(case, name, value)
        case.request = _text(arrival.request)
        case.save(update_fields=[*_facts(arrival.request), "request"])


def add_terms(case: Case, arrival: Arrival) -> None:
    """A case is found by what any of its results said."""
    terms = sorted({*case.terms, *terms_of(arrival.request, arrival.result)})[: 2 * MOST_TERMS]
    if terms != case.terms:
        case.terms = terms
        case.save(update_fields=["terms"])


def set_states(cases: Sequence[Case], states: Sequence[Case.State]) -> None:
    """Set the states of the cases; only changes are written."""
    changed = [case for case, state in zip(cases, states, strict=True) if case.state != state]
    for case, state in zip(cases, states, strict=True):
        case.state = state
    Case.objects.bulk_update(changed, ["state"])


def _row(arrival: Arrival, state: Case.State) -> dict[str, Any]:
    app, request_id, bt_id = arrival.identity
    facts = _facts(arrival.request or Request(raw={})) | {"request": _text(arrival.request)}
    facts["terms"] = terms_of(arrival.request, arrival.result)
    return {"app_id": app, "request_id": request_id, "bt_id": bt_id, "state": state.value, **facts}


def _facts(request: Request) -> dict[str, Any]:
    names = ("event_id", "type", "token_id", "data_id", "is_token_separate")
    return {name: getattr(request, name) for name in names}


def _made(app: App, row: dict[str, Any], pk: int, received_at: datetime) -> Case:
    values = {"id": pk, "received_at": received_at, **row}
    case = Case.from_db(connection.alias, _COLUMNS, [values[name] for name in _COLUMNS])  # by place: half the time
    case.app = app
    return case


def _text(request: Request | None) -> str | None:
    """The request as JSON text, without pixels sent as base64: those of `img` are in the picture store until they are
    processed, and this product does no face comparison (`imgCompareBase`).
    """
    if request is None:
        return None
    kept: dict[str, Any] = dict(request.raw)
    data = kept.get("data")
    if isinstance(data, dict):
        kept["data"] = {name: value for name, value in data.items() if not _is_pixels(name, value)}
    return json_text.dumps(kept)


def _is_pixels(name: str, value: Any) -> bool:
    """Whether a field holds a picture sent as base64."""
    return name in _PICTURES and isinstance(value, str) and bool(value) and not is_address(value)
