"""What the delivery log is asked for in its URL, and kept as by a redelivery of all that match."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from accounts.models import App
from accounts.whole_numbers import whole_number
from moderation.models import Case, Delivery
from moderation.models.webhooks.endpoint import EventType

LONGEST_REQUEST, LONGEST_DAY = 257, len("2026-11-28")
YEARS = range(2000, 3000)
CASES = 1_000  # of one request id, at most
OF_REQUEST = "(d.case_id = ANY(%(cases)s) OR d.webhook_id = %(request)s)"  # each side has its index


@dataclass(frozen=True, slots=True)
class Filters:
    """What a URL asks for; values that make no sense ask for nothing. `until` is excluded."""

    state: str = ""
    endpoint: int | None = None
    app: int | None = None
    type: str = ""
    request: str = ""  # a request's id, or a webhook's
    since: datetime | None = None
    until: datetime | None = None

    @classmethod
    def read(cls, sent: Mapping[str, Any]) -> Filters:
        return cls(
            state=_one_of(sent.get("state"), Delivery.State.values),
            endpoint=_number(sent.get("endpoint")),
            app=_number(sent.get("app")),
            type=_one_of(sent.get("type"), EventType.values),
            request=str(sent.get("request") or "").strip().replace("\0", "")[:LONGEST_REQUEST],
            since=_time(sent.get("since")),
            until=_time(sent.get("until"), end_of_day=True),
        )

    def stored(self) -> dict[str, str]:
        """As `read` reads it again, wherever the reader is."""
        named = {
            "state": self.state,
            "endpoint": self.endpoint,
            "app": self.app,
            "type": self.type,
            "request": self.request,
            "since": self.since and self.since.isoformat(),
            "until": self.until and self.until.isoformat(),
        }
        return {name: str(value) for name, value in named.items() if value}

    def cases(self) -> list[int] | None:
        """The newest cases of the request id; None when the filters name none."""
        if not self.request:
            return None
        apps = list(App.objects.values_list("pk", flat=True))
        named = Q(request_id=self.request) | Q(full_id=self.request, app__in=apps)
        return list(Case.objects.filter(named).order_by("-pk").values_list("pk", flat=True)[:CASES])


def conditions(filters: Filters) -> tuple[str, dict[str, Any]]:
    """SQL for what a row `d`, joined with its case `c`, must be, and its parameters."""
    wanted = {
        "d.state = %(state)s": filters.state,
        "d.endpoint_id = %(endpoint)s": filters.endpoint,
        "c.app_id = %(app)s": filters.app,
        "d.type = %(type)s": filters.type,
        OF_REQUEST: filters.request,
        "d.created_at >= %(since)s": filters.since,
        "d.created_at < %(until)s": filters.until,
    }
    sql = " AND ".join(condition for condition, asked in wanted.items() if asked)
    return sql or "true", {**_parameters(filters), "cases": filters.cases()}


def _parameters(filters: Filters) -> dict[str, Any]:
    return {
        "state": filters.state,
        "endpoint": filters.endpoint,
        "app": filters.app,
        "type": filters.type,
        "request": filters.request,
        "since": filters.since,
        "until": filters.until,
    }


def _one_of(sent: Any, known: list[str]) -> str:
    return sent if sent in known else ""


def _number(sent: Any) -> int | None:
    return whole_number(str(sent or ""))


def _time(sent: Any, *, end_of_day: bool = False) -> datetime | None:
    """A day or a time, in the reader's zone when it names none."""
    text = str(sent or "").strip()
    try:
        day, found = parse_date(text), parse_datetime(text)
        if day and len(text) <= LONGEST_DAY:
            found = datetime.combine(day + timedelta(days=end_of_day), time())
        if found is None or found.year not in YEARS:
            return None
        return timezone.make_aware(found) if timezone.is_naive(found) else found
    except (ValueError, OverflowError):
        return None
