"""The only writer of final results: a result, its deliveries and their audit event are one fact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models.functions import Now

from accounts import audit
from accounts.audit import Actor
from moderation.contract import answer, json_text
from moderation.contract.values import LabelPath, RiskLevel
from moderation.models import Case, FinalResult, MachineResult
from moderation.webhooks import outbox
from moderation.webhooks.payloads import Review


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person decided, in the contract's words. `risk_description` is for display."""

    risk_level: RiskLevel
    path: LabelPath
    risk_description: str


class TooLate(Exception):
    """The result has left for the customer: only a correction can change it now."""


def finalise(
    case: Case, verdict: Verdict, *, review: Review, machine: MachineResult, release_at: datetime, by: Actor
) -> FinalResult:
    """Write the next final result of a case and put its deliveries in the outbox; nothing leaves before
    `release_at`. Call it inside the deciding transaction, with the task's row locked.
    """
    body = _body(case, verdict, machine)
    result = FinalResult.objects.create(
        case=case,
        revision=case.final_results.filter(voided_at=None).count() + 1,
        result_type=1,
        risk_level=verdict.risk_level,
        risk_label1=verdict.path.risk_label1,
        risk_label2=verdict.path.risk_label2,
        risk_label3=verdict.path.risk_label3,
        body=json_text.dumps(body),
        decision_id=review.decision_id,
        decided_at=review.decided_at,
        release_at=release_at,
    )
    _set_state(case, Case.State.FINAL)
    outbox.put(result, body=body, review=review)
    audit.record("result.finalised", by=by, on=case, revision=result.revision, risk_level=verdict.risk_level)
    return result


def withdraw(decision_id: UUID, *, by: Actor) -> None:
    """Take back a result that nobody has heard of: its deliveries are cancelled, its revision is free again.

    Raises TooLate once `release_at` has passed on the database's clock or a delivery is under way.
    """
    results = FinalResult.objects.select_for_update(of=["self"]).select_related("case").annotate(now=Now())
    result = results.get(decision_id=decision_id, voided_at=None)
    if result.now >= result.release_at or not outbox.cancel(result, why="undone before it left"):
        raise TooLate
    FinalResult.objects.filter(pk=result.pk).update(voided_at=Now())
    _set_state(result.case, _state_before(result))
    audit.record("result.withdrawn", by=by, on=result.case, revision=result.revision)


def _body(case: Case, verdict: Verdict, machine: MachineResult) -> dict[str, object]:
    request = json_text.loads(case.request.encode()) if case.request else {}
    extra = (request.get("data") or {}).get("extra") or {}
    body = answer.final_result(
        machine_raw=json_text.loads(machine.raw.encode()),
        request_id=case.request_id,
        bt_id=case.bt_id,
        risk_level=verdict.risk_level,
        path=verdict.path,
        risk_description=verdict.risk_description,
        result_type=1,
        data_id=case.data_id,
        pass_through=extra.get("passThrough"),
    )
    return answer.with_listed(body, machine.listed)


def _state_before(result: FinalResult) -> Case.State:
    return Case.State.QUEUED if result.revision == 1 else Case.State.FINAL


def _set_state(case: Case, state: Case.State) -> None:
    Case.objects.filter(pk=case.pk).exclude(state=state).update(state=state)
