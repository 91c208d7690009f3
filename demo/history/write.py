"""Write the week: every table once, in the order of their references."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db import connection, transaction

from accounts.audit_actions import AuditAction
from accounts.models import App, AuditEvent, User
from accounts.roles import Role
from demo.cases.bodies import DemoCase
from demo.history import pictures
from demo.history.plan import Planned, planned
from demo.history.stories import Staff, Story, event
from moderation import labels, word_lists
from moderation.contract import json_text
from moderation.contract.parse import parse_submission
from moderation.intake import cases as intake
from moderation.intake.routing import Routed, of_new, route_all
from moderation.intake.submissions import Arrival, arrived
from moderation.models import Case, FinalResult, MachineResult, Picture, PictureFetch
from moderation.policy import Outcome
from review.models import Decision, Lease, Queue, ReviewTask, StageWait
from review.statistics.latency import bound_of
from review.workflow.enqueue import queue_for

SENDER = "demo"

_Drawn = tuple[DemoCase, Picture]


@dataclass(frozen=True, slots=True)
class _Entry:
    planned: Planned
    arrival: Arrival
    routed: Routed
    picture: Picture


def write(count: int, *, customer: str) -> None:
    """Nothing when anything was decided before: the history is of the time before the first start."""
    if count < 1 or Decision.objects.exists():
        return
    drawn = pictures.drawn(count)
    with transaction.atomic():
        now = _now()
        entries = _entries(planned(count, now=now), drawn, customer)
        intake.register_events([entry.arrival for entry in entries])
        labels.register(path for entry in entries for path in entry.arrival.paths)
        _write(entries, now=now)


def _entries(plan: Sequence[Planned], drawn: Sequence[tuple[DemoCase, Picture]], customer: str) -> list[_Entry]:
    apps = {app.app_id: app for app in App.objects.all()}
    chosen = _shared_out(plan, drawn)
    arrivals = [_arrival(one, case, apps, customer) for one, (case, _) in zip(plan, chosen, strict=True)]
    routed = route_all([of_new(arrival) for arrival in arrivals])
    return [
        _Entry(one, arrival, route, picture)
        for one, arrival, route, (_, picture) in zip(plan, arrivals, routed, chosen, strict=True)
    ]


def _shared_out(plan: Sequence[Planned], drawn: Sequence[_Drawn]) -> list[_Drawn]:
    """A case that still waits has a picture of its own: an earlier verdict on the same one would be shown beside it."""
    open_cases = [one.number for one in plan if one.course.is_open]
    own = dict(zip(open_cases, reversed(drawn), strict=False))
    shared = drawn[: len(drawn) - len(own)] or drawn
    return [own.get(one.number) or shared[one.number % len(shared)] for one in plan]


def _arrival(one: Planned, case: DemoCase, apps: dict[str, App], customer: str) -> Arrival:
    """The case as it was posted on that day: with an id and a dataId of its own, and other probabilities."""
    envelope, rng = case.envelope(customer), Random(f"arrival {one.number}")
    request_id = hashlib.sha256(f"history {one.number}".encode()).hexdigest()[:32]
    data = envelope["request"]["data"] | {"dataId": f"{envelope['request']['eventId']}-{20250000 + one.number}"}
    result = envelope["result"] | {"requestId": request_id, "allLabels": _weighed(envelope["result"], rng)}
    body = {"request": envelope["request"] | {"data": data}, "result": result}
    return arrived(parse_submission(body), app=apps[envelope["appId"]])


def _weighed(result: dict[str, Any], rng: Random) -> list[dict[str, Any]]:
    weight = rng.uniform(0.7, 1.02)
    return [
        label | {"probability": round(min(0.999, label["probability"] * weight), 4)} for label in result["allLabels"]
    ]


def _write(entries: Sequence[_Entry], *, now: datetime) -> None:
    made = Case.objects.bulk_create([_case(entry) for entry in entries])
    PictureFetch.objects.bulk_create(map(_fetch, made, entries))
    machines = MachineResult.objects.bulk_create(map(_machine, made, entries))
    events = [_received(case, entry) for case, entry in zip(made, entries, strict=True)]
    stories = list(_stories(made, machines, entries, now=now))
    for story in stories:
        story.tell()
    _save(stories, events)
    judged = [story.case.pk for story in stories if story.decisions]
    Case.objects.filter(pk__in=judged).update(state=Case.State.FINAL)
    _save_waits(stories)


def _save(stories: Sequence[Story], events: list[AuditEvent]) -> None:
    """Tasks and events in the order of time, as they would have been written."""
    tasks = [task for story in stories for task in story.tasks]
    ReviewTask.objects.bulk_create(sorted(tasks, key=lambda task: task.entered_at))
    leases, decisions = ([one for story in stories for one in getattr(story, rows)] for rows in ("leases", "decisions"))
    for row in (*leases, *decisions):
        row.task = row.task  # which had no key before
    Lease.objects.bulk_create(leases)
    Decision.objects.bulk_create(decisions)
    FinalResult.objects.bulk_create(result for story in stories for result in story.results)
    told = [*events, *(one for story in stories for one in story.events)]
    AuditEvent.objects.bulk_create(sorted(told, key=lambda one: one.at))


def _case(entry: _Entry) -> Case:
    arrival, request = entry.arrival, entry.arrival.request
    if request is None:
        raise ValueError("A case of the history has a request.")
    return Case(
        app=arrival.app,
        request_id=arrival.result.request_id,
        state=entry.routed.state(),
        received_at=entry.planned.arrived_at,
        event_id=request.event_id,
        type=request.type,
        token_id=request.token_id,
        data_id=request.data_id,
        request=json_text.dumps(request.raw),
    )


def _fetch(case: Case, entry: _Entry) -> PictureFetch:
    source = entry.arrival.source
    state, picture = PictureFetch.State.READY, entry.picture
    return PictureFetch(case=case, state=state, url=source.url, backup_url=source.backup_url, picture=picture)


def _machine(case: Case, entry: _Entry) -> MachineResult:
    arrival, routed, result = entry.arrival, entry.routed, entry.arrival.result
    place = _place(entry)
    put = {"queue": place[0].slug, "dueAt": place[1].isoformat()} if place else {}
    return MachineResult(
        case=case,
        revision=1,
        raw=arrival.raw,
        raw_sha256=arrival.raw_sha256,
        shape=result.shape.value,
        code=result.code,
        risk_level=result.risk_level.value if result.risk_level else "",
        risk_label1=result.path.risk_label1,
        risk_label2=result.path.risk_label2,
        risk_label3=result.path.risk_label3,
        result_type=result.result_type,
        final_result=result.final_result,
        policy_version=routed.version,
        route=routed.route.as_json() | put,
        listed=word_lists.as_json(routed.listed),
        received_at=entry.planned.arrived_at,
    )


def _place(entry: _Entry) -> tuple[Queue, datetime] | None:
    if entry.routed.route.outcome != Outcome.QUEUED:
        return None
    queue = queue_for(entry.routed.route.queue)
    return queue, entry.planned.arrived_at + timedelta(minutes=queue.sla_minutes)


def _received(case: Case, entry: _Entry) -> AuditEvent:
    route = entry.routed.route
    told = {"revision": 1, "outcome": route.outcome, "why": route.why}
    return event(AuditAction.CASE_RECEIVED, case, by=SENDER, at=entry.planned.arrived_at, **told)


def _stories(
    made: Sequence[Case], machines: Sequence[MachineResult], entries: Sequence[_Entry], *, now: datetime
) -> Iterable[Story]:
    moderators = list(User.objects.filter(role=Role.MODERATOR).order_by("pk"))
    staff = Staff(moderators, User.objects.filter(role=Role.LEAD).order_by("pk")[0])
    reasons = {queue.pk: list(queue.reasons.all()) for queue in Queue.objects.all()}
    for case, machine, entry in zip(made, machines, entries, strict=True):
        if place := _place(entry):
            queue, due_at = place
            task = _task(case, entry, queue, due_at)
            yield Story(entry.planned, case, machine, task, reasons[queue.pk], staff, now)


def _task(case: Case, entry: _Entry, queue: Queue, due_at: datetime) -> ReviewTask:
    routed = entry.routed
    return ReviewTask(
        case=case,
        queue=queue,
        entered_at=entry.planned.arrived_at,
        due_at=due_at,
        rank_at=due_at - timedelta(minutes=sum(term.minutes for term in routed.route.terms)),
        priority=routed.route.as_json()["terms"],
        why=routed.route.why,
        top_label=routed.top_label,
        severity=routed.severity,
    )


def _save_waits(stories: Iterable[Story]) -> None:
    """How long the stage kept people waiting: most pictures were prefetched."""
    rng = Random("waits")
    decided = [one for story in stories for one in story.decisions]
    counted: Counter[tuple[Any, ...]] = Counter()
    for one in decided:
        warm = rng.random() < 0.93
        ms = round(rng.lognormvariate(3.0 if warm else 5.6, 0.4))
        counted[one.decided_at.date(), one.task.queue_id, warm, bound_of(ms)] += 1
    names = ("day", "queue_id", "warm", "up_to_ms")
    StageWait.objects.bulk_create(
        StageWait(count=count, **dict(zip(names, key, strict=True))) for key, count in sorted(counted.items())
    )


def _now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        (now,) = cursor.fetchone()
    found: datetime = now
    return found
