"""Sessions in the database, read as cheaply as it goes: every request asks for one."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db

from accounts.database.statements import Statement

_LIVE = Statement(
    "SELECT session_data FROM django_session WHERE session_key = %(key)s AND expire_date > statement_timestamp()"
)


class SessionStore(db.SessionStore):
    def load(self) -> dict[str, Any]:
        """Django's own looks again where there is none, and forgets the key that the browser sent."""
        found = _LIVE.first(key=self.session_key)
        return self.decode(found[0]) if found else super().load()
