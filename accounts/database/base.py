"""Django's PostgreSQL backend with a cheaper health check of pooled connections: it polls the socket instead of sending
a query, which would take a tenth of the time of a result's whole intake.
"""

from __future__ import annotations

from select import POLLIN, poll
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg_pool import ConnectionPool


class DatabaseWrapper(base.DatabaseWrapper):
    sent_much = False
    """Set by code that sent megabytes. libpq keeps a buffer of that size for the life of the connection, eventually in
    every connection of the pool, so this connection is closed instead of returned to the pool.
    """

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        while self.pool and _is_gone(connection):
            connection.close()
            self.pool.putconn(connection)  # which opens another in its place
            connection = super().get_new_connection(conn_params)
        return connection

    def _close(self) -> None:
        if self.sent_much and self.connection is not None:
            self.connection.close()  # the pool opens another in its place
        self.sent_much = False
        super()._close()  # type: ignore[misc] # unknown to the stubs


def _is_gone(connection: psycopg.Connection[Any]) -> bool:
    """A server that closed the connection left bytes to read; a live server sends nothing unasked."""
    unread = poll()
    unread.register(connection.fileno(), POLLIN)
    if not unread.poll(0):
        return False
    try:
        ConnectionPool.check_connection(connection)
    except psycopg.OperationalError:
        return True
    return False
