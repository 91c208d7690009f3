"""The errors of a database that is down, full or read-only, and of too many requests at once: nothing was written, and
the same call may succeed.
"""

from __future__ import annotations

from django.db import InterfaceError, OperationalError
from psycopg.errors import IdleInTransactionSessionTimeout, ReadOnlySqlTransaction, TransactionTimeout
from psycopg_pool import PoolTimeout

from moderation.runtime.request_slots import NoSlot

UNAVAILABLE = (OperationalError, InterfaceError, PoolTimeout, NoSlot)
SEEN_AS_INTERNAL = (ReadOnlySqlTransaction, IdleInTransactionSessionTimeout, TransactionTimeout)  # by Django


def is_outage(error: BaseException) -> bool:
    return isinstance(error, UNAVAILABLE) or isinstance(error.__cause__, SEEN_AS_INTERNAL)
