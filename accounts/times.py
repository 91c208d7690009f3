"""Times as people and machines read them: pages in the reader's zone, activated by `auth.zone`; the API in UTC."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cache
from typing import overload
from zoneinfo import ZoneInfo, available_timezones

from django.utils import timezone
from django.utils.translation import gettext

LONGEST_NAME = 64
MOST_YEARS_AHEAD = 50


@cache
def zone_names() -> tuple[str, ...]:
    """Every zone that a person can choose, in the order of their names."""
    places = (name for name in _known() if "/" in name and not name.startswith(("Etc/", "SystemV/")))
    return ("UTC", *sorted(places))


def zone_of(name: str) -> ZoneInfo | None:
    """The zone of this name; None for a name that is unknown here."""
    return ZoneInfo(name) if name in _known() else None


@cache
def _known() -> frozenset[str]:
    return frozenset(name for name in available_timezones() if len(name) <= LONGEST_NAME)


def current_zone() -> str:
    """The identifier of the reader's zone: "Asia/Shanghai"."""
    return str(timezone.get_current_timezone())


def zone_name() -> str:
    """The reader's zone with its present offset: "Asia/Shanghai (UTC+08:00)"."""
    name, offset = current_zone(), f"{timezone.localtime():%z}"
    return name if name == "UTC" else f"{name} (UTC{offset[:3]}:{offset[3:5]})"


def check_ahead(at: datetime | None) -> None:
    """Raises ValueError for a time that is further ahead than anybody plans: some zones cannot tell the last ones."""
    if at is not None and at > timezone.now() + timedelta(days=365.25 * MOST_YEARS_AHEAD):
        raise ValueError(gettext("Choose a time within the next {n} years.").format(n=MOST_YEARS_AHEAD))


def today() -> date:
    return timezone.localdate()


def midnight(day: date) -> datetime:
    """The begin of the reader's day."""
    return datetime.combine(day, time(), timezone.get_current_timezone())


def text(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}"


def minute(at: datetime | None) -> str:
    """To the minute, as a browser's field for date and time has it; "" for no time."""
    return f"{timezone.localtime(at):%Y-%m-%dT%H:%M}" if at else ""


@overload
def iso(at: datetime) -> str: ...
@overload
def iso(at: datetime | None) -> str | None: ...
def iso(at: datetime | None) -> str | None:
    """As the API has times: RFC 3339 in UTC."""
    return _in_utc(at).isoformat().replace("+00:00", "Z") if at else None


def iso_seconds(at: datetime) -> str:
    """The same in whole seconds, as webhooks and events have them."""
    return _in_utc(at).isoformat(timespec="seconds").replace("+00:00", "Z")


def _in_utc(at: datetime) -> datetime:
    return at.astimezone(timezone.get_fixed_timezone(0))
