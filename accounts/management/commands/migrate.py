"""`manage.py migrate`: as Django's, but without the time limits that settings give every session. They are meant for
requests; a migration that rewrites a table of millions of rows takes longer, and would be ended and taken back.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management import CommandError
from django.core.management.commands import migrate
from django.db import connections

BEHIND_POOLER = (
    "A migration needs a session of its own, which a pooler does not give (DATABASE_POOLER). Run it with"
    " DATABASE_POOLER=false and a DATABASE_URL that leads to PostgreSQL itself."
)
NO_LIMITS = "-c statement_timeout=0 -c idle_in_transaction_session_timeout=0 -c transaction_timeout=0"


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        connection: Any = connections[options["database"]]
        if connection.knows_pooler:
            raise CommandError(BEHIND_POOLER)
        with _without_limits(connection):
            super().handle(*args, **options)


@contextmanager
def _without_limits(connection: Any) -> Iterator[None]:
    """A new session begins without them, and so a migration's own RESET does not bring them back."""
    limited = connection.settings_dict["OPTIONS"]
    connection.settings_dict["OPTIONS"] = limited | {"options": f"{limited.get('options', '')} {NO_LIMITS}"}
    _begin_anew(connection)
    try:
        yield
    finally:
        connection.settings_dict["OPTIONS"] = limited
        _begin_anew(connection)


def _begin_anew(connection: Any) -> None:
    connection.close()
    connection.close_pool()
