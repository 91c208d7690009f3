"""Send machine results in, and read what became of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import quote

from second_look.request import Json, Paged, Request, without_nothing
from second_look.result_values import Accepted, AcceptedBatch, Case, Delivery, Event

RESULTS, DELIVERIES = "/api/v1/results", "/api/v1/deliveries"


def post(result: Json, *, request: Json | None = None, app_id: str | None = None) -> Request[Accepted]:
    """Send in one image v4 result, with the request that it answers. The same again changes nothing."""
    return Request("POST", RESULTS, Accepted.read, submission(result, request=request, app_id=app_id))


def post_batch(items: Iterable[Json], *, app_id: str | None = None) -> Request[AcceptedBatch]:
    """Send in up to 1,000 results, bare or made by `submission`. Good ones are kept whatever the others are."""
    return Request("POST", RESULTS, AcceptedBatch.read, list(items), query=without_nothing({"appId": app_id}))


def submission(result: Json, *, request: Json | None = None, app_id: str | None = None) -> dict[str, Any]:
    """One result of a batch, with its request and its app."""
    return without_nothing({"appId": app_id, "request": request, "result": result})


def get(request_id: str, *, app_id: str | None = None) -> Request[Case]:
    """What became of a result. Raises NotFound."""
    path = f"{RESULTS}/{quote(request_id, safe='')}"
    return Request("GET", path, Case.read, query=without_nothing({"appId": app_id}))


def cases(
    *,
    state: str | None = None,
    token_id: str | None = None,
    data_id: str | None = None,
    app_id: str | None = None,
    risk_label1: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    page_size: int | None = None,
) -> Paged[Case]:
    """Cases, newest first: received from `since` on and before `until`. `page_size` is at most 1,000."""
    asked = {"state": state, "tokenId": token_id, "dataId": data_id, "appId": app_id, "riskLabel1": risk_label1}
    times = {"since": _iso(since), "until": _iso(until)}
    return Paged(RESULTS, Case.read, without_nothing({**asked, **times, "limit": page_size}))


def events(*, after: str | None = None, app_id: str | None = None, page_size: int | None = None) -> Paged[Event]:
    """Every final result after that cursor, in the order of release, until there is nothing new. None is skipped or
    repeated. Raises OutdatedCursor after a restore.
    """
    query = without_nothing({"after": after, "appId": app_id, "limit": page_size})
    return Paged("/api/v1/events", Event.read, query, cursor_name="after", is_feed=True)


def deliveries(
    *,
    state: str | None = None,
    endpoint: str | None = None,
    request_id: str | None = None,
    page_size: int | None = None,
) -> Paged[Delivery]:
    """The delivery log, newest first. `endpoint` is a name or an id."""
    asked = {"state": state, "endpoint": endpoint, "requestId": request_id, "limit": page_size}
    return Paged(DELIVERIES, Delivery.read, without_nothing(asked))


def redeliver(delivery_id: str) -> Request[Delivery]:
    """One more try of a delivery that is dead or was delivered. Raises Conflict where it cannot be sent again."""
    return Request("POST", f"{DELIVERIES}/{quote(delivery_id, safe='')}/redeliver", Delivery.read)


def _iso(at: datetime | None) -> str | None:
    """Raises ValueError for a time without a zone: it would mean another moment on another machine."""
    if at and at.tzinfo is None:
        raise ValueError("Give a time with its zone, as datetime.now(UTC).")
    return at.isoformat() if at else None
