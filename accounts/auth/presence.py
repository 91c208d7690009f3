"""Who is here: a person's last request, to the minute. Written once a minute, not with every request."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.database.statements import Statement
from accounts.models import User

EVERY = timedelta(minutes=1)
HERE_FOR = timedelta(minutes=3)  # after the last request

Handler = Callable[[HttpRequest], HttpResponse]

_SEEN = Statement(
    """
    WITH person AS (
        UPDATE accounts_user SET seen_at = statement_timestamp() WHERE id = %(user)s
    )
    UPDATE usersessions_usersession SET last_seen_at = statement_timestamp() WHERE session_key = %(key)s
    RETURNING id
    """
)


class LastSeen:
    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        user = getattr(request, "_cached_user", None)  # only where the view has asked who it is
        if isinstance(user, User) and _is_old(last_seen(user)):
            _write(user, request.session.session_key)
        return response


def last_seen(user: User) -> datetime | None:
    return max(filter(None, (user.seen_at, user.last_login)), default=None)


def is_here(user: User) -> bool:
    seen = last_seen(user)
    return user.is_active and seen is not None and seen > timezone.now() - HERE_FOR


def _is_old(seen: datetime | None) -> bool:
    return seen is None or seen < timezone.now() - EVERY


def _write(user: User, session_key: str | None) -> None:
    try:
        _SEEN.rows(user=user.pk, key=session_key or "")
    except Error:  # a database that is read-only for a while must not cost anybody the page they have got
        return
