"""Erase what is due of cases, on both sides: the ledger's and the workbench's. Short transactions, one batch each."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db import connection

from moderation.erasure import cases as ledger
from moderation.erasure.kinds import Kind
from moderation.messages import Message
from review.models import Decision, ReviewTask
from review.retention.candidates import IS_HELD, IS_OVER

# Who decides, reopens or sends a result locks the case first, and who has one of these in hand is not waited for.
_LOCK = "SELECT id FROM moderation_case WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED"
# Redelivering locks no case.
_LOCK_DELIVERIES = "SELECT FROM moderation_delivery WHERE case_id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
_STILL = f"SELECT c.id FROM moderation_case c WHERE c.id = ANY(%s) AND {IS_OVER} AND NOT {IS_HELD} ORDER BY c.id"  # noqa: S608 - ours


def erase(due: Mapping[Kind, Collection[int]], *, why: Message) -> tuple[list[int], dict[Kind, int]]:
    """Of the cases that nobody has in hand and that are still over and not held, once they are locked. Call it in a
    transaction. Returns these cases, and how many had what of it.
    """
    wanted = sorted({case for cases in due.values() for case in cases})
    cases = _locked(wanted)
    if not cases:
        return [], dict.fromkeys(Kind, 0)
    done = ledger.erase({kind: [one for one in cases if one in ids] for kind, ids in _sets(due)}, why=why)
    bodies = {*due.get(Kind.BODIES, ()), *due.get(Kind.RECORDS, ())}.intersection(cases)
    if bodies:
        _erase_notes(sorted(bodies))
    return cases, done


def _sets(due: Mapping[Kind, Collection[int]]) -> list[tuple[Kind, set[int]]]:
    return [(kind, set(cases)) for kind, cases in due.items()]


def _locked(cases: list[int]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [cases])
        ours = [case for (case,) in cursor.fetchall()]
        if not ours:
            return []
        cursor.execute(_LOCK_DELIVERIES, [ours])
        cursor.execute(_STILL, [ours])
        return [case for (case,) in cursor.fetchall()]


def _erase_notes(cases: Collection[int]) -> None:
    """What people wrote about them, and the stream they came from."""
    ReviewTask.objects.filter(case__in=cases).update(note="", stream_id="")
    Decision.objects.filter(task__case__in=cases).exclude(note="").update(note="")
