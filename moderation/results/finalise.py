"""The only writer of final results: a result, its deliveries and their audit event are written together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
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
from moderation import cache_versions
from moderation.contract import json_text, result_body
from moderation.contract.values import LabelPath, RiskLevel
from moderation.disposal.in_force import disposal_of
from moderation.messages import LedgerCode, Message
from moderation.models import Case, FinalResult, MachineResult
from moderation.webhooks import outbox
from moderation.webhooks.payloads import PolicyDecision, Review, Told


@dataclass(frozen=True, slots=True)
class FinalVerdict:
    """What was decided, in the API's terms. `risk_description` is for display; `disposal` is the verdict in the
    customer's own labels, where it came with one; what the app maps itself takes its place.
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


@dataclass(frozen=True, slots=True)
class DecidedAlone:
    """A case that policy decided alone, with its last final result."""

    judged: Judged
    verdict: FinalVerdict
    decision: PolicyDecision
    last: FinalResult | None = None


@dataclass(frozen=True, slots=True)
class _Answer:
    judged: Judged
    verdict: FinalVerdict
    revision: int
    told: Told

    @property
    def result_type(self) -> int:
        return 0 if isinstance(self.told, PolicyDecision) else 1


class TooLate(Exception):
    """The result was already released to the customer: only a correction can change it now."""


POLICY = "policy"
"""Who decided, in the audit, where policy did alone."""

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
    answers = [_Answer(one, verdict, revisions.get(one.case.pk, 1), review) for one in judged]
    _set_state([one.case.pk for one in judged], Case.State.FINAL, batch=batch)
    return _write(answers, release_at=release_at, by=by, batch=batch)


def decide_alone(decided: Sequence[DecidedAlone], *, at: datetime, batch: WriteBatch) -> list[FinalResult]:
    """Write what policy alone decided, released at once; not where the case's last result says the same. The caller has
    set the states of the cases, and holds their rows.
    """
    answers = [
        _Answer(one.judged, one.verdict, one.last.revision + 1 if one.last else 1, one.decision)
        for one in decided
        if one.last is None or not _says(one.last, one.verdict)
    ]
    return _write(answers, release_at=at, by=POLICY, batch=batch) if answers else []


def standing(cases: Collection[int]) -> dict[int, FinalResult]:
    """The last result of each case, without its body; those that were undone do not count."""
    if not cases:
        return {}
    last = FinalResult.objects.filter(case__in=cases, voided_at=None).order_by("case_id", "-revision")
    return {one.case_id: one for one in last.distinct("case_id").defer("body")}


def by_policy_alone(case: Case, last: FinalResult | None) -> bool:
    """Whether policy alone decided a case, so that it decides anew when the machine says something else. `last` is its
    last final result.
    """
    is_final = case.state == Case.State.FINAL and case.reopened_at is None
    return is_final and last is not None and last.result_type == 0


def _write(answers: Sequence[_Answer], *, release_at: datetime, by: Actor, batch: WriteBatch) -> list[FinalResult]:
    with cache_versions.read_together():
        bodies = {one.judged.case.pk: _body(one) for one in answers}
    results = [_row(one, bodies[one.judged.case.pk], release_at=release_at) for one in answers]
    addressed = outbox.address(results)
    keys = dict(write_batch.insert_models(results, returning="case_id, id"))
    for result in results:
        result.pk = keys[result.case_id]
    outbox.put(addressed, bodies=bodies, told={one.judged.case.pk: one.told for one in answers}, batch=batch)
    told = [(one.case, {"revision": one.revision, "risk_level": one.risk_level}) for one in results]
    audit.record_all(AuditAction.RESULT_FINALISED, told, by=by, batch=batch)
    return results


def _row(answer: _Answer, body: dict[str, object], *, release_at: datetime) -> FinalResult:
    verdict, told = answer.verdict, answer.told
    return FinalResult(
        case=answer.judged.case,
        revision=answer.revision,
        result_type=answer.result_type,
        risk_level=verdict.risk_level,
        risk_label1=verdict.path.risk_label1,
        risk_label2=verdict.path.risk_label2,
        risk_label3=verdict.path.risk_label3,
        body=json_text.dumps(body),
        decision_id=told.decision_id if isinstance(told, Review) else None,
        policy=told.as_json() if isinstance(told, PolicyDecision) else None,
        decided_at=told.decided_at,
        release_at=release_at,
    )


def _says(last: FinalResult, verdict: FinalVerdict) -> bool:
    path = LabelPath(last.risk_label1, last.risk_label2, last.risk_label3)
    return (last.risk_level, path) == (verdict.risk_level, verdict.path)


def withdraw(decision_id: UUID, *, by: Actor) -> list[Case]:
    """Void the results of a decision that no backend has received: their deliveries are cancelled, their revision
    numbers are free again. Returns the cases.

    Raises TooLate once `release_at` has passed on the database's clock, a delivery is under way or a backend has
    read of it.
    """
    given = FinalResult.objects.filter(decision_id=decision_id, voided_at=None).annotate(now=Now())
    results = list(given.select_for_update(of=["self"]).select_related("case__app").order_by("case"))
    if not results or results[0].now >= results[0].release_at or any(result.event_number for result in results):
        raise TooLate
    if not outbox.cancel(results, why=Message(LedgerCode.DELIVERY_UNDONE)):
        raise TooLate
    FinalResult.objects.filter(pk__in=[result.pk for result in results]).update(voided_at=Now())
    told = [(result.case, {"revision": result.revision}) for result in results]
    last = standing([result.case_id for result in results if result.revision > 1])
    undecided = [result.case for result in results if _waits_again(result.case, last.get(result.case_id))]
    for case in undecided:
        case.state = Case.State.QUEUED
    with WriteBatch() as batch:
        _set_state([case.pk for case in undecided], Case.State.QUEUED, batch=batch)
        audit.record_all(AuditAction.RESULT_WITHDRAWN, told, by=by, batch=batch)
    return [result.case for result in results]


def _waits_again(case: Case, last: FinalResult | None) -> bool:
    """Whether a case is undecided without the result that is taken back: a reopened one stays final."""
    return last is None or (last.result_type == 0 and case.reopened_at is None)


def _next_revisions(judged: Sequence[Judged]) -> dict[int, int]:
    """The next revision of the cases that already have results; a voided result leaves its number free."""
    return {case: told + 1 for case, told in _ANSWERED.rows(cases=[one.case.pk for one in judged])}


def _body(answer: _Answer) -> dict[str, object]:
    judged, verdict = answer.judged, answer.verdict
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
        result_type=answer.result_type,
        disposal=disposal_of(case.app_id, level=verdict.risk_level, path=verdict.path) or verdict.disposal,
        data_id=case.data_id,
        pass_through=extra.get("passThrough"),
    )
    return result_body.with_listed(body, judged.machine.listed)


def _set_state(cases: Sequence[int], state: Case.State, *, batch: WriteBatch) -> None:
    if cases:
        batch.execute(_SET_STATE.format(ids=placeholders(cases)), state, state, *cases)
