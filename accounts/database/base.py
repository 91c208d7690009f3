"""Django's PostgreSQL backend with a cheaper health check of pooled connections: it polls the socket instead of sending
a query, which would take a tenth of the time of a result's whole intake. And PostgreSQL plans most statements anew each
time, see `accounts.database.cursors`.
"""

from __future__ import annotations

import logging
from select import POLLIN, poll
from time import monotonic
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg_pool import ConnectionPool, PoolTimeout

from accounts.database.cursors import PlannedAnew

log = logging.getLogger(__name__)

WAIT_SECONDS = 5.0  # for a connection of the pool


class DatabaseWrapper(base.DatabaseWrapper):
    sent_much = False
    """Set by code that sent megabytes. libpq keeps a buffer of that size for the life of the connection, eventually in
    every connection of the pool, so this connection is closed instead of returned to the pool.
    """

    @property
    def knows_pooler(self) -> bool:
        """Whether the settings say that a pooler is between us and PostgreSQL."""
        return bool(self.settings_dict["DISABLE_SERVER_SIDE_CURSORS"])

    def get_connection_params(self) -> dict[str, Any]:
        return {**super().get_connection_params(), "cursor_factory": PlannedAnew}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = self._new_connection(conn_params)
        while self.pool and _is_gone(connection):
            connection.close()
            self.pool.putconn(connection)  # which opens another in its place
            connection = self._new_connection(conn_params)
        return connection

    def _new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Ask the pool again while it is time: only who asks makes it try again after it gave up connecting."""
        until = monotonic() + WAIT_SECONDS
        while True:
            try:
                return super().get_new_connection(conn_params)
            except PoolTimeout:
                if monotonic() >= until:
                    raise

    def _configure_connection(self, connection: Any) -> bool:
        """A prepared statement that a pooler sends to another session may run a different statement there: a good key
        was answered 401. So none is prepared where a pooler is found that nobody told us of.
        """
        if not self.knows_pooler and connection.prepare_threshold is not None and is_behind_pooler(connection):
            log.warning("A pooler is between us and PostgreSQL. Set DATABASE_POOLER=true.")
            connection.prepare_threshold = None
        return bool(super()._configure_connection(connection))  # type: ignore[misc] # unknown to the stubs

    def _close(self) -> None:
        if self.connection is not None and (self.sent_much or self._leads_to_standby()):
            self.connection.close()  # the pool opens another in its place
        self.sent_much = False
        super()._close()  # type: ignore[misc] # unknown to the stubs

    def _leads_to_standby(self) -> bool:
        """After a failover such a connection would be used for as long as it lives. PostgreSQL tells both by itself; a
        pooler only what it heard when it connected.
        """
        if self.knows_pooler:
            return False
        told = self.connection.info.parameter_status
        return "on" in (told("in_hot_standby"), told("default_transaction_read_only"))


def is_behind_pooler(connection: psycopg.Connection[Any]) -> bool:
    """Whether another process answers than the one that took the connection."""
    row = connection.execute("SELECT pg_backend_pid()", prepare=False).fetchone()
    return row != (connection.info.backend_pid,)


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
