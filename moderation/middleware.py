"""Middleware: 503 for outages, 400 for NUL, host check, sign-in redirects for htmx, and response headers."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.db import DataError
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.middleware.common import CommonMiddleware
from django.shortcuts import resolve_url
from django.utils import translation
from django.views import defaults
from django.views.defaults import bad_request
from django_htmx.middleware import HtmxDetails

from moderation.api import problems
from moderation.media.store import StoreDown
from moderation.runtime.outages import is_outage
from moderation.runtime.request_slots import REFUSED, NoSlot

log = logging.getLogger(__name__)

ALIVE_PATH = "/healthz"
OPERATORS_PATHS = (ALIVE_PATH, "/readyz", "/metrics")  # requested by monitors and scrapers

JSON_PATHS = (*settings.MACHINE_PATHS, "/review/api/")
NOT_ASKED_FOR = (
    *("accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media"),
    *("geolocation", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi"),
    *("payment", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking"),
)

Handler = Callable[[HttpRequest], HttpResponse]


class DatabaseUnavailable:
    """Returns 503 (retry) when the database is down, full or read-only; nothing was acknowledged.

    Likewise when the picture store is down: a base64 picture could not be stored, or a stored one not read.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return _too_many(request) if REFUSED in request.META else self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return unavailable(request, error)


class NoNul:
    """PostgreSQL stores no NUL and finds none: 400 to whoever sends one to a page, in whichever field. In a query
    it is refused before the view, which may do anything with it. JSON calls name the parameter themselves.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "%00" in request.META.get("QUERY_STRING", "") and not request.path_info.startswith(JSON_PATHS):
            return bad_request(request, BadRequest("There is a NUL in the address."))
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return bad_request(request, error) if isinstance(error, DataError) and "NUL" in str(error) else None


class CheckHost(CommonMiddleware):
    """Monitors address a process by its own IP address, which is not in ALLOWED_HOSTS: their paths allow any host."""

    def process_request(self, request: HttpRequest) -> HttpResponsePermanentRedirect | None:
        return None if request.path_info in OPERATORS_PATHS else super().process_request(request)


class SignInOnAWholePage:
    """When the session has ended, an htmx request gets no login form inside a part of the page, but a 401 that has htmx
    open the login page, and after it the page that sent the request.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response, htmx = self.get_response(request), HtmxDetails(request)
        if not htmx or not isinstance(response, HttpResponseRedirect) or not _leads_to_login(response):
            return response
        back = redirect_to_login(htmx.current_url_abs_path or request.get_full_path())
        return HttpResponse(status=401, headers={"HX-Redirect": back.url})


class PermissionsPolicy:
    """Denies browser features that no page of ours uses, so that injected code cannot use them either."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", ", ".join(f"{feature}=()" for feature in NOT_ASKED_FOR))
        return response


class NotStored:
    """Responses without cache headers are not stored: not by proxies, and not in a browser after signing out."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class InEnglish:
    """Responses to machines are in English; the thread may still have the language of the last user it served."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with translation.override("en"):
            return self.get_response(request)


def _leads_to_login(response: HttpResponseRedirect) -> bool:
    return urlsplit(response.url).path == resolve_url(settings.LOGIN_URL)


def unavailable(request: HttpRequest, error: BaseException | None) -> HttpResponse | None:
    """503 for an error that the same request may not meet again; None for others."""
    if isinstance(error, StoreDown):
        log.error("The picture store does not answer: %s", error)
        return _try_again(request, "The picture store")
    if isinstance(error, NoSlot):
        return _too_many(request)
    if error is None or not is_outage(error):
        return None
    log.error("The database does not answer: %s", error)
    return _try_again(request, "The database")


def server_error(request: HttpRequest) -> HttpResponse:
    """The handler of errors that no view raised, but middleware: a session is loaded and saved there."""
    return unavailable(request, sys.exception()) or defaults.server_error(request)


def _too_many(request: HttpRequest) -> HttpResponse:
    detail = "Too many requests wait here just now; nothing was written. Send the request again."
    return problems.page(request, 503, detail, headers={"Retry-After": "5"})


def _try_again(request: HttpRequest, what: str) -> HttpResponse:
    detail = f"{what} does not answer just now; nothing was written. Send the request again."
    return problems.page(request, 503, detail, headers={"Retry-After": "5"})
