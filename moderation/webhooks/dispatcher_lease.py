"""Let one process deliver at a time, by an expiring lease (docs/decisions/0004).

A process that hangs, or whose host has lost power, loses the lease because it does not renew it, even if its connection
to the database stays open. All times are by the database's clock.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.db import connection

from moderation.runtime.process_name import process_name

LEASE_SECONDS = 15
RENEW_SECONDS = 4  # a third of the lease is left when two renewals have failed
LOOK_SECONDS = 5  # an idle process records no more often that it has looked for due deliveries
SILENT_SECONDS = 30  # when no process has looked for this long, none delivers

# While nothing is due, only the time of the look is written.
_TAKE = """
WITH due AS (
    SELECT EXISTS (
        SELECT FROM moderation_endpoint e
         WHERE e.state = 'enabled' AND EXISTS (
            SELECT FROM moderation_delivery d
             WHERE d.endpoint_id = e.id AND d.state = 'pending' AND d.due_at <= clock_timestamp()
               AND (d.leased_until IS NULL OR d.leased_until < clock_timestamp()))) AS found
)
INSERT INTO moderation_dispatcherlease AS kept (name, leased_by, lease_token, leased_until, looked_at)
SELECT 'deliver', CASE WHEN found THEN %(by)s ELSE '' END, CASE WHEN found THEN %(token)s::uuid END,
       CASE WHEN found THEN clock_timestamp() + make_interval(secs => %(seconds)s) END, clock_timestamp()
  FROM due
    ON CONFLICT (name) DO UPDATE
   SET leased_by = excluded.leased_by, lease_token = excluded.lease_token, leased_until = excluded.leased_until,
       looked_at = excluded.looked_at
 WHERE (kept.leased_until IS NULL OR kept.leased_until < clock_timestamp())
   AND (excluded.lease_token IS NOT NULL OR kept.looked_at < clock_timestamp() - make_interval(secs => %(look)s))
RETURNING lease_token IS NOT NULL
"""
_RENEW = """
UPDATE moderation_dispatcherlease
   SET leased_until = clock_timestamp() + make_interval(secs => %s), looked_at = clock_timestamp()
 WHERE name = 'deliver' AND lease_token = %s
"""
_GIVE_BACK = """
UPDATE moderation_dispatcherlease
   SET leased_by = '', lease_token = NULL, leased_until = NULL
 WHERE name = 'deliver' AND lease_token = %s
"""
_LOOK = """
SELECT leased_by, extract(epoch FROM clock_timestamp() - looked_at)::float
  FROM moderation_dispatcherlease
 WHERE name = 'deliver'
"""


class DispatcherLease:
    """The lease of this process. `is_ours` renews it when needed."""

    def __init__(self) -> None:
        self.token: UUID = uuid4()
        self._renew_at = 0.0

    def take(self) -> bool:
        """True when something is due and no other process delivers."""
        with connection.cursor() as cursor:
            asked: dict[str, Any] = {"by": process_name(), "token": self.token}
            asked |= {"seconds": LEASE_SECONDS, "look": LOOK_SECONDS}
            self._renew_at = time.monotonic() + RENEW_SECONDS
            cursor.execute(_TAKE, asked)
            return bool(cursor.fetchone() == (True,))

    def is_ours(self) -> bool:
        """Whether we still have the lease. Never again once another process has taken it."""
        if time.monotonic() < self._renew_at:
            return True
        with connection.cursor() as cursor:
            self._renew_at = time.monotonic() + RENEW_SECONDS
            cursor.execute(_RENEW, [LEASE_SECONDS, self.token])
            return bool(cursor.rowcount == 1)

    def give_back(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_GIVE_BACK, [self.token])


@dataclass(frozen=True, slots=True)
class Dispatching:
    """Whether a process delivers. `silent_seconds`: since one last looked for due deliveries; None: never."""

    leased_by: str
    silent_seconds: float | None

    @property
    def is_silent(self) -> bool:
        return self.silent_seconds is None or self.silent_seconds > SILENT_SECONDS

    @property
    def why(self) -> str:
        """For an operator; empty while a process delivers."""
        if not self.is_silent:
            return ""
        last = "never" if self.silent_seconds is None else f"{self.silent_seconds:.0f} s ago"
        return f"No process delivers; one last looked {last}. Start or restart `manage.py deliver_due --loop`."


def dispatching() -> Dispatching:
    """As of now. Raises DatabaseError while the database is away."""
    with connection.cursor() as cursor:
        cursor.execute(_LOOK)
        row = cursor.fetchone()
    return Dispatching(*row) if row else Dispatching("", None)
