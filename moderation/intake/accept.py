"""Ingest submissions: store, route and enqueue them in one transaction, in a few statements however many they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from accounts import audit
from accounts.audit import Actor
from accounts.audit_actions import AuditAction
from accounts.database.write_batch import WriteBatch
from accounts.models import App
from moderation import labels
from moderation.contract.values import Submission
from moderation.intake import cases, pictures, placing
from moderation.intake.entries import (
    Entry,
    answer_callbacks,
    as_stored,
    is_by_person,
    keep,
    merge_verdicts,
    tell_recorded,
)
from moderation.intake.handover import TakenIn
from moderation.intake.placing import place, results_of
from moderation.intake.routing import of_known, of_new, route_all
from moderation.intake.submissions import Arrival, Identity, arrived, waves
from moderation.intake.vendor_verdicts import is_verdict, with_evidence
from moderation.models import Case, FinalResult, MachineResult
from moderation.results import standing
from moderation.stored_facts import write

_ANSWERED = (Case.State.FINAL, Case.State.QUEUED)  # a case in another state has no final result


@dataclass(frozen=True, slots=True)
class Accepted:
    """The outcome of a submission. `revision` counts the machine results of the case, from 1. `flagged`: a new result
    that waits for a person, or is rejected. Of a new case of the gateway, whose caller waits, `machine` is its result
    and `final` what policy alone made of it.
    """

    case: Case
    revision: int
    repeat: bool
    taken_in: TakenIn | None
    flagged: bool = False
    machine: MachineResult | None = None
    final: FinalResult | None = None

    @property
    def is_new(self) -> bool:
        return self.revision == 1 and not self.repeat


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
    outcomes = [accepted[place] for place in range(len(arrivals))]
    if not all(outcome.is_new for outcome in outcomes):
        pictures.forget_unneeded(arrival.source for arrival in arrivals)
    return outcomes


def _accept_wave(arrivals: Sequence[Arrival], *, by: Actor) -> list[Accepted]:
    """Ingest a wave, in which each case occurs once."""
    routed = route_all([of_new(arrival) for arrival in arrivals])
    made, keys = _create_or_find(arrivals, [one.state() for one in routed])
    known = [arrival for arrival in arrivals if arrival.identity in keys]
    found, at = cases.lock(known, keys) if known else ({}, None)  # before new cases lock a task, as deciding does
    entries = [
        Entry(made[arrival.identity], arrival, arrival.result, one, arrival.request)
        for arrival, one in zip(arrivals, routed, strict=True)
        if arrival.identity in made
    ]
    with WriteBatch() as batch:
        pictures.create_fetches([(entry.case, entry.arrival.source) for entry in entries], batch=batch)
        arrived_at = entries[0].case.received_at if entries else None
        keep(entries, at=arrived_at, by=by, batch=batch)
        tell_recorded(entries, at=arrived_at, batch=batch)
        answer_callbacks(entries, at=arrived_at, batch=batch)
    accepted = {entry.arrival.identity: _told_anew(entry) for entry in entries}
    if at:
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
    arrivals: Sequence[Arrival], found: Mapping[Identity, Case], *, at: datetime, by: Actor
) -> dict[Identity, Accepted]:
    """Ingest results of existing cases, whose rows are locked."""
    earlier = results_of(found.values())
    last = standing([case.pk for case in found.values() if case.state in _ANSWERED])
    repeats = {a.identity: one for a in arrivals if (one := _same(a, earlier[found[a.identity].pk]))}
    placed = _complete(arrivals, found, earlier, repeats, last, at=at, by=by)
    accepted = {
        identity: _repeated(found[identity], repeat, placed.get(found[identity].pk))
        for identity, repeat in repeats.items()
    }
    revised = [arrival for arrival in arrivals if arrival.identity not in repeats]
    return accepted | _revise(revised, found, earlier, last, at=at, by=by)


def _same(arrival: Arrival, earlier: Sequence[MachineResult]) -> MachineResult | None:
    if arrival.submission.gateway:
        return earlier[0]
    return next((one for one in earlier if one.raw_sha256 == arrival.raw_sha256), None)


def _complete(
    arrivals: Sequence[Arrival],
    found: Mapping[Identity, Case],
    earlier: Mapping[int, Sequence[MachineResult]],
    repeats: Mapping[Identity, MachineResult],
    last: Mapping[int, FinalResult],
    *,
    at: datetime,
    by: Actor,
) -> Mapping[int, TakenIn]:
    """Fill what the cases did not know, and their pictures. Returns the queues of those routed again."""
    fuller, sent = [], []
    for arrival in arrivals:
        case, is_repeat = found[arrival.identity], arrival.identity in repeats
        if cases.is_erased(case):
            if is_repeat:
                continue  # what was erased does not come back with it
            cases.keep_anew(case)
        is_other, is_fuller = cases.complete(case, arrival)
        if is_fuller:
            write.complete(case, cases.request_of(case))
        if is_repeat and is_fuller:
            fuller.append(case)
        if is_other or not is_repeat:
            cases.add_terms(case, arrival)
        if is_other or not is_repeat or arrival.source.upload:
            sent.append((case, arrival.source))
    pictures.supply(sent, repeated=[found[identity].pk for identity in repeats], by=by)
    return _place_fuller(fuller, earlier, last, at=at, by=by)


def _place_fuller(
    fuller: Sequence[Case],
    earlier: Mapping[int, Sequence[MachineResult]],
    last: Mapping[int, FinalResult],
    *,
    at: datetime,
    by: Actor,
) -> Mapping[int, TakenIn]:
    """Route the cases again of which a repeat told more than was known, unless somebody has judged them."""
    audit.record_all(AuditAction.CASE_COMPLETED, [(case, {}) for case in fuller], by=by)
    undecided = [
        (case, result)
        for case in fuller
        if not is_by_person(case, last.get(case.pk)) and not any(map(is_verdict, earlier[case.pk]))
        for result in earlier[case.pk]
        if result.revision == case.stands_on
    ]
    waiting = [(case, result) for case, result in undecided if case.state == Case.State.QUEUED]
    placed = place(undecided, last=last, at=at)
    placing.tell_recorded(waiting, at=at)
    return placed


def _revise(
    arrivals: Sequence[Arrival],
    found: Mapping[Identity, Case],
    earlier: Mapping[int, Sequence[MachineResult]],
    last: Mapping[int, FinalResult],
    *,
    at: datetime,
    by: Actor,
) -> dict[Identity, Accepted]:
    """Store new results of existing cases."""
    if not arrivals:
        return {}
    judged = [with_evidence(arrival.result, earlier[found[arrival.identity].pk]) for arrival in arrivals]
    asked = [of_known(one.result, found[a.identity]) for a, one in zip(arrivals, judged, strict=True)]
    entries = [
        Entry(
            found[arrival.identity],
            arrival,
            one.result,
            routed,
            ask.request,
            one.merged,
            earlier[found[arrival.identity].pk],
            last.get(found[arrival.identity].pk),
        )
        for arrival, one, ask, routed in zip(arrivals, judged, asked, route_all(asked), strict=True)
    ]
    with WriteBatch() as batch:
        keep(entries, at=at, by=by, batch=batch)
    merge_verdicts(entries, at=at, by=by)
    with WriteBatch() as batch:
        tell_recorded(entries, at=at, batch=batch)
    return {entry.arrival.identity: _told(entry) for entry in entries}


def _told(entry: Entry) -> Accepted:
    return Accepted(entry.case, entry.revision, repeat=False, taken_in=entry.taken_in, flagged=entry.flagged)


def _told_anew(entry: Entry) -> Accepted:
    told = _told(entry)
    if entry.arrival.submission.gateway is None:
        return told
    return replace(told, machine=as_stored(entry), final=entry.final)


def _repeated(case: Case, result: MachineResult, taken_in: TakenIn | None) -> Accepted:
    return Accepted(case, result.revision, repeat=True, taken_in=taken_in or _stored_place(result))


def _stored_place(result: MachineResult) -> TakenIn | None:
    if "dueAt" not in result.route:
        return None
    return TakenIn(result.route["queue"], datetime.fromisoformat(result.route["dueAt"]))
