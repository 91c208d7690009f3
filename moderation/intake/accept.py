"""Ingest submissions: store, route and enqueue them in one transaction, in a few statements however many they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.audit import Actor
from accounts.audit_actions import AuditAction
from accounts.database.write_batch import WriteBatch
from accounts.models import App
from moderation import labels, word_lists
from moderation.contract.result_body import machine_result
from moderation.contract.values import Submission
from moderation.intake import cases, pictures, vendor_verdicts
from moderation.intake.handover import Handed, TakenIn, hand_over
from moderation.intake.routing import Routed, of_known, of_new, route_all
from moderation.intake.submissions import Arrival, Identity, arrived, waves
from moderation.models import Case, MachineResult
from moderation.policy import Outcome
from moderation.webhooks import outbox
from moderation.webhooks.outbox import Recorded


@dataclass(frozen=True, slots=True)
class Accepted:
    """The outcome of a submission. `revision` counts the machine results of the case, from 1."""

    case: Case
    revision: int
    repeat: bool
    taken_in: TakenIn | None

    @property
    def is_new(self) -> bool:
        return self.revision == 1 and not self.repeat


@dataclass(slots=True)
class _Entry:
    """A new result to be stored. `earlier` are the results that its case has, by revision."""

    case: Case
    arrival: Arrival
    routed: Routed
    earlier: Sequence[MachineResult] = ()
    taken_in: TakenIn | None = None

    @property
    def revision(self) -> int:
        return self.earlier[-1].revision + 1 if self.earlier else 1


def accept(submission: Submission, *, app: App, by: Actor) -> Accepted:
    """Store the submission and route its case. The same body again is a repeat, another one a revision.

    When this returns the submission is committed. A case that a person has decided is never re-routed.
    """
    return accept_all([(submission, app)], by=by)[0]


def accept_all(submissions: Sequence[tuple[Submission, App]], *, by: Actor) -> list[Accepted]:
    """As `accept`, for several at once: all of them are stored, or none."""
    arrivals = [arrived(submission, app=app) for submission, app in submissions]
    accepted: dict[int, Accepted] = {}
    with transaction.atomic():
        cases.register_events(arrivals)
        for wave in waves(arrivals):
            accepted |= zip(wave, _accept_wave([arrivals[place] for place in wave], by=by), strict=True)
        labels.register(path for arrival in arrivals for path in arrival.paths)  # last in the lock order, see register
    pictures.forget_unneeded(arrival.source for arrival in arrivals)
    return [accepted[place] for place in range(len(arrivals))]


def _accept_wave(arrivals: Sequence[Arrival], *, by: Actor) -> list[Accepted]:
    """Ingest a wave, in which each case occurs once."""
    routed = route_all([of_new(arrival) for arrival in arrivals])
    made, keys = _create_or_find(arrivals, [Case.State(one.route.outcome) for one in routed])
    known = [arrival for arrival in arrivals if arrival.identity in keys]
    found, at = cases.lock(known, keys) if known else ({}, None)  # before new cases lock a task, as deciding does
    entries = [_Entry(made[a.identity], a, one) for a, one in zip(arrivals, routed, strict=True) if a.identity in made]
    with WriteBatch() as batch:
        pictures.create_fetches([(entry.case, entry.arrival.source) for entry in entries], batch=batch)
        arrived_at = entries[0].case.received_at if entries else None
        _keep(entries, at=arrived_at, by=by, batch=batch)
        _tell_recorded(entries, at=arrived_at, batch=batch)
    accepted = {entry.arrival.identity: _told(entry) for entry in entries}
    accepted |= _accept_known(known, found, at=at, by=by)
    return [accepted[arrival.identity] for arrival in arrivals]


def _create_or_find(
    arrivals: Sequence[Arrival], states: Sequence[Case.State]
) -> tuple[dict[Identity, Case], dict[Identity, int]]:
    """The new cases of these arrivals, and the keys of those that existed."""
    made = cases.create(arrivals, states)
    known = [arrival for arrival in arrivals if arrival.identity not in made]
    keys = cases.find(known)
    apart = [n for n, arrival in enumerate(arrivals) if arrival.identity not in made and arrival.identity not in keys]
    if apart:
        others = [arrivals[n] for n in apart]
        made |= cases.create(others, [states[n] for n in apart], apart=True)
        keys |= cases.find([arrival for arrival in others if arrival.identity not in made])
    return made, keys


def _accept_known(
    arrivals: Sequence[Arrival], found: Mapping[Identity, Case], *, at: datetime | None, by: Actor
) -> Mapping[Identity, Accepted]:
    """Ingest results of existing cases, whose rows are locked."""
    if not arrivals:
        return {}
    earlier = _results_of(found.values())
    accepted: dict[Identity, Accepted] = {}
    revised: list[Arrival] = []
    for arrival in arrivals:
        case = found[arrival.identity]
        same = (one for one in earlier[case.pk] if one.raw_sha256 == arrival.raw_sha256)
        if repeat := next(same, None):
            accepted[arrival.identity] = Accepted(case, repeat.revision, repeat=True, taken_in=_stored_place(repeat))
        else:
            cases.complete(case, arrival)
            revised.append(arrival)
    routed = route_all([of_known(arrival, found[arrival.identity]) for arrival in revised])
    entries = [
        _Entry(found[arrival.identity], arrival, one, earlier[found[arrival.identity].pk])
        for arrival, one in zip(revised, routed, strict=True)
    ]
    pictures.supply([(entry.case, entry.arrival.source) for entry in entries], by=by)
    with WriteBatch() as batch:
        _keep(entries, at=at, by=by, batch=batch)
    _merge_verdicts(entries, at=at, by=by)
    with WriteBatch() as batch:
        _tell_recorded(entries, at=at, batch=batch)
    return accepted | {entry.arrival.identity: _told(entry) for entry in entries}


def _keep(entries: Sequence[_Entry], *, at: datetime | None, by: Actor, batch: WriteBatch) -> None:
    """Hand over the cases to be routed, and store every result with its route."""
    if at is None:
        return
    routed = [entry for entry in entries if _reroutes(entry)]
    handed = [
        Handed(
            entry.case,
            entry.routed.route,
            entry.revision,
            entry.arrival.request,
            entry.routed.top_label,
            entry.routed.severity,
        )
        for entry in routed
    ]
    for entry, taken_in in zip(routed, hand_over(handed, at=at, batch=batch), strict=True):
        entry.taken_in = taken_in
    cases.set_states([entry.case for entry in routed], [Case.State(entry.routed.route.outcome) for entry in routed])
    batch.insert(MachineResult, [_row(entry) for entry in entries])
    for action, is_meant in _ACTIONS.items():
        told = [(entry.case, _details(entry)) for entry in entries if is_meant(entry)]
        audit.record_all(action, told, by=by, batch=batch)


_ACTIONS: Mapping[AuditAction, Callable[[_Entry], bool]] = {
    AuditAction.CASE_RECEIVED: lambda entry: not entry.earlier,
    AuditAction.CASE_REVISED: lambda entry: bool(entry.earlier),
}


def _reroutes(entry: _Entry) -> bool:
    """Whether a revision is routed. A person's verdict stands, ours or the detection service's reviewers'; and a
    failure says nothing about a picture that was judged before.
    """
    failed_late = entry.earlier and entry.routed.route.outcome == Outcome.FAILED
    judged = entry.case.state == Case.State.FINAL or any(map(vendor_verdicts.is_verdict, entry.earlier))
    return not judged and not failed_late


def _merge_verdicts(entries: Sequence[_Entry], *, at: datetime | None, by: Actor) -> None:
    for entry in entries:
        if at and entry.case.state != Case.State.FINAL:
            vendor_verdicts.merge(entry.case, [*entry.earlier, MachineResult(**_row(entry))], at=at, by=by)


def _tell_recorded(entries: Sequence[_Entry], *, at: datetime | None, batch: WriteBatch) -> None:
    """Deliver results recorded without review to endpoints that subscribe to them, unless they became final."""
    recorded = [
        Recorded(entry.case, machine_result(entry.arrival.result.raw))
        for entry in entries
        if entry.case.state == Case.State.RECORDED and entry.routed.route.outcome == Outcome.RECORDED
    ]
    if recorded and at:
        outbox.put_recorded(recorded, at=at, batch=batch)


def _results_of(found: Any) -> dict[int, list[MachineResult]]:
    results: dict[int, list[MachineResult]] = {case.pk: [] for case in found}
    earlier = MachineResult.objects.filter(case__in=list(results)).defer("raw")  # megabytes, and rarely needed
    for result in earlier.order_by("case", "revision"):
        results[result.case_id].append(result)
    return results


def _row(entry: _Entry) -> dict[str, Any]:
    result, place = entry.arrival.result, entry.taken_in
    put = {"queue": place.queue, "dueAt": place.due_at.isoformat()} if place else {}
    return {
        "case_id": entry.case.pk,
        "revision": entry.revision,
        "raw": entry.arrival.raw,
        "raw_sha256": entry.arrival.raw_sha256,
        "shape": result.shape.value,
        "code": result.code,
        "risk_level": result.risk_level.value if result.risk_level else "",
        "risk_label1": result.path.risk_label1,
        "risk_label2": result.path.risk_label2,
        "risk_label3": result.path.risk_label3,
        "result_type": result.result_type,
        "final_result": result.final_result,
        "policy_version_id": entry.routed.version.pk if entry.routed.version else None,
        "route": entry.routed.route.as_json() | put,
        "listed": word_lists.as_json(entry.routed.listed),
    }


def _details(entry: _Entry) -> dict[str, Any]:
    route = entry.routed.route
    return {"revision": entry.revision, "outcome": route.outcome, "why": route.why}


def _told(entry: _Entry) -> Accepted:
    return Accepted(entry.case, entry.revision, repeat=False, taken_in=entry.taken_in)


def _stored_place(result: MachineResult) -> TakenIn | None:
    if "dueAt" not in result.route:
        return None
    return TakenIn(result.route["queue"], datetime.fromisoformat(result.route["dueAt"]))
