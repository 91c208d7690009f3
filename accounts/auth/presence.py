"""Who is here: the last request of a person and of each of their sessions, to the minute. A web process writes it
once a minute for a session, not with every request.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.database.statements import Statement
from accounts.last_use import LastUse
from accounts.models import User

EVERY = timedelta(minutes=1)
HERE_FOR = timedelta(minutes=3)  # after the last request

Handler = Callable[[HttpRequest], HttpResponse]

_SEEN = LastUse(
    Statement(
        """
        WITH person AS (
            UPDATE accounts_user SET seen_at = statement_timestamp()
             WHERE id IN (SELECT id FROM accounts_user
                           WHERE id = %(user)s
                             AND (seen_at IS NULL OR seen_at < statement_timestamp() - interval '1 minute')
                             FOR NO KEY UPDATE SKIP LOCKED)
        )
        UPDATE usersessions_usersession SET last_seen_at = statement_timestamp()
         WHERE id IN (SELECT id FROM usersessions_usersession
                       WHERE session_key = %(id)s AND last_seen_at < statement_timestamp() - interval '1 minute'
                         FOR NO KEY UPDATE SKIP LOCKED)
        RETURNING id
        """
    )
)


class LastSeen:
    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        user = getattr(request, "_cached_user", None)  # only where the view has asked who it is
        if isinstance(user, User) and request.session.session_key and not _has_just_signed_in(user):
            _SEEN.record(request.session.session_key, user=user.pk)
        return response


def last_seen(user: User) -> datetime | None:
    return max(filter(None, (user.seen_at, user.last_login)), default=None)


def is_here(user: User) -> bool:
    seen = last_seen(user)
    return user.is_active and seen is not None and seen > timezone.now() - HERE_FOR


def _has_just_signed_in(user: User) -> bool:
    """That is noted already, of the person and of the session."""
    return user.last_login is not None and user.last_login > timezone.now() - EVERY
