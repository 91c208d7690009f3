"""Verify in the background: what is new at once, the whole chain again every hour, in steps."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.audit_chain import append, verify
from accounts.audit_chain.anchors import DATABASE
from accounts.audit_chain.append import state
from accounts.audit_chain.faults import Fault, FaultCode
from accounts.audit_chain.verify import Reading
from accounts.models import AuditChain

log = logging.getLogger(__name__)

WHOLE_EVERY = timedelta(hours=1)
_ONE_AT_A_TIME = 0x5EC4  # advisory lock


@dataclass(frozen=True, slots=True)
class Status:
    """What the page says about the chain. `waiting` are committed events that are not linked yet; `reread_number` is
    how far a pass over the whole chain is, 0 between two of them.
    """

    number: int
    verified_number: int
    verified_at: datetime | None
    reread_number: int
    reread_at: datetime | None
    waiting: int
    fault: Fault | None


def status() -> Status:
    chain = state()
    fault = Fault.read(chain.fault) if chain.fault else None
    verified, reread = (chain.verified_number, chain.verified_at), (chain.reread_number, chain.reread_at)
    return Status(chain.number, *verified, *reread, append.waiting(chain), fault)


def step(*, for_seconds: float = 0.5, whole: bool = False) -> None:
    """One round of maintenance: the new links, then a part of the whole when that is due, or `whole`. Nothing while
    another process is at it.
    """
    with transaction.atomic():
        if not _asked("SELECT pg_try_advisory_xact_lock(%s)"):
            return
        if state().fault is None:
            note(verify.read(start=state().verified_number + 1, for_seconds=for_seconds))
        chain = state()
        if whole or chain.reread_number or not chain.reread_at or timezone.now() - chain.reread_at > WHOLE_EVERY:
            _reread(chain, for_seconds=for_seconds)


def note(reading: Reading) -> None:
    """Keep what a reading found, for the page. A fault stays until the whole chain was read without one."""
    with _alone():
        if reading.fault is None and reading.number >= state().verified_number:
            _update(verified_number=reading.number, verified_at=timezone.now())
        if fault := reading.fault or verify.never_linked(reading):
            _note_fault(fault)


def note_whole(reading: Reading, *, has_heads: bool) -> None:
    """The same for a reading from the first link to the last. It clears the fault that was known when it began; what a
    head kept elsewhere has shown, only when it `has_heads`.
    """
    with _alone():
        if reading.fault:
            return _note_fault(reading.fault)
        now = timezone.now()
        _update(verified_number=reading.number, verified_at=now, reread_at=now, reread_number=0)
        known = reading.began.fault
        if known and known == state().fault and (has_heads or known["place"] in ("", DATABASE)):
            _update(fault=None)
    return None


@contextmanager
def _alone() -> Iterator[None]:
    """While no other process notes what it has read."""
    with transaction.atomic():
        _asked("SELECT pg_advisory_xact_lock(%s)")
        yield


def _asked(lock: str) -> Any:
    """Of the one lock of this module, which lasts until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(lock, [_ONE_AT_A_TIME])
        return cursor.fetchone()[0]


def _reread(chain: AuditChain, *, for_seconds: float) -> None:
    reading = verify.read(start=chain.reread_number + 1, for_seconds=for_seconds)
    if reading.at_end:
        note_whole(verify.finish(reading), has_heads=False)
    else:
        note(reading)
    if reading.fault:
        _update(reread_at=timezone.now())
    elif not reading.at_end:
        _update(reread_number=reading.number)


def _note_fault(fault: Fault) -> None:
    """A pass that is under way begins again: what it has read before says nothing about this fault."""
    log.error("The audit chain is broken: %s", fault)
    _update(fault=fault.as_json(), reread_number=0)
    if fault.code != FaultCode.NEVER_LINKED:
        fits_to = fault.last if fault.code == FaultCode.CUT else fault.number - 1
        _update(verified_number=min(fits_to, state().verified_number))


def _update(**values: object) -> None:
    AuditChain.objects.filter(pk=state().pk).update(**values)
