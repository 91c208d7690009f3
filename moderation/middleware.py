"""What must be said however deep the trouble is."""

from __future__ import annotations

import logging
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.middleware.common import CommonMiddleware
from django.shortcuts import resolve_url
from django.utils import translation
from django_htmx.middleware import HtmxDetails
from psycopg.errors import IdleInTransactionSessionTimeout, ReadOnlySqlTransaction, TransactionTimeout
from psycopg_pool import PoolTimeout

from moderation.api import problems
from moderation.media.store import StoreDown

log = logging.getLogger(__name__)

UNAVAILABLE = (OperationalError, InterfaceError, PoolTimeout)
SEEN_AS_INTERNAL = (ReadOnlySqlTransaction, IdleInTransactionSessionTimeout, TransactionTimeout)  # by Django

OPERATORS_PATHS = ("/healthz", "/readyz", "/metrics")  # what monitors and scrapers ask for

NOT_ASKED_FOR = (
    *("accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media"),
    *("geolocation", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi"),
    *("payment", "publickey-credentials-create", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking"),
)

Handler = Callable[[HttpRequest], HttpResponse]


class DatabaseUnavailable:
    """A database that is down, full or read-only is a 503 to be tried again, and nothing was acknowledged.

    So is a picture store: a base64 picture could not be kept, or a kept one not be read.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, StoreDown):
            log.error("The picture store does not answer: %s", error)
            return _try_again(request, "The picture store")
        if not isinstance(error, UNAVAILABLE) and not isinstance(error.__cause__, SEEN_AS_INTERNAL):
            return None
        log.error("The database does not answer: %s", error)
        return _try_again(request, "The database")


class CheckHost(CommonMiddleware):
    """Whoever operates us asks a process by its own address, which is no host name of ours: there any name will do."""

    def process_request(self, request: HttpRequest) -> HttpResponsePermanentRedirect | None:
        return None if request.path_info in OPERATORS_PATHS else super().process_request(request)


class SignInOnAWholePage:
    """A part of a page that is asked for when the session has ended becomes no login form inside a table: the answer is
    a 401 that has htmx go to the login page, and from there back to the page that asked.
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
    """What a browser could give a page and none of ours asks for; whatever was injected into one gets it neither."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", ", ".join(f"{feature}=()" for feature in NOT_ASKED_FOR))
        return response


class NotKept:
    """What no view says to keep is kept nowhere: not on its way, and not in a browser whose person signed out."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class InEnglish:
    """Answers to machines are; the thread may still speak the language of the person it served before."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with translation.override("en"):
            return self.get_response(request)


def _leads_to_login(response: HttpResponseRedirect) -> bool:
    return urlsplit(response.url).path == resolve_url(settings.LOGIN_URL)


def _try_again(request: HttpRequest, what: str) -> HttpResponse:
    detail = f"{what} does not answer just now; nothing was written. Send the request again."
    return problems.page(request, 503, detail, headers={"Retry-After": "5"})
