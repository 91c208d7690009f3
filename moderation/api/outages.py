"""The errors of a database that is down, full or read-only: nothing was written, and the same call may succeed."""

from __future__ import annotations

from django.db import InterfaceError, OperationalError
from psycopg.errors import IdleInTransactionSessionTimeout, ReadOnlySqlTransaction, TransactionTimeout
from psycopg_pool import PoolTimeout

UNAVAILABLE = (OperationalError, InterfaceError, PoolTimeout)
SEEN_AS_INTERNAL = (ReadOnlySqlTransaction, IdleInTransactionSessionTimeout, TransactionTimeout)  # by Django


def is_outage(error: BaseException) -> bool:
    return isinstance(error, UNAVAILABLE) or isinstance(error.__cause__, SEEN_AS_INTERNAL)
