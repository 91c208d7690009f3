"""Sessions in the database, read as cheaply as it goes: every request asks for one."""

from __future__ import annotations

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.database.prepared_query import Given, composed

_STANDING = composed(lambda: Session.objects.filter(session_key=Given("key"), expire_date__gt=Given("now")))


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        found = _STANDING(key=self.session_key, now=timezone.now())
        if not found:
            self._session_key = None
        return found[0] if found else None
