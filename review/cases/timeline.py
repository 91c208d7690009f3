"""The whole history of a case in order of time, assembled from its CaseRecord. Queries only labels' names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext, ngettext

from accounts import times
from accounts.audit_actions import AuditAction
from accounts.audit_sentences import sentence_of
from accounts.models import AuditEvent
from moderation import labels
from moderation.models import Delivery, FinalResult, MachineResult
from moderation.policy import Taxonomy
from review.cases.case_record import CaseRecord
from review.models import Decision, Lease, Verdict
from review.presentation import rules
from review.presentation.label_names import label_name, risk_level_name
from review.presentation.messages import describe

# Not shown as audit events: the rows themselves say more.
_TOLD_BY_ROWS = {
    *(AuditAction.CASE_RECEIVED, AuditAction.CASE_REVISED, AuditAction.CASE_DECIDED),
    *(AuditAction.DECISION_UNDONE, AuditAction.RESULT_FINALISED, AuditAction.RESULT_WITHDRAWN),
}


_VERDICTS = ("decided", "undone", "result")  # kinds of entries


@dataclass(frozen=True, slots=True)
class Entry:
    """One event. `kind` is for code, `what`, `why` and `note` are for people."""

    at: datetime
    kind: str
    what: str
    by: str = ""
    why: tuple[str, ...] = ()
    note: str = ""


def entries(found: CaseRecord, *, hidden: bool = False) -> list[Entry]:
    """Oldest first; events of the same instant in the order of cause and effect. `hidden`: without the verdicts, for
    whoever is still to give an opinion.
    """
    told = _all(found, labels.in_force())
    return sorted((one for one in told if not (hidden and one.kind in _VERDICTS)), key=lambda entry: entry.at)


def by_round(told: Sequence[Entry]) -> list[list[Entry]]:
    """The same, a list for each time the case was opened."""
    rounds: list[list[Entry]] = [[]]
    for entry in told:
        if entry.kind == "reopened":
            rounds.append([])
        rounds[-1].append(entry)
    return rounds


def _all(found: CaseRecord, taxonomy: Taxonomy) -> Iterator[Entry]:
    queues = {task.queue.slug: str(task.queue) for task in found.tasks}
    senders = {event.details.get("revision"): event for event in found.events if event.action in _ARRIVALS}
    for result in found.machine:
        yield from _machine(result, senders.get(result.revision), queues, taxonomy)
    judged_at = max((one.decided_at for one in found.decisions if one.undone_at is None), default=None)
    for event in found.events:
        if event.action not in _TOLD_BY_ROWS:
            yield _event(event, queues, is_judged=judged_at is not None and judged_at >= event.at)
    yield from map(_lease, found.leases)
    for decision in found.decisions:
        yield from _decision(decision, taxonomy)
    yield from (_result(result, taxonomy) for result in found.results)
    for delivery in found.deliveries:
        yield from _delivery(delivery)


_ARRIVALS = (AuditAction.CASE_RECEIVED, AuditAction.CASE_REVISED)


def _machine(
    result: MachineResult, sent: AuditEvent | None, queues: Mapping[str, str], taxonomy: Taxonomy
) -> Iterable[Entry]:
    said = " · ".join(filter(None, (risk_level_name(result.risk_level) or str(result.code), _label(result, taxonomy))))
    by = sent.by_name if sent else ""
    if result.revision == 1:
        yield Entry(result.received_at, "received", gettext("Received: {said}").format(said=said), by)
    else:
        what = gettext("Revised by the machine, revision {n}: {said}").format(n=result.revision, said=said)
        yield Entry(result.received_at, "revised", what, by)
    why = tuple(_reasons(result.route, taxonomy))
    yield Entry(result.received_at, "routed", _routed(result, queues), _policy(result), why)


def _routed(result: MachineResult, queues: Mapping[str, str]) -> str:
    route = result.route
    if route.get("outcome") == "queued" and route.get("dueAt"):
        return gettext("Routed to the queue “{queue}”").format(
            queue=queues.get(route.get("queue", ""), route.get("queue"))
        )
    if route.get("riskLevel"):
        return gettext("Decided by policy alone: {level}").format(level=risk_level_name(route["riskLevel"]))
    if route.get("outcome") in ("queued", "decided"):
        return gettext("Recorded without routing: a person has already decided")
    words = {
        "recorded": gettext("Recorded, nothing to do"),
        "failed": gettext("The machine returned an error; there is nothing to judge"),
    }
    return words.get(route.get("outcome", ""), str(route.get("outcome", "")))


def _policy(result: MachineResult) -> str:
    version = result.policy_version
    return gettext("policy version {n}").format(n=version.number) if version else gettext("the built-in policy")


def _reasons(route: dict[str, Any], taxonomy: Taxonomy) -> Iterator[str]:
    """The route's own words name the rule."""
    yield from filter(None, [describe(route.get("why"))])
    for term in route.get("terms") or ():
        yield f"{describe(term['why'], taxonomy)} {rules.minutes(term['minutes'])}"


