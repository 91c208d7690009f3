"""Link the events that were committed, each once and in one order.

Events get their ids before their transactions commit, so one may become visible after events with higher ids. Going on
after the highest linked id would miss it. So every event after `complete_to` without a link is linked, however low its
id, and `complete_to` only advances to an id below which nothing can appear any more: the highest one seen at some time,
once every transaction that was running at that time has ended. Later transactions draw higher ids.

One process links at a time (an advisory lock). It locks no event, and who writes events never waits for it.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence

from django.db import connection, transaction
from django.utils import timezone

from accounts.audit_chain import anchors
from accounts.audit_chain.faults import Fault, FaultCode
from accounts.audit_chain.hashes import EVENT_COLUMNS, START, Event, digest, link_hash, new_salt
from accounts.models import AuditChain

AT_ONCE = 2000
MOST_WAITING = 1000  # events that are counted as not yet linked; more read as “1,000+”
ONE_CHAINER = 0x5EC2  # advisory lock; also of who erases details
_NAME = "chain"

# The second bound spares PostgreSQL from reading the links of all time.
_IS_UNLINKED = """
e.id > %(after)s AND NOT EXISTS (SELECT FROM accounts_auditlink l WHERE l.event_id = e.id AND l.event_id > %(after)s)
"""
_UNLINKED = f"""
SELECT {EVENT_COLUMNS} FROM accounts_auditevent e WHERE {_IS_UNLINKED} ORDER BY e.id LIMIT {AT_ONCE}
"""  # noqa: S608 - names of ours
_WAITING = f"""
SELECT count(*) FROM (SELECT FROM accounts_auditevent e WHERE {_IS_UNLINKED} LIMIT {MOST_WAITING}) waiting
"""  # noqa: S608 - names of ours
_INSERT_LINKS = """
INSERT INTO accounts_auditlink (number, event_id, digest, hash)
SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bytea[], %s::bytea[])
"""
_INSERT_SALTS = "INSERT INTO accounts_auditsalt (event_id, salt) SELECT * FROM unnest(%s::bigint[], %s::bytea[])"
_COUNT = """
INSERT INTO accounts_auditcount (action, events) SELECT * FROM unnest(%s::text[], %s::bigint[])
ON CONFLICT (action) DO UPDATE SET events = accounts_auditcount.events + excluded.events
"""
# Whether a transaction that was running at a time may still hold an event of that time. One without an xid has written
# nothing yet, and draws its ids later, unless the statement that it is in began before. So no backup or vacuum holds up
# the chain.
_MAY_APPEAR = """
SELECT EXISTS (
       SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
          AND xact_start <= %(at)s
          AND (backend_xid IS NOT NULL OR (state = 'active' AND query_start <= %(at)s)))
"""


def append(*, for_seconds: float = 2.0) -> int:
    """Link what waits, for about so long. Returns how many events; 0 also while another process is at it."""
    until, linked = time.monotonic() + for_seconds, 0
    while True:
        count = _append_some()
        linked += count
        if count < AT_ONCE or time.monotonic() > until:
            break
    anchors.keep()
    return linked


def state() -> AuditChain:
    return AuditChain.objects.filter(pk=_NAME).first() or AuditChain(name=_NAME, hash=START)


def waiting(chain: AuditChain | None = None) -> int:
    """How many events were committed and are not linked yet, after what this `state` covers; at most MOST_WAITING."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, {"after": (chain or state()).complete_to})
        count: int = cursor.fetchone()[0]
    return count


def _locked_state() -> AuditChain:
    """The row, made if need be. Call it in a transaction."""
    rows = AuditChain.objects.select_for_update()
    if found := rows.filter(pk=_NAME).first():
        return found
    AuditChain.objects.bulk_create([AuditChain(name=_NAME, hash=START)], ignore_conflicts=True)
    return rows.get(pk=_NAME)


def _append_some() -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ONE_CHAINER])
        if cursor.fetchone() != (True,):
            return 0
        chain = _locked_state()
        settled = _settled(chain)
        cursor.execute(_UNLINKED, {"after": chain.complete_to})
        events = [Event(*row) for row in cursor.fetchall()]
        _link(chain, events)
        _advance(chain, min(settled, events[-1].id) if len(events) == AT_ONCE else settled)
        chain.save(update_fields=["number", "hash", "complete_to", "candidate", "candidate_at", "fault"])
    return len(events)


def _link(chain: AuditChain, events: Sequence[Event]) -> None:
    if not events:
        return
    salts = [new_salt() for _ in events]
    digests = [digest(event, salt=salt) for event, salt in zip(events, salts, strict=True)]
    number, before = _head()
    if number < chain.number:
        anchors.keep_known(chain)  # the proof, also once the chain is as long again
        chain.fault = Fault(FaultCode.CUT, number=chain.number, last=number, at=timezone.now()).as_json()
    numbers, hashes = [], []
    for event, one in zip(events, digests, strict=True):
        number, before = number + 1, link_hash(event, number=number + 1, digest=one, before=before)
        numbers.append(number)
        hashes.append(before)
    ids = [event.id for event in events]
    counted = Counter(event.action for event in events)
    with connection.cursor() as cursor:
        cursor.execute(_INSERT_LINKS, [numbers, ids, digests, hashes])
        cursor.execute(_INSERT_SALTS, [ids, salts])
        cursor.execute(_COUNT, [list(counted), list(counted.values())])
    chain.number, chain.hash = number, before


def _head() -> tuple[int, bytes]:
    """From the links themselves: a row of state that was tampered with must not lead to a second link of a number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, hash FROM accounts_auditlink ORDER BY number DESC LIMIT 1")
        found = cursor.fetchone()
    return (found[0], bytes(found[1])) if found else (0, START)


def _settled(chain: AuditChain) -> int:
    """Below this id nothing new can appear. Read before the events are: what has ended by now is visible to them."""
    if chain.candidate_at is None:
        return chain.complete_to
    with connection.cursor() as cursor:
        cursor.execute(_MAY_APPEAR, {"at": chain.candidate_at})
        (may_appear,) = cursor.fetchone()
    return chain.complete_to if may_appear else chain.candidate


def _advance(chain: AuditChain, complete_to: int) -> None:
    """Note what has become complete; once that is the candidate, choose the next one: the id first, then the time."""
    chain.complete_to = max(chain.complete_to, complete_to)
    if chain.candidate_at is not None and chain.complete_to < chain.candidate:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM accounts_auditevent")
        chain.candidate = cursor.fetchone()[0]
        cursor.execute("SELECT clock_timestamp()")
        chain.candidate_at = cursor.fetchone()[0]
