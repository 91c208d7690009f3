"""Each page is in its reader's time zone: the one they chose, else their browser's, else UTC."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts import times
from accounts.auth import reader

JSON_PATHS = ("/review/api/",)  # their times are in UTC for every reader

Handler = Callable[[HttpRequest], HttpResponse]


class InReadersZone:
    """Activates the zone for the time of the request. A thread may still have that of its last reader."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with timezone.override(None if request.path_info.startswith(JSON_PATHS) else zone_of(request)):
            return self.get_response(request)


def zone_of(request: HttpRequest) -> ZoneInfo | None:
    person = reader.person_of(request)
    return times.zone_of(person.zone if person else "") or browsers(request)


def browsers(request: HttpRequest) -> ZoneInfo | None:
    """What js/shared/zone.js said of the browser."""
    return times.zone_of(unquote(request.COOKIES.get(settings.ZONE_COOKIE_NAME, "")))


def zone(request: HttpRequest) -> dict[str, str]:
    """For templates and their scripts: the zone of the page, and where a browser says its own."""
    return {"zone": times.current_zone(), "zone_name": times.zone_name(), "zone_cookie": settings.ZONE_COOKIE_NAME}
