"""Requests of people, each of whose changes is taken back and seen."""

from __future__ import annotations

from http.cookies import SimpleCookie
from typing import Any

from django.db import connection, transaction
from django.test import Client


class Visit:
    """In the transaction of a test, with the cookies of people who have signed in."""

    def __init__(self, client: Client, sessions: dict[str, SimpleCookie]) -> None:
        self.client, self.sessions, self.written = client, sessions, _rows_written()

    def __call__(self, person: str, path: str, sent: dict[str, Any] | None) -> tuple[Any, bool]:
        """The answer, and whether it changed something."""
        self.client.cookies = SimpleCookie(self.sessions[person].output(header=""))
        with transaction.atomic():
            answer = self.client.get(path) if sent is None else self.client.post(path, sent)
            before, self.written = self.written, _rows_written()
            transaction.set_rollback(True)
        return answer, self.written != before


def _rows_written() -> int:
    """Into tables of ours, since the transaction of this test began."""
    ours = ["review%", "moderation%", "accounts_user", "accounts_app", "accounts_accesskey", "accounts_invitation"]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables WHERE relname LIKE ANY (%s)",
            [ours],
        )
        return int(cursor.fetchone()[0])
