"""Erase the details of events, with the salts of their digests. Who did what to which thing, and when, stays.

The chain still verifies: a link's hash is over the digest, and without the salt nothing can be guessed from that.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

from django.db import connection

from accounts.audit_chain.append import ONE_CHAINER

ERASED: Mapping[str, bool] = MappingProxyType({"erased": True})
"""The details of an event whose details were erased; the database takes no others in their place."""
ERASED_TEXT = '{"erased": true}'  # as PostgreSQL writes it

_ERASE = """
UPDATE accounts_auditevent SET details = %s::jsonb
 WHERE id = ANY(%s) AND details NOT IN ('{}'::jsonb, %s::jsonb)
"""
_FORGET_SALTS = """
DELETE FROM accounts_auditsalt s
 USING accounts_auditevent e
 WHERE s.event_id = ANY(%s) AND e.id = s.event_id AND e.details = %s::jsonb
"""


def erase_details(events: Collection[int]) -> int:
    """Of the events of these ids. Call it in the transaction of what else is erased. Returns how many had details."""
    if not events:
        return 0
    with connection.cursor() as cursor:
        # An event that is linked at the same moment would get a digest, and a salt, of what is erased.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_CHAINER])
        cursor.execute(_ERASE, [ERASED_TEXT, list(events), ERASED_TEXT])
        count: int = cursor.rowcount
        cursor.execute(_FORGET_SALTS, [list(events), ERASED_TEXT])
    return count