def _lease(lease: Lease) -> Entry:
    if lease.ended_at is None:
        return Entry(lease.leased_at, "leased", gettext("Leased, still open"), str(lease.by))
    seconds = max(0, round((lease.ended_at - lease.leased_at).total_seconds()))
    what = ngettext("Leased for {n} second, then {how}", "Leased for {n} seconds, then {how}", seconds)
    return Entry(lease.leased_at, "leased", what.format(n=seconds, how=lease.get_outcome_display()), str(lease.by))


def _event(event: AuditEvent, queues: Mapping[str, str], *, is_judged: bool) -> Entry:
    """The asker's view in a second opinion is shown only after the case is judged, to avoid biasing the colleague."""
    to, view = (event.details.get(name) or "" for name in ("to", "view"))
    queue = queues.get(slug := event.details.get("to_queue") or "", slug)
    until = times.text(datetime.fromisoformat(event.details["until"])) if event.details.get("until") else ""
    kind = event.action.removeprefix("case.").removesuffix("-asked").removesuffix("-sent")  # of older rows
    known = {name: value for name, value in (("to", to), ("until", until), ("queue", queue)) if value}
    sentence = sentence_of(event.action)
    what = (sentence.short(known) if sentence else "") or event.action
    what = what.format(**known)
    said = [
        describe(event.details.get("why")),
        gettext("would say {view}").format(view=view) if view and is_judged else "",
    ]
    why = tuple(str(one) for one in (*said, event.details.get("address")) if one)
    return Entry(event.at, kind, what, str(event.by or event.by_name), why, str(event.details.get("note") or ""))


def _decision(decision: Decision, taxonomy: Taxonomy) -> Iterator[Entry]:
    verdict = Verdict(decision.verdict).label
    what = gettext("Decided: {verdict}").format(verdict=verdict)
    why = [gettext("reason: {reason}").format(reason=decision.reason)] if decision.reason else []
    why += [f"{label_name('/'.join(_path(label)), taxonomy)}: {label.get('verdict', '')}" for label in decision.labels]
    if decision.seen.get("alongWith"):
        why.append(gettext("decided together with another case of the subject"))
    if decision.grid_page:
        why.append(gettext("decided in a grid"))
    if decision.elapsed_ms is not None:
        why.append(gettext("looked at for {n} s").format(n=round(decision.elapsed_ms / 1000, 1)))
    yield Entry(decision.decided_at, "decided", what, str(decision.by), tuple(why), decision.note)
    if decision.undone_at:
        undone = gettext("Undone before it was sent: {verdict}").format(verdict=verdict)
        yield Entry(decision.undone_at, "undone", undone, str(decision.by))


def _path(label: dict[str, Any]) -> list[str]:
    return [str(label[name]) for name in ("riskLabel1", "riskLabel2", "riskLabel3") if label.get(name)]


def _label(row: MachineResult | FinalResult, taxonomy: Taxonomy) -> str:
    return label_name("/".join(filter(None, (row.risk_label1, row.risk_label2, row.risk_label3))), taxonomy)


def _result(result: FinalResult, taxonomy: Taxonomy) -> Entry:
    said = {
        "level": risk_level_name(result.risk_level),
        "label": _label(result, taxonomy),
        "n": result.revision,
    }
    if result.voided_at:
        return Entry(
            result.decided_at, "result", gettext("Final result {n}, never sent: {level} {label}").format(**said)
        )
    what = gettext("Final result {n}: {level} {label}; released for delivery").format(**said)
    return Entry(result.release_at, "result", what)


def _delivery(delivery: Delivery) -> Iterator[Entry]:
    to = delivery.endpoint.name
    for attempt in delivery.attempts.all():
        what = gettext("Sent to {to}, attempt {n}: {status}")
        status = attempt.status if attempt.status is not None else gettext("no answer")
        why = (describe(attempt.why),) if attempt.why else ()
        yield Entry(attempt.started_at, "attempt", what.format(to=to, n=attempt.number, status=status), why=why)
    if delivery.ended_at:
        what = gettext("Delivery to {to}: {state}").format(to=to, state=delivery.get_state_display())
        yield Entry(delivery.ended_at, "delivery", what, why=(describe(delivery.why),) if delivery.why else ())
