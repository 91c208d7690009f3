"""Erase what the ledger keeps of cases that are over. The caller holds the rows of the cases, in one transaction, and
has looked that none of them is held, waits for a person, or has a delivery on its way.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models.functions import Now

from accounts.audit_chain.erase import erase_details
from moderation.erasure.kinds import ERASED_AT, Kind
from moderation.erasure.reduced_body import reduced
from moderation.media import erase as pictures
from moderation.messages import Message
from moderation.models import (
    Attempt,
    Case,
    Delivery,
    FinalResult,
    KnownPicture,
    LabelScore,
    LegalHold,
    LocatedText,
    MachineResult,
    Quarantined,
    ResultFacts,
)

TELLING = frozenset(
    {
        *("revision", "risk_level", "outcome", "why", "verdict", "reason", "decision_id", "round"),
        *("from", "to_queue", "queue", "to", "until", "webhook_id", "was"),
    }
)
"""Details of events on a case that hold nothing of its subject. An event with any other detail is erased."""

_EVENTS = """
SELECT e.id
  FROM accounts_auditevent e
 WHERE e.on_type = 'case' AND e.on_id = ANY(%(names)s)
   AND EXISTS (SELECT FROM jsonb_each_text(e.details) AS told (name, value)
                WHERE coalesce(value, '') <> '' AND name <> ALL(%(telling)s))
 UNION ALL
SELECT e.id
  FROM accounts_auditevent e
 WHERE e.action = 'known-picture.added' AND e.details ->> 'case' = ANY(%(names)s)
"""
_SET_RAW = """
UPDATE moderation_machineresult m SET raw = new.raw, merged = NULL, listed = '[]'
  FROM unnest(%s::bigint[], %s::text[]) AS new (id, raw) WHERE m.id = new.id
"""
_SET_BODY = """
UPDATE moderation_finalresult f SET body = new.body
  FROM unnest(%s::bigint[], %s::text[]) AS new (id, body) WHERE f.id = new.id
"""


def erase(cases: Mapping[Kind, Collection[int]], *, why: Message) -> dict[Kind, int]:
    """What is due of these cases. `why` is what they say instead of a picture. Returns how many cases had such."""
    of_records = set(cases.get(Kind.RECORDS, ()))
    of_bodies = of_records | set(cases.get(Kind.BODIES, ()))
    of_pictures = of_records | set(cases.get(Kind.PICTURES, ()))
    marked = _mark({Kind.PICTURES: of_pictures, Kind.BODIES: of_bodies, Kind.RECORDS: of_records})
    had = pictures.of_cases(sorted(of_pictures), why=why) if of_pictures else 0
    if of_bodies:
        _erase_bodies(sorted(of_bodies))
    if of_records:
        _erase_records(sorted(of_records))
    return marked | {Kind.PICTURES: had}


def _mark(cases: Mapping[Kind, set[int]]) -> dict[Kind, int]:
    """First, as the database lets bodies of machine results change only where the case says that they are erased.
    Returns how many did not say so yet.
    """
    return {
        kind: Case.objects.filter(pk__in=ids, **{ERASED_AT[kind]: None}).update(**{ERASED_AT[kind]: Now()})
        for kind, ids in cases.items()
    }


def _erase_bodies(cases: Sequence[int]) -> None:
    Case.objects.filter(pk__in=cases).update(request=None, terms=[], callback="")
    _reduce(cases)
    Delivery.objects.filter(case__in=cases).update(payload="", url="")
    Attempt.objects.filter(delivery__case__in=cases).exclude(reply="").update(reply="")
    ResultFacts.objects.filter(pk__in=cases).update(nickname="", device_id="", room="", stream_ids=None)
    LocatedText.objects.filter(case__in=cases).delete()
    KnownPicture.objects.filter(case__in=cases).exclude(note="").update(note="")
    LegalHold.objects.filter(case__in=cases).update(reason="", lift_reason="")
    empty_quarantined(Quarantined.objects.filter(cases__in=cases).values_list("pk", flat=True))
    erase_details(_telling_events(cases))


def _erase_records(cases: Sequence[int]) -> None:
    Case.objects.filter(pk__in=cases).update(token_id="", data_id="")
    LabelScore.objects.filter(case__in=cases)._raw_delete("default")  # nothing refers to it
    ResultFacts.objects.filter(pk__in=cases).delete()
    Attempt.objects.filter(delivery__case__in=cases)._raw_delete("default")  # as above


def empty_quarantined(rows: Iterable[int]) -> int:
    """Of bodies that could not be read; those that still wait are dismissed. Returns how many had something in them."""
    found = Quarantined.objects.filter(pk__in=list(rows)).exclude(body=b"")
    found.filter(state="waiting").update(state="dismissed")
    edited = Quarantined.objects.filter(pk__in=found.values("pk"), edited_body__isnull=False)
    edited.update(edited_body=b"")
    return found.update(body=b"", errors=[], note="", content_type="")


def _reduce(cases: Sequence[int]) -> None:
    """Results keep verdict, labels and scores."""
    names = Case.objects.filter(pk__in=cases).values_list("pk", "request_id", "bt_id")
    ids = {pk: {"request_id": request_id, "bt_id": bt_id} for pk, request_id, bt_id in names}
    machine = MachineResult.objects.filter(case__in=cases).only("case_id", "raw", "merged", "code")
    raws = [(one.pk, reduced(one.merged or one.raw, code=one.code, **ids[one.case_id])) for one in machine]
    _set(_SET_RAW, raws)
    finals = FinalResult.objects.filter(case__in=cases).only("case_id", "body")
    _set(_SET_BODY, [(one.pk, reduced(one.body, code=1100, **ids[one.case_id])) for one in finals])


def _set(statement: str, values: Sequence[tuple[int, str]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [[pk for pk, _ in values], [text for _, text in values]])


def _telling_events(cases: Sequence[int]) -> list[int]:
    told: dict[str, Any] = {"names": [str(pk) for pk in cases], "telling": sorted(TELLING)}
    with connection.cursor() as cursor:
        cursor.execute(_EVENTS, told)
        return [pk for (pk,) in cursor.fetchall()]
