"""Read the chain again and name the first place that does not fit. Memory stays flat: one page of links at a time."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace

from django.db import connection

from accounts.audit_chain import anchors
from accounts.audit_chain.anchors import Head
from accounts.audit_chain.append import state
from accounts.audit_chain.faults import Fault, FaultCode
from accounts.audit_chain.hashes import EVENT_COLUMNS, START, Event, digest, link_hash

PAGE = 2000

_LINKS = f"""
SELECT l.number, l.event_id, l.digest, l.hash, s.salt, {EVENT_COLUMNS}
  FROM accounts_auditlink l
  LEFT JOIN accounts_auditevent e ON e.id = l.event_id
  LEFT JOIN accounts_auditsalt s ON s.event_id = l.event_id
 WHERE l.number >= %s
 ORDER BY l.number LIMIT {PAGE}
"""  # noqa: S608 - names of ours
_NEVER_LINKED = """
SELECT min(e.id) FROM accounts_auditevent e
 WHERE e.id <= %s AND NOT EXISTS (SELECT FROM accounts_auditlink l WHERE l.event_id = e.id)
"""


@dataclass(frozen=True, slots=True)
class Link:
    number: int
    event_id: int
    digest: bytes
    hash: bytes
    salt: bytes | None
    event: Event | None


@dataclass(slots=True)
class Reading:
    """How far one reading has come. `at_end`: nothing was left to read."""

    number: int
    hash: bytes
    links: int = 0
    erased: int = 0
    at_end: bool = False
    fault: Fault | None = None
    heads: dict[int, Head] = field(default_factory=dict, repr=False)


def whole(*, start: int = 1, heads: Collection[Head] = ()) -> Reading:
    """From link `start` to the end, then what only a whole reading can see: a cut tail, and events in no link. `heads`
    are kept by others; those in the database and in the file are known.
    """
    given = [*anchors.in_file(), *heads]
    return finish(read(start=start, heads=given), heads=given)


def finish(reading: Reading, *, heads: Collection[Head] = ()) -> Reading:
    """What can only be said once all links were read."""
    reading.fault = reading.fault or _cut(reading, heads) or _never_linked()
    return reading


def read(*, start: int, for_seconds: float | None = None, heads: Collection[Head] = ()) -> Reading:
    """From link `start` on, to the end or for about so long. Stops at the first fault."""
    until = None if for_seconds is None else time.monotonic() + for_seconds
    reading = _begin(start)
    reading.heads = {head.number: head for head in heads}
    while reading.fault is None and not reading.at_end:
        _read_page(reading)
        if until is not None and time.monotonic() > until:
            break
    return reading


def _begin(start: int) -> Reading:
    if start <= 1:
        return Reading(0, START)
    found = next(_page(start - 1), None)
    if found is None or found.number != start - 1:
        return Reading(start - 1, START, fault=Fault(FaultCode.LINK_MISSING, number=start - 1))
    return Reading(start - 1, found.hash)


def _read_page(reading: Reading) -> None:
    links = list(_page(reading.number + 1))
    if not links:
        reading.at_end = True
        return
    kept = {head.number: head for head in anchors.kept(after=reading.number, up_to=links[-1].number)}
    for link in links:
        reading.fault = _fault(link, reading) or _rewritten(link, kept) or _rewritten(link, reading.heads)
        if reading.fault:
            return
        reading.number, reading.hash = link.number, link.hash
        reading.links += 1
        reading.erased += link.salt is None


def _page(start: int) -> Iterator[Link]:
    with connection.cursor() as cursor:
        cursor.execute(_LINKS, [start])
        rows = cursor.fetchall()
    for number, event_id, kept_digest, kept_hash, salt, *event in rows:
        found = Event(*event) if event[0] is not None else None
        yield Link(number, event_id, bytes(kept_digest), bytes(kept_hash), bytes(salt) if salt else None, found)


def _fault(link: Link, reading: Reading) -> Fault | None:
    expected = reading.number + 1
    if link.number != expected:
        return Fault(FaultCode.LINK_MISSING, number=expected)
    if link.event is None:
        return _at(link, FaultCode.EVENT_MISSING)
    if link_hash(link.event, number=link.number, digest=link.digest, before=reading.hash) != link.hash:
        return _at(link, _changed(link, link.event, before=reading.hash))
    if link.salt is None:
        return _at(link, FaultCode.SALT_MISSING) if link.event.details != "{}" else None
    if digest(link.event, salt=link.salt) != link.digest:
        return _at(link, FaultCode.DETAILS_CHANGED)
    return None


def _at(link: Link, code: FaultCode) -> Fault:
    return Fault(code, number=link.number, event=link.event_id)


def _changed(link: Link, event: Event, *, before: bytes) -> FaultCode:
    """Whether the link or its event is what was changed: the other one still fits the rest."""
    if (
        link.salt
        and link_hash(event, number=link.number, digest=digest(event, salt=link.salt), before=before) == link.hash
    ):
        return FaultCode.LINK_CHANGED  # its digest
    computed = link_hash(event, number=link.number, digest=link.digest, before=before)
    after = next(_page(link.number + 1), None)
    if after is None or after.event is None or after.number != link.number + 1:
        return FaultCode.LINK_CHANGED if bytes(state().hash) == computed else FaultCode.EVENT_CHANGED
    fits = link_hash(after.event, number=after.number, digest=after.digest, before=computed) == after.hash
    return FaultCode.LINK_CHANGED if fits else FaultCode.EVENT_CHANGED


def _rewritten(link: Link, heads: dict[int, Head]) -> Fault | None:
    head = heads.get(link.number)
    if head is None or head.hash == link.hash:
        return None
    return Fault(FaultCode.REWRITTEN, number=link.number, event=link.event_id, at=head.at, place=head.place)


def _cut(reading: Reading, given: Collection[Head]) -> Fault | None:
    chain = state()
    if chain.fault and chain.fault["code"] == FaultCode.CUT:
        return replace(Fault.read(chain.fault), last=reading.number)
    known = Head(chain.number, bytes(chain.hash), None, "database")
    missing = [head for head in (known, *anchors.kept(after=reading.number), *given) if head.number > reading.number]
    if not missing:
        return None
    furthest = max(missing, key=lambda head: head.number)
    return Fault(FaultCode.CUT, number=furthest.number, last=reading.number, at=furthest.at, place=furthest.place)


def _never_linked() -> Fault | None:
    with connection.cursor() as cursor:
        cursor.execute(_NEVER_LINKED, [state().complete_to])
        found = cursor.fetchone()[0]
    return Fault(FaultCode.NEVER_LINKED, event=found) if found else None
