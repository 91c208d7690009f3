"""A result that is about to be stored, and everything that is written with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from accounts import audit
from accounts.audit import Actor
from accounts.audit_actions import AuditAction
from accounts.database.write_batch import WriteBatch
from moderation import cache_versions, word_lists
from moderation.contract.result_body import machine_result
from moderation.contract.values import Request, Result, RiskLevel
from moderation.intake import cases, vendor_verdicts
from moderation.intake.gateway_answer import answer
from moderation.intake.handover import Handed, TakenIn, hand_over
from moderation.intake.routing import Routed
from moderation.intake.submissions import Arrival
from moderation.models import Case, FinalResult, MachineResult
from moderation.policy import Outcome
from moderation.policy_versions import shadow
from moderation.results import DecidedAlone, FinalVerdict, Judged, by_policy_alone, decide_alone
from moderation.runtime.worker_notifier import notify
from moderation.stored_facts import write
from moderation.stored_facts.write import Standing
from moderation.text_locator import wanted
from moderation.text_locator.wanted import Marked
from moderation.webhooks import outbox
from moderation.webhooks.outbox import Recorded


@dataclass(slots=True)
class Entry:
    """A new result of a case. `result` is what is judged: of a reviewer's body without evidence it is the machine's
    with that body merged in, and `merged` its text. `earlier` are the results that the case has, by revision, and
    `last` its last final result; `final` is the one that policy alone makes of it.
    """

    case: Case
    arrival: Arrival
    result: Result
    routed: Routed
    request: Request | None = None
    merged: str | None = None
    earlier: Sequence[MachineResult] = ()
    last: FinalResult | None = None
    taken_in: TakenIn | None = None
    final: FinalResult | None = None
    by_person: bool = field(init=False)

    def __post_init__(self) -> None:
        self.by_person = bool(self.earlier) and is_by_person(self.case, self.last)  # before it is routed anew

    @property
    def revision(self) -> int:
        return self.earlier[-1].revision + 1 if self.earlier else 1

    @property
    def reroutes(self) -> bool:
        """Whether the case is routed by it. A person's verdict stands, ours or the detection service's reviewers'; and
        a failure says nothing about a picture that was judged before.
        """
        judged = self.by_person or any(map(vendor_verdicts.is_verdict, self.earlier))
        return not judged and not self._failed_late

    @property
    def stands(self) -> bool:
        """Whether the case stands on it from now on: a reviewer's verdict takes no evidence's place."""
        is_bare = vendor_verdicts.is_verdict(self.result) and any(map(vendor_verdicts.is_evidence, self.earlier))
        return not self.by_person and not self._failed_late and not is_bare

    @property
    def flagged(self) -> bool:
        """Whether it is not simply answered with PASS: it waits for a person, or is rejected."""
        level = self.routed.verdict.risk_level if self.routed.verdict else self.result.risk_level
        return self.taken_in is not None or level not in (None, RiskLevel.PASS)

    @property
    def _failed_late(self) -> bool:
        return bool(self.earlier) and self.routed.route.outcome == Outcome.FAILED


def is_by_person(case: Case, last: FinalResult | None) -> bool:
    """Whether a case is final by a person's verdict, or reopened by one, so that no machine result routes it."""
    return case.state == Case.State.FINAL and not by_policy_alone(case, last)


def keep(entries: Sequence[Entry], *, at: datetime | None, by: Actor, batch: WriteBatch) -> None:
    """Hand over the cases to be routed, and store every result with its route."""
    if at is None:
        return
    standing = {entry.case.pk: entry.revision for entry in entries if entry.stands}
    routed = [entry for entry in entries if entry.reroutes]
    handed = [_handed(entry) for entry in routed]
    for entry, taken_in in zip(routed, hand_over(handed, at=at, batch=batch), strict=True):
        entry.taken_in = taken_in
    states = {entry.case.pk: entry.routed.state(entry.last) for entry in routed}
    cases.stand([entry.case for entry in entries], states=states, revisions=standing)
    batch.insert(MachineResult, [_row(entry) for entry in entries])
    _keep_facts([entry for entry in entries if entry.stands], batch=batch)
    _have_text_located([entry for entry in entries if entry.case.state == Case.State.QUEUED], batch=batch)
    shadow.keep([(one.case.pk, one.revision, one.routed.shadowed) for one in routed], batch=batch)
    for action, is_meant in _ACTIONS.items():
        told = [(entry.case, _details(entry)) for entry in entries if is_meant(entry)]
        audit.record_all(action, told, by=by, batch=batch)
    decided = decide_alone([_decided(entry, at) for entry in routed if entry.routed.verdict], at=at, batch=batch)
    finals = {final.case_id: final for final in decided}
    for entry in routed:
        entry.final = finals.get(entry.case.pk)


