"""Database sessions, read with one hand-written statement because every request loads one."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db

from accounts.database.statements import Statement

_LIVE = Statement(
    "SELECT session_data FROM django_session WHERE session_key = %(key)s AND expire_date > statement_timestamp()"
)


class SessionStore(db.SessionStore):
    def load(self) -> dict[str, Any]:
        """Fall back to Django's own load when no session is found: it discards the key that the browser sent."""
        found = _LIVE.first(key=self.session_key)
        return self.decode(found[0]) if found else super().load()
