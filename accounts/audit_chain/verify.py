"""Read the chain again and name the first place that does not fit. Memory stays flat: one page of links at a time."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from django.db import connection

from accounts.audit_chain import anchors
from accounts.audit_chain.anchors import Head
from accounts.audit_chain.append import state
from accounts.audit_chain.erase import ERASED_TEXT
from accounts.audit_chain.faults import Fault, FaultCode
from accounts.audit_chain.hashes import EVENT_COLUMNS, START, Event, digest, link_hash
from accounts.models import AuditChain, AuditLink

PAGE = 2000
_WITHOUT_DETAILS = ("{}", ERASED_TEXT)

_LINKS = f"""
SELECT l.number, l.event_id, l.digest, l.hash, s.salt, {EVENT_COLUMNS}
  FROM accounts_auditlink l
  LEFT JOIN accounts_auditevent e ON e.id = l.event_id
  LEFT JOIN accounts_auditsalt s ON s.event_id = l.event_id
 WHERE l.number >= %s
 ORDER BY l.number LIMIT %s
"""  # noqa: S608 - names of ours
# Of the ids of one page: over all ids it would outlast any timeout one day.
_NEVER_LINKED = """
SELECT min(e.id) FROM accounts_auditevent e
 WHERE e.id > %(low)s AND e.id <= %(high)s
   AND NOT EXISTS (SELECT FROM accounts_auditlink l
                    WHERE l.event_id = e.id AND l.event_id > %(low)s AND l.event_id <= %(high)s)
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
    """How far one reading has come; `began` is the state of the chain when it did. `at_end`: nothing was left to read.
    `event` is that of the last link; `unlinked` the first event that should be in a link and is in none.
    """

    number: int
    hash: bytes
    event: int
    began: AuditChain = field(repr=False)
    links: int = 0
    erased: int = 0
    at_end: bool = False
    fault: Fault | None = None
    unlinked: int | None = None
    heads: dict[int, Head] = field(default_factory=dict, repr=False)


def whole(*, start: int = 1, heads: Collection[Head] = ()) -> Reading:
    """From link `start` to the end, then what only a whole reading can see: a cut tail, and events in no link. `heads`
    are kept by others; those in the database and in the file are known.
    """
    given = [*anchors.in_file(), *heads]
    return finish(read(start=start, heads=given), heads=given)


def finish(reading: Reading, *, heads: Collection[Head] = ()) -> Reading:
    """What can only be said once all links were read."""
    reading.fault = reading.fault or _cut(reading, heads) or never_linked(reading)
    return reading


def never_linked(reading: Reading) -> Fault | None:
    """The event that is in no link: found by this reading, by an earlier part of it, or behind its last link."""
    known = reading.began.fault
    if known and known["code"] == FaultCode.NEVER_LINKED:
        reading.unlinked = reading.unlinked or _unlinked(known["event"] - 1, known["event"])
    if reading.at_end:
        reading.unlinked = reading.unlinked or _unlinked(reading.event, reading.began.complete_to)
    return Fault(FaultCode.NEVER_LINKED, event=reading.unlinked) if reading.unlinked else None


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
    chain = state()
    if start <= 1:
        return Reading(0, START, 0, chain)
    found = _link(start - 1)
    if found is None:
        return Reading(start - 1, START, 0, chain, fault=Fault(FaultCode.LINK_MISSING, number=start - 1))
    return Reading(start - 1, found.hash, found.event_id, chain)


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
    up_to = min(max(link.event_id for link in links), reading.began.complete_to)
    reading.unlinked = reading.unlinked or _unlinked(reading.event, up_to)
    reading.event = links[-1].event_id


def _link(number: int) -> Link | None:
    found = next(_page(number, most=1), None)
    return found if found and found.number == number else None


def _page(start: int, *, most: int | None = None) -> Iterator[Link]:
    with connection.cursor() as cursor:
        cursor.execute(_LINKS, [start, most or PAGE])
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
        return _at(link, FaultCode.SALT_MISSING) if link.event.details not in _WITHOUT_DETAILS else None
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
    after = _link(link.number + 1)
    if after is None or after.event is None:
        return FaultCode.LINK_CHANGED if bytes(state().hash) == computed else FaultCode.EVENT_CHANGED
    fits = link_hash(after.event, number=after.number, digest=after.digest, before=computed) == after.hash
    return FaultCode.LINK_CHANGED if fits else FaultCode.EVENT_CHANGED


def _rewritten(link: Link, heads: dict[int, Head]) -> Fault | None:
    head = heads.get(link.number)
    if head is None or head.hash == link.hash:
        return None
    return Fault(FaultCode.REWRITTEN, number=link.number, event=link.event_id, at=head.at, place=head.place)


def _cut(reading: Reading, given: Collection[Head]) -> Fault | None:
    """The kept heads are read first and the end of the chain last: it grows meanwhile, and never shrinks."""
    chain = state()
    known = Head(chain.number, bytes(chain.hash), None, anchors.DATABASE)
    heads = [known, *anchors.kept(after=reading.number), *given]
    last = AuditLink.objects.order_by("-number").values_list("number", flat=True).first() or 0
    missing = [head for head in heads if head.number > last]
    if not missing:
        return None
    furthest = max(missing, key=lambda head: head.number)
    return Fault(FaultCode.CUT, number=furthest.number, last=last, at=furthest.at, place=furthest.place)


def _unlinked(low: int, high: int) -> int | None:
    """The first event behind `low`, up to `high`, that is in no link."""
    with connection.cursor() as cursor:
        cursor.execute(_NEVER_LINKED, {"low": low, "high": high})
        found: int | None = cursor.fetchone()[0]
    return found