def _keep_facts(entries: Sequence[Entry], *, batch: WriteBatch) -> None:
    """In place of those of the results that the cases stood on before."""
    write.forget([entry.case.pk for entry in entries if entry.earlier])
    write.add([Standing(entry.case, entry.revision, entry.routed.facts) for entry in entries], batch=batch)


def merge_verdicts(entries: Sequence[Entry], *, at: datetime | None, by: Actor) -> None:
    for entry in entries:
        if at and not entry.by_person:
            vendor_verdicts.merge(entry.case, [*entry.earlier, MachineResult(**_row(entry))], at=at, by=by)


def tell_recorded(entries: Sequence[Entry], *, at: datetime | None, batch: WriteBatch) -> None:
    """Deliver results recorded without review to endpoints that subscribe to them, unless they became final."""
    recorded = [
        Recorded(entry.case, machine_result(entry.result.raw))
        for entry in entries
        if entry.case.state == Case.State.RECORDED and entry.routed.route.outcome == Outcome.RECORDED
    ]
    if recorded and at:
        outbox.put_recorded(recorded, at=at, batch=batch)


def answer_callbacks(entries: Sequence[Entry], *, at: datetime | None, batch: WriteBatch) -> None:
    """Deliver the answers of new cases to the callbacks that their calls named. What policy decided alone is told by
    its final result.
    """
    waiting = [entry for entry in entries if entry.case.callback and not entry.routed.verdict]
    if waiting and at:
        with cache_versions.read_together():
            answers = [Recorded(one.case, answer(one.case, as_stored(one))) for one in waiting]
        outbox.put_answers(answers, at=at, batch=batch)


def _have_text_located(entries: Sequence[Entry], *, batch: WriteBatch) -> None:
    """Of cases that people will look at."""
    from moderation.tasks import locate_texts

    if wanted.note([_marked(entry) for entry in entries], batch=batch):
        notify(locate_texts)


def _marked(entry: Entry) -> Marked:
    listed = word_lists.as_json(entry.routed.listed)
    return Marked(entry.case.pk, entry.revision, entry.result.evidence, listed)


_ACTIONS: Mapping[AuditAction, Callable[[Entry], bool]] = {
    AuditAction.CASE_RECEIVED: lambda entry: not entry.earlier,
    AuditAction.CASE_REVISED: lambda entry: bool(entry.earlier),
}


def _decided(entry: Entry, at: datetime) -> DecidedAlone:
    return decided_alone(entry.case, as_stored(entry), entry.routed, entry.last, at=at)


def as_stored(entry: Entry) -> MachineResult:
    """Its row, without reading again what was just parsed."""
    machine = MachineResult(**_row(entry))
    machine.body, machine.result = entry.result.raw, entry.result
    return machine


def decided_alone(
    case: Case, machine: MachineResult, routed: Routed, last: FinalResult | None, *, at: datetime
) -> DecidedAlone:
    """What policy alone decided of a case, by a route that has a verdict."""
    return DecidedAlone(Judged(case, machine), cast(FinalVerdict, routed.verdict), routed.decision(at), last)


def _handed(entry: Entry) -> Handed:
    routed = entry.routed
    told = routed.top_label, routed.severity
    return Handed(
        entry.case,
        routed.route,
        entry.revision,
        entry.request,
        *told,
        is_known=bool(entry.earlier),
        facts=routed.facts,
        would_wait_in=routed.would_wait_in,
    )


def _row(entry: Entry) -> dict[str, Any]:
    result, routed = entry.result, entry.routed
    return {
        "case_id": entry.case.pk,
        "revision": entry.revision,
        "raw": entry.arrival.raw,
        "merged": entry.merged,
        "raw_sha256": entry.arrival.raw_sha256,
        "shape": entry.arrival.result.shape.value,
        "code": result.code,
        "risk_level": result.risk_level.value if result.risk_level else "",
        "risk_label1": result.path.risk_label1,
        "risk_label2": result.path.risk_label2,
        "risk_label3": result.path.risk_label3,
        "result_type": result.result_type,
        "final_result": result.final_result,
        "policy_version_id": routed.version.pk if routed.version else None,
        "route": _route(entry) | placed(entry.taken_in),
        "listed": word_lists.as_json(routed.listed),
    }


def _route(entry: Entry) -> dict[str, Any]:
    """Without the level that policy would have decided to, where a person's verdict stands."""
    stored = entry.routed.route.as_json()
    return stored if entry.reroutes else {name: value for name, value in stored.items() if name != "riskLevel"}


def placed(taken_in: TakenIn | None) -> dict[str, str]:
    """What a stored route tells of the queue that the case was put in."""
    return {"queue": taken_in.queue, "dueAt": taken_in.due_at.isoformat()} if taken_in else {}


def _details(entry: Entry) -> dict[str, Any]:
    route = entry.routed.route
    return {"revision": entry.revision, "outcome": route.outcome, "why": route.why}
