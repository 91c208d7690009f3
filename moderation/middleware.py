"""What must be said however deep the trouble is."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from psycopg.errors import IdleInTransactionSessionTimeout, ReadOnlySqlTransaction, TransactionTimeout
from psycopg_pool import PoolTimeout

from moderation.api import problems
from moderation.media.store import StoreDown

log = logging.getLogger(__name__)

UNAVAILABLE = (OperationalError, InterfaceError, PoolTimeout)
SEEN_AS_INTERNAL = (ReadOnlySqlTransaction, IdleInTransactionSessionTimeout, TransactionTimeout)  # by Django

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


def _try_again(request: HttpRequest, what: str) -> HttpResponse:
    detail = f"{what} does not answer just now; nothing was written. Send the request again."
    return problems.page(request, 503, detail, headers={"Retry-After": "5"})
