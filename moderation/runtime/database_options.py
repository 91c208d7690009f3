"""Options of database connections: how soon a dead server is noticed, how long a session may work, and what a pooler
between us and PostgreSQL allows (docs/decisions/0041).

Parameters in the query of DATABASE_URL take precedence over those here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# No transaction of ours outlives a request: these end one that would keep a snapshot open and slow the lease query for
# all users. The last needs PostgreSQL 17.
SESSION_LIMITS = "-c statement_timeout=30s -c idle_in_transaction_session_timeout=15s -c transaction_timeout=60s"

# A server that lost its power or its link sends nothing, not even an end of the connection. Without these the kernel
# would wait two hours for an idle one and about fifteen minutes for one that was just written to.
NOTICED_SOON = {
    "connect_timeout": 3,  # seconds, for each address
    "keepalives": 1,
    "keepalives_idle": 4,  # seconds; with the next two, ten seconds of silence
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,  # milliseconds without an acknowledgement of what was sent
}

# After this long the pool gives up a connection and begins anew for whoever asks next, which everybody who waits does
# every second (accounts/database/base.py). Its own waits between tries double up to five minutes: a database that is
# back would not be noticed for as long as it was away.
RECONNECT_SECONDS = 2.0
ASKED_AGAIN_SECONDS = 1
PREPARE_AFTER = 5


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the environment asks for. None: the default, which depends on whether there is a pooler."""

    pool_size: int
    pooler: bool = False
    session_options: str | None = None
    prepare_after: int | None = None


def database_settings(parsed: Mapping[str, Any], wanted: Wanted) -> dict[str, Any]:
    """One of Django's DATABASES, from what dj-database-url made of DATABASE_URL."""
    # A pooler in transaction mode gives each transaction another session: what a cursor or a prepared statement left
    # in one is not found in the next, or, worse, something else is found in its place.
    return {
        **parsed,
        "DISABLE_SERVER_SIDE_CURSORS": wanted.pooler,
        "OPTIONS": {
            **NOTICED_SOON,
            **_session_options(wanted),
            **parsed.get("OPTIONS", {}),
            "server_side_binding": True,
            "prepare_threshold": _prepare_after(wanted),
            "pool": {
                "min_size": 1,
                "max_size": wanted.pool_size,
                "timeout": ASKED_AGAIN_SECONDS,
                "reconnect_timeout": RECONNECT_SECONDS,
            },
        },
    }


def _session_options(wanted: Wanted) -> dict[str, str]:
    """PgBouncer refuses connections with `options`, so behind a pooler the role has to have the limits."""
    default = "" if wanted.pooler else SESSION_LIMITS
    options = default if wanted.session_options is None else wanted.session_options
    return {"options": options} if options else {}


def _prepare_after(wanted: Wanted) -> int | None:
    """How often a connection sends a statement before it is planned once and for all; None: never."""
    if wanted.prepare_after is None:
        return None if wanted.pooler else PREPARE_AFTER
    return wanted.prepare_after or None
