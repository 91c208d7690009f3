"""Find or create the cases of submissions: once each, however many senders post them at the same moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.db.models import Func
from django.db.models.functions import Now

from accounts.database import write_batch
from accounts.database.cursors import prepared_cursor
from accounts.models import App
from moderation.contract import json_text
from moderation.contract.fields import NOTHING, Fields
from moderation.contract.image_request import read_request
from moderation.contract.parse import read_stored_request
from moderation.contract.search_terms import MOST_TERMS, terms_of
from moderation.contract.values import Request
from moderation.gateway_facts import GatewayFacts
from moderation.intake.pictures import is_address
from moderation.intake.submissions import Arrival, Identity
from moderation.models import Case, Event

_KNOWN_EVENTS: set[tuple[int, str]] = set()  # per process, to spare an insert that would change nothing

_PARTS = ("data", "extra", "streamInfo")  # of a request, filled field by field; what is passed through stays whole
_NOW = Func(function="clock_timestamp")  # later than the lock of the row, which a statement's own time may not be
_PICTURES = ("img", "imgCompareBase")

_COLUMNS = [field.attname for field in Case._meta.concrete_fields]
_TIMES = [name for name in _COLUMNS if name.endswith("_at")]
_ERASED = [name for name in _TIMES if name.endswith("_erased_at")]

# A second sender of the same case waits here for the first one's commit. All senders insert in one order, and lock
# (below) in one order afterwards, so that overlapping batches never deadlock.
_ONCE = """
ORDER BY app_id, CASE bt_id WHEN '' THEN request_id ELSE request_id || '_' || bt_id END
ON CONFLICT (app_id, full_id, homonym) DO NOTHING
"""
_FIND = """
SELECT c.id, c.app_id, c.full_id, c.request_id, c.bt_id
  FROM unnest(%s::bigint[], %s::text[]) AS sent (app_id, full_id)
  JOIN moderation_case c USING (app_id, full_id)
"""


def register_events(arrivals: Sequence[Arrival]) -> None:
    """Insert new events of a whole batch, in one order too, before any of its cases is created or locked."""
    sent = {(arrival.app.pk, arrival.request.event_id) for arrival in arrivals if arrival.request}
    unknown = sorted(event for event in sent - _KNOWN_EVENTS if event[1])
    if unknown:
        events = [Event(app_id=app, event_id=event_id) for app, event_id in unknown]
        Event.objects.bulk_create(events, ignore_conflicts=True)
        transaction.on_commit(partial(_KNOWN_EVENTS.update, unknown))


def create(arrivals: Sequence[Arrival], states: Sequence[Case.State], *, apart: bool = False) -> dict[Identity, Case]:
    """Create the cases that do not exist yet; returns them with their `received_at`. `apart` creates cases whose joined
    ids are another case's.
    """
    sent = {arrival.identity: _row(arrival, state, apart) for arrival, state in zip(arrivals, states, strict=True)}
    told = "app_id, full_id, id, received_at"
    made = write_batch.insert(Case, list(sent.values()), suffix=_ONCE, returning=told)
    apps = {arrival.app.pk: arrival.app for arrival in arrivals}
    return {(app, name): _made(apps[app], name, sent[app, name], pk, at) for app, name, pk, at in made}


def find(arrivals: Sequence[Arrival]) -> dict[Identity, int]:
    """The keys of the cases that exist. A body with the joined ids alone is about the item of a batch that they name,
    and the other way round.
    """
    if not arrivals:
        return {}
    identities = [list(column) for column in zip(*(arrival.identity for arrival in arrivals), strict=True)]
    with prepared_cursor() as cursor:
        cursor.execute(_FIND, identities)
        rows = cursor.fetchall()
    spelt: dict[Identity, list[tuple[int, str, str]]] = {}
    for pk, app, name, request_id, bt_id in rows:
        spelt.setdefault((app, name), []).append((pk, request_id, bt_id))
    found = {arrival.identity: _meant(arrival, spelt.get(arrival.identity, [])) for arrival in arrivals}
    return {identity: pk for identity, pk in found.items() if pk is not None}


def lock(arrivals: Sequence[Arrival], keys: Mapping[Identity, int]) -> tuple[dict[Identity, Case], datetime]:
    """Lock the cases of these arrivals, in one order; returns them and the database's time."""
    rows = Case.objects.filter(pk__in=list(keys.values())).order_by("pk").select_for_update(no_key=True)
    found = {case.pk: case for case in rows.annotate(now=Now())}
    cases: dict[Identity, Case] = {arrival.identity: found[keys[arrival.identity]] for arrival in arrivals}
    for arrival in arrivals:
        cases[arrival.identity].app = arrival.app
    return cases, next(iter(found.values())).now


