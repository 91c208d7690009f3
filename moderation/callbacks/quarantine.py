"""Bodies that could not be read: kept, replayed as they came or as edited, dismissed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.models import User
from accounts.permissions import check
from accounts.roles import Permission
from moderation.callbacks.ingest import Outcome, take_in
from moderation.contract import json_text
from moderation.models import CallbackAddress, Quarantined

AT_ONCE = 200  # bodies that one click on "replay all" tries

# One statement: of two senders of the same body one inserts, the other counts. A body that was replayed or dismissed is
# stored anew when it comes again.
_KEEP = """
INSERT INTO moderation_quarantined AS kept (address_id, body, content_type, sha256, errors, state, note, times_received)
VALUES (%s, %s, %s, %s, %s, 'waiting', '', 1)
ON CONFLICT (address_id, sha256) WHERE state = 'waiting' DO UPDATE
   SET times_received = kept.times_received + 1, errors = excluded.errors,
       last_received_at = greatest(kept.last_received_at, statement_timestamp())
RETURNING id, times_received
"""


@dataclass(frozen=True, slots=True)
class Replayed:
    """The outcome of replaying several bodies: read completely, still waiting, and not tried yet."""

    replayed: int
    waiting: int
    untried: int


def keep(body: bytes, outcome: Outcome, *, content_type: str, address: CallbackAddress, by: str) -> Quarantined:
    """Store a body with its errors; the same body again while it waits is counted."""
    sha256 = hashlib.sha256(body).hexdigest()
    shown_type = content_type[:200].replace("\0", "")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_KEEP, [address.pk, body, shown_type, sha256, json_text.dumps(_errors(outcome))])
            pk, times = cursor.fetchone()
        row = Quarantined.objects.get(pk=pk)
        row.cases.add(*outcome.cases)
        if times == 1:
            audit.record(
                AuditAction.QUARANTINE_KEPT, by=by, on=row, sha256=sha256, bytes=len(body), errors=len(outcome.errors)
            )
    return row


def replay(pk: int, *, by: User) -> Quarantined:
    """Read the original body again. It stays waiting, with its new errors, while anything in it cannot be read.

    Replaying a body that no longer waits changes nothing. Raises NotAllowed and Quarantined.DoesNotExist.
    """
    check(by, Permission.ADMINISTER)
    with transaction.atomic():
        row = _lock(pk)
        return _replay(row, bytes(row.body), by=by) if row.state == Quarantined.State.WAITING else row


def replay_edited(pk: int, text: str, *, by: User) -> Quarantined:
    """Store an edited copy beside the original, which never changes, and read the copy."""
    check(by, Permission.ADMINISTER)
    with transaction.atomic():
        row = _lock(pk)
        if row.state != Quarantined.State.WAITING:
            return row
        edited = text.encode(errors="surrogatepass")
        row.edited_body, row.edited_by = edited, by
        Quarantined.objects.filter(pk=pk).update(edited_body=edited, edited_by=by, edited_at=Now())
        return _replay(row, edited, by=by, edited_sha256=hashlib.sha256(edited).hexdigest())


def replay_waiting(*, by: User) -> Replayed:
    """Replay up to AT_ONCE waiting bodies, each by itself, those tried longest ago first."""
    check(by, Permission.ADMINISTER)
    waiting = Quarantined.objects.filter(state=Quarantined.State.WAITING)
    chosen = waiting.order_by(F("tried_at").asc(nulls_first=True), "pk").values_list("pk", flat=True)[:AT_ONCE]
    states = [replay(pk, by=by).state for pk in list(chosen)]
    still = states.count(Quarantined.State.WAITING)
    return Replayed(states.count(Quarantined.State.REPLAYED), still, max(0, waiting.count() - still))


def dismiss(pk: int, *, note: str, by: User) -> Quarantined:
    """Dismiss a body, with a note why. One that no longer waits is not changed. Raises ValueError."""
    check(by, Permission.ADMINISTER)
    if not note.strip():
        raise ValueError("Say in the note why you dismiss it.")
    with transaction.atomic():
        row = _lock(pk)
        if row.state == Quarantined.State.WAITING:
            row.state, row.note = Quarantined.State.DISMISSED, note.strip()
            row.save(update_fields=["state", "note"])
            audit.record(AuditAction.QUARANTINE_DISMISSED, by=by, on=row, sha256=row.sha256, note=row.note)
    return row


def _replay(row: Quarantined, body: bytes, *, by: User, **details: Any) -> Quarantined:
    outcome = take_in(body, address=row.address, by=by)
    row.cases.add(*outcome.cases)
    row.errors, row.tried_at = _errors(outcome), Now()
    if not outcome.errors:
        row.state, row.replayed_at = Quarantined.State.REPLAYED, Now()
    row.save(update_fields=["errors", "tried_at", "state", "replayed_at"])
    action = AuditAction.QUARANTINE_REPLAY_REFUSED if outcome.errors else AuditAction.QUARANTINE_REPLAYED
    cases = [case.pk for case in outcome.cases]
    audit.record(action, by=by, on=row, sha256=row.sha256, cases=cases, errors=len(outcome.errors), **details)
    row.refresh_from_db(fields=["tried_at", "replayed_at"])
    return row


def _lock(pk: int) -> Quarantined:
    rows = Quarantined.objects.select_for_update(of=["self"], no_key=True).select_related("address__app")
    return rows.get(pk=pk)


def _errors(outcome: Outcome) -> list[dict[str, str]]:
    return [{"pointer": error.pointer, "detail": error.detail} for error in outcome.errors]
