"""Who is here: the last request of a person and of each of their sessions. Counted in the web process and written with
the other counts, twice a minute, so that no page waits for it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.audit_buffers import Buffer, Counts
from accounts.models import User

HERE_FOR = timedelta(minutes=3)  # after the last request

Handler = Callable[[HttpRequest], HttpResponse]

# The rows are locked in one order: processes write at the same time.
_PEOPLE = """
  WITH given AS (SELECT * FROM unnest(%s::bigint[], %s::timestamptz[]) AS given (id, at))
UPDATE accounts_user AS person SET seen_at = greatest(person.seen_at, sent.at)
  FROM (SELECT found.id, (SELECT max(at) FROM given WHERE given.id = found.id) AS at
          FROM accounts_user AS found
         WHERE found.id IN (SELECT id FROM given)
         ORDER BY found.id FOR NO KEY UPDATE OF found) AS sent
 WHERE person.id = sent.id
"""
_SESSIONS = """
UPDATE usersessions_usersession AS session SET last_seen_at = greatest(session.last_seen_at, sent.at)
  FROM (SELECT found.id, given.at
          FROM unnest(%s::text[], %s::timestamptz[]) AS given (key, at)
          JOIN usersessions_usersession AS found ON found.session_key = given.key
         ORDER BY found.id FOR NO KEY UPDATE OF found) AS sent
 WHERE session.id = sent.id
"""


class LastSeen:
    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        user = getattr(request, "_cached_user", None)  # only where the view has asked who it is
        if isinstance(user, User) and request.session.session_key:
            buffer.add((user.pk, request.session.session_key))
        return response


def last_seen(user: User) -> datetime | None:
    return max(filter(None, (user.seen_at, user.last_login)), default=None)


def is_here(user: User) -> bool:
    seen = last_seen(user)
    return user.is_active and seen is not None and seen > timezone.now() - HERE_FOR


def _write(counts: Counts[tuple[int, str]]) -> None:
    people, sessions = (list(ids) for ids in zip(*counts, strict=True))
    at = [last for _, last in counts.values()]
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, [people, at])
        cursor.execute(_SESSIONS, [sessions, at])


buffer = Buffer(_write)