def _meant(arrival: Arrival, spelt: Sequence[tuple[int, str, str]]) -> int | None:
    """Of the cases with the same joined ids: the one spelt alike, else one of which only the joined ids are known. The
    joined ids alone mean the oldest.
    """
    result = arrival.result
    for pk, *ids in sorted(spelt):
        if ids == [result.request_id, result.bt_id]:
            return pk
    return next((pk for pk, _, bt_id in sorted(spelt) if not bt_id or not result.bt_id), None)


def add_terms(case: Case, arrival: Arrival) -> None:
    """A case is found by what any of its results said."""
    terms = sorted({*case.terms, *terms_of(arrival.request, arrival.result)})[: 2 * MOST_TERMS]
    if terms != case.terms:
        case.terms = terms
        case.save(update_fields=["terms"])


def name_item(case: Case, arrival: Arrival) -> None:
    """Store the two ids of an item of a batch that was known by its joined ids alone."""
    if arrival.result.bt_id and not case.bt_id:
        case.request_id, case.bt_id = arrival.result.request_id, arrival.result.bt_id
        case.save(update_fields=["request_id", "bt_id"])


def complete(case: Case, arrival: Arrival) -> tuple[bool, bool]:
    """Fill what the case does not know of its ids and its request from a later body: a callback, for example, comes
    without a request. What is known stays.

    Returns whether the body has another request than the case, and whether anything in it was new.
    """
    name_item(case, arrival)
    text = _text(arrival.request)
    if text is None or text == case.request:
        return False, False
    known = json_text.loads(case.request.encode()) if case.request else None
    filled = _filled(known or {}, json_text.loads(text.encode()))
    if filled == known:
        return True, False
    facts = _facts(read_request(Fields(filled)) or Request(raw={}))
    for name, value in {**facts, "request": json_text.dumps(filled)}.items():
        setattr(case, name, value)
    case.save(update_fields=[*facts, "request"])
    Case.objects.filter(pk=case.pk).update(completed_at=_NOW)
    return True, True


def is_erased(case: Case) -> bool:
    """Whether something of it was erased since its last result."""
    return any(getattr(case, name) for name in _ERASED)


def keep_anew(case: Case) -> None:
    """A later result of an erased case is kept as any other, until it is erased again."""
    for name in _ERASED:
        setattr(case, name, None)
    case.save(update_fields=_ERASED)


def request_of(case: Case) -> Request | None:
    """The request as it is stored, without pixels sent as base64."""
    return read_stored_request(case.request)


def stand(found: Sequence[Case], *, states: Mapping[int, Case.State], revisions: Mapping[int, int]) -> None:
    """Set the states of cases and the results they stand on, by the case's key; only changes are written."""
    changed = []
    for case in found:
        state, revision = states.get(case.pk, case.state), revisions.get(case.pk, case.stands_on)
        if (case.state, case.stands_on) != (state, revision):
            changed.append(case)
        case.state, case.stands_on = state, revision
    Case.objects.bulk_update(changed, ["state", "stands_on"])


def _filled(known: dict[str, Any], later: dict[str, Any]) -> dict[str, Any]:
    filled = dict(known)
    for name, value in later.items():
        if name in _PARTS and isinstance(known.get(name), dict) and isinstance(value, dict):
            filled[name] = _filled(known[name], value)
        elif known.get(name) in ("", *NOTHING):
            filled[name] = value
    return filled


def _row(arrival: Arrival, state: Case.State, apart: bool) -> dict[str, Any]:
    request_id, bt_id = arrival.result.request_id, arrival.result.bt_id
    ids = {"app_id": arrival.app.pk, "request_id": request_id, "bt_id": bt_id, "homonym": bt_id if apart else ""}
    facts = _facts(arrival.request or Request(raw={})) | {"request": _text(arrival.request)}
    facts["terms"] = terms_of(arrival.request, arrival.result)
    gateway = arrival.submission.gateway or GatewayFacts()
    facts["by_gateway"] = arrival.submission.gateway is not None
    facts |= {"callback": gateway.callback, "narrowing": gateway.narrowing.as_json() if gateway.narrowing else None}
    return {**ids, "state": state.value, **facts}


def _facts(request: Request) -> dict[str, Any]:
    names = ("event_id", "type", "token_id", "data_id", "is_token_separate")
    return {name: getattr(request, name) for name in names}


def _made(app: App, name: str, row: dict[str, Any], pk: int, received_at: datetime) -> Case:
    times = {**dict.fromkeys(_TIMES), "received_at": received_at}
    values = {"id": pk, "full_id": name, "stands_on": 1, **times, **row}
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
