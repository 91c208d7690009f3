"""Verify in the background: what is new at once, the whole chain again every hour, in steps."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.audit_chain import verify
from accounts.audit_chain.append import state
from accounts.audit_chain.faults import Fault
from accounts.audit_chain.verify import Reading
from accounts.models import AuditChain, AuditEvent

log = logging.getLogger(__name__)

WHOLE_EVERY = timedelta(hours=1)
MOST_WAITING = 1000  # events that are counted as not yet linked; more read as “1,000+”


@dataclass(frozen=True, slots=True)
class Status:
    """What the page says about the chain. `waiting` are committed events that are not linked yet."""

    number: int
    verified_number: int
    verified_at: datetime | None
    reread_at: datetime | None
    waiting: int
    fault: Fault | None


def status() -> Status:
    chain = state()
    waiting = AuditEvent.objects.filter(pk__gt=chain.complete_to, link__isnull=True)[:MOST_WAITING].count()
    fault = Fault.read(chain.fault) if chain.fault else None
    return Status(chain.number, chain.verified_number, chain.verified_at, chain.reread_at, waiting, fault)


def step(*, for_seconds: float = 0.5) -> None:
    """One round of maintenance: the new links, then a part of the whole."""
    chain = state()
    if chain.fault is None:
        note(verify.read(start=chain.verified_number + 1, for_seconds=for_seconds))
    if chain.reread_number or not chain.reread_at or timezone.now() - chain.reread_at > WHOLE_EVERY:
        _reread(chain, for_seconds=for_seconds)


def note(reading: Reading) -> None:
    """Keep what a reading found, for the page. A fault stays until the whole chain was read without one."""
    if reading.fault:
        return _note_fault(reading.fault)
    if reading.number >= state().verified_number:
        _update(verified_number=reading.number, verified_at=timezone.now())
    return None


def note_whole(reading: Reading) -> None:
    """The same for a reading from the first link to the last."""
    if reading.fault:
        return _note_fault(reading.fault)
    now = timezone.now()
    done = {"verified_number": reading.number, "verified_at": now, "reread_at": now, "reread_number": 0}
    return _update(fault=None, **done)


def _reread(chain: AuditChain, *, for_seconds: float) -> None:
    reading = verify.read(start=chain.reread_number + 1, for_seconds=for_seconds)
    if reading.fault:
        _note_fault(reading.fault)
        _update(reread_number=0, reread_at=timezone.now())
    elif reading.at_end:
        note_whole(verify.finish(reading))
    else:
        _update(reread_number=reading.number)


def _note_fault(fault: Fault) -> None:
    log.error("The audit chain is broken: %s", fault)
    verified = max(0, fault.number - 1)
    _update(fault=fault.as_json(), verified_number=min(verified, state().verified_number))


def _update(**values: object) -> None:
    AuditChain.objects.filter(pk=state().pk).update(**values)
