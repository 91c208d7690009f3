"""The only writer of final results: a result, its deliveries and their audit event are written together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models.functions import Now

from accounts import audit
from accounts.audit import Actor
from accounts.audit_actions import AuditAction
from accounts.database import write_batch
from accounts.database.statements import Statement
from accounts.database.write_batch import WriteBatch, placeholders
from moderation.contract import json_text, result_body
from moderation.contract.values import LabelPath, RiskLevel
from moderation.messages import LedgerCode, Message
from moderation.models import Case, FinalResult, MachineResult
from moderation.webhooks import outbox
from moderation.webhooks.payloads import Review


@dataclass(frozen=True, slots=True)
class FinalVerdict:
    """What a person decided, in the API's terms. `risk_description` is for display; `disposal` is the verdict in the
    customer's own labels, where it came with one.
    """

    risk_level: RiskLevel
    path: LabelPath
    risk_description: str
    disposal: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """One of the cases that a verdict is about, with the machine result that it is merged into."""

    case: Case
    machine: MachineResult


class TooLate(Exception):
    """The result was already released to the customer: only a correction can change it now."""


_ANSWERED = Statement(
    """
    SELECT case_id, count(*)
      FROM moderation_finalresult
     WHERE case_id IN ({cases}) AND voided_at IS NULL
     GROUP BY case_id
    """
)

_SET_STATE = "UPDATE moderation_case SET state = %s WHERE state <> %s AND id IN ({ids})"


def finalise(
    judged: Sequence[Judged],
    verdict: FinalVerdict,
    *,
    review: Review,
    release_at: datetime,
    by: Actor,
    batch: WriteBatch,
) -> list[FinalResult]:
    """Write the next final result of each case and put its deliveries in the outbox; nothing is sent before
    `release_at`. Call it inside the deciding transaction, with the rows of the cases locked. The results are written at
    once, for their keys; everything else goes into the batch.
    """
    revisions = _next_revisions(judged)
    bodies = {one.case.pk: _body(one, verdict) for one in judged}
    results = [
        FinalResult(
            case=one.case,
            revision=revisions.get(one.case.pk, 1),
            result_type=1,
            risk_level=verdict.risk_level,
            risk_label1=verdict.path.risk_label1,
            risk_label2=verdict.path.risk_label2,
            risk_label3=verdict.path.risk_label3,
            body=json_text.dumps(bodies[one.case.pk]),
            decision_id=review.decision_id,
            decided_at=review.decided_at,
            release_at=release_at,
        )
        for one in judged
    ]
    addressed = outbox.address(results)
    keys = dict(write_batch.insert_models(results, returning="case_id, id"))
    for result in results:
        result.pk = keys[result.case_id]
    _set_state([one.case.pk for one in judged], Case.State.FINAL, batch=batch)
    outbox.put(addressed, bodies=bodies, review=review, batch=batch)
    told = [(one.case, {"revision": one.revision, "risk_level": one.risk_level}) for one in results]
    audit.record_all(AuditAction.RESULT_FINALISED, told, by=by, batch=batch)
    return results


def withdraw(decision_id: UUID, *, by: Actor) -> list[Case]:
    """Void the results of a decision that no backend has received: their deliveries are cancelled, their revision
    numbers are free again. Returns the cases.

    Raises TooLate once `release_at` has passed on the database's clock, a delivery is under way or a backend has
    read of it.
    """
    standing = FinalResult.objects.filter(decision_id=decision_id, voided_at=None).annotate(now=Now())
    results = list(standing.select_for_update(of=["self"]).select_related("case__app").order_by("case"))
    if not results or results[0].now >= results[0].release_at or any(result.event_number for result in results):
        raise TooLate
    if not outbox.cancel(results, why=Message(LedgerCode.DELIVERY_UNDONE)):
        raise TooLate
    FinalResult.objects.filter(pk__in=[result.pk for result in results]).update(voided_at=Now())
    told = [(result.case, {"revision": result.revision}) for result in results]
    undecided = [result.case for result in results if result.revision == 1]
    for case in undecided:
        case.state = Case.State.QUEUED
    with WriteBatch() as batch:
        _set_state([case.pk for case in undecided], Case.State.QUEUED, batch=batch)
        audit.record_all(AuditAction.RESULT_WITHDRAWN, told, by=by, batch=batch)
    return [result.case for result in results]


def _next_revisions(judged: Sequence[Judged]) -> dict[int, int]:
    """The next revision of the cases that already have results; a voided result leaves its number free."""
    return {case: told + 1 for case, told in _ANSWERED.rows(cases=[one.case.pk for one in judged])}


def _body(judged: Judged, verdict: FinalVerdict) -> dict[str, object]:
    case = judged.case
    request = json_text.loads(case.request.encode()) if case.request else {}
    extra = (request.get("data") or {}).get("extra") or {}
    body = result_body.final_result(
        machine_raw=judged.machine.body,
        request_id=case.request_id,
        bt_id=case.bt_id,
        risk_level=verdict.risk_level,
        path=verdict.path,
        risk_description=verdict.risk_description,
        result_type=1,
        disposal=verdict.disposal,
        data_id=case.data_id,
        pass_through=extra.get("passThrough"),
    )
    return result_body.with_listed(body, judged.machine.listed)


def _set_state(cases: Sequence[int], state: Case.State, *, batch: WriteBatch) -> None:
    if cases:
        batch.execute(_SET_STATE.format(ids=placeholders(cases)), state, state, *cases)
