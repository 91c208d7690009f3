"""A fixed day of 500 cases, made by a rule and not by chance, and written straight into the tables.

440 came yesterday, one every three minutes from the midnight of Kathmandu on (whose days begin at a quarter past an
hour of UTC); 60 came in the last hour. What the figures must be is counted from these rows by the tests themselves.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.models import App, User
from moderation.contract import json_text
from moderation.models import Case, FinalResult, MachineResult
from review.models import Decision, Lease, Queue, ReviewTask
from tests.factories import bodies
from tests.world import World

ZONE = ZoneInfo("Asia/Kathmandu")
CASES, LATELY = 500, 60
LABELS = ("porn", "ad", "violence", "minor")
_SPACE = UUID(int=7)


class Row(NamedTuple):
    """One case of the day. `decided_at` None: it waits still, in `state`. `page` is a grid's, decided at once."""

    number: int
    queue: Queue
    app: App
    label: str
    score: int
    arrived: datetime
    due: datetime
    state: str
    decided_at: datetime | None
    verdict: str
    answered: str  # the level 1 of the final result
    undone: bool
    elapsed_ms: int
    by: User
    page: UUID | None
    skipped_by: User | None


def rows(world: World, *, now: datetime) -> list[Row]:
    midnight = datetime.combine((now.astimezone(ZONE) - timedelta(days=1)).date(), datetime.min.time(), ZONE)
    return [_row(world, number, midnight, now) for number in range(CASES)]


def _row(world: World, n: int, midnight: datetime, now: datetime) -> Row:
    lately = n - (CASES - LATELY)
    arrived = now - timedelta(seconds=3590 - 55 * lately) if lately >= 0 else midnight + timedelta(seconds=180 * n)
    queue = world.nudity if n % 3 else world.default
    sla = timedelta(minutes=60 if n % 3 else 10)
    waits = timedelta(seconds=20 + (n * 131) % 1500) if n % 5 else timedelta(minutes=70)
    decided_at = arrived + waits
    page = n // 40 if lately < 0 and n // 40 % 2 and n % 40 < 6 else None  # six at once, of every second forty
    if page:
        decided_at = midnight + timedelta(seconds=180 * (40 * page + 5) + 30)
    is_decided = n % 10 != 7 and decided_at <= now - timedelta(seconds=5)
    label = LABELS[n % 4]
    verdict = "REJECT" if (n * 37) % 1000 > 450 else "PASS"
    return Row(
        number=n,
        queue=queue,
        app=world.web if n % 2 else world.other_app,
        label=label,
        score=(n * 37) % 1001,
        arrived=arrived,
        due=arrived + sla,
        state="decided" if is_decided else ("waiting", "escalated", "snoozed")[n // 10 % 3],
        decided_at=decided_at if is_decided else None,
        verdict=verdict,
        answered="normal" if verdict == "PASS" else ("ad" if n % 9 == 0 else label),
        undone=is_decided and (page % 6 == 1 if page else n % 29 == 0),
        elapsed_ms=1000 + (n * 613) % 90_000,
        by=world.alice if n % 7 else world.bob,
        page=uuid5(_SPACE, str(page)) if page else None,
        skipped_by=world.bob if n % 25 == 3 else None,
    )


def write(found: list[Row]) -> None:
    cases = Case.objects.bulk_create(
        Case(app=one.app, request_id=f"day-{one.number}", state=_state(one), received_at=one.arrived) for one in found
    )
    MachineResult.objects.bulk_create(_machine(one, case) for one, case in zip(found, cases, strict=True))
    tasks = ReviewTask.objects.bulk_create(_task(one, case) for one, case in zip(found, cases, strict=True))
    decisions = [(one, _decision(one, task), task) for one, task in zip(found, tasks, strict=True) if one.decided_at]
    Decision.objects.bulk_create(decision for _, decision, _ in decisions)
    FinalResult.objects.bulk_create(_result(one, decision, task) for one, decision, task in decisions)
    Lease.objects.bulk_create(_skip(one, task) for one, task in zip(found, tasks, strict=True) if one.skipped_by)


def _state(one: Row) -> str:
    return "final" if one.decided_at and not one.undone else "queued"


def _machine(one: Row, case: Case) -> MachineResult:
    path = {"riskLabel1": one.label, "riskLabel2": "a", "riskLabel3": ""}
    said = bodies.result(**path, allLabels=[{**path, "riskLevel": "REVIEW", "probability": one.score / 1000}])
    labels = {"risk_label1": one.label, "risk_label2": "a"}
    about = {"shape": "image_v4", "code": 1100, "raw": json_text.dumps(said), "raw_sha256": str(one.number)}
    return MachineResult(case=case, revision=1, route={}, received_at=one.arrived, **labels, **about)


def _task(one: Row, case: Case) -> ReviewTask:
    state = "waiting" if one.undone else one.state
    closed = one.decided_at if state == "decided" else None
    wait_until = timezone.now() + timedelta(hours=1) if state == "snoozed" else None
    return ReviewTask(
        case=case,
        queue=one.queue,
        state=state,
        entered_at=one.arrived,
        due_at=one.due,
        rank_at=one.due,
        top_label=f"{one.label}/a",
        closed_at=closed,
        wait_until=wait_until,
        escalated_at=one.arrived if state == "escalated" else None,
        why={"code": "route.review"},
    )


def _decision(one: Row, task: ReviewTask) -> Decision:
    assert one.decided_at
    return Decision(
        id=uuid5(_SPACE, f"decision {one.number}"),
        task=task,
        by=one.by,
        verdict=one.verdict,
        grid_page=one.page,
        elapsed_ms=one.elapsed_ms,
        decided_at=one.decided_at,
        undo_until=one.decided_at + timedelta(seconds=8),
        undone_at=one.decided_at + timedelta(seconds=3) if one.undone else None,
    )


def _result(one: Row, decision: Decision, task: ReviewTask) -> FinalResult:
    return FinalResult(
        case=task.case,
        revision=1,
        result_type=1,
        risk_level=one.verdict,
        risk_label1=one.answered,
        body="{}",
        decision_id=decision.pk,
        decided_at=decision.decided_at,
        release_at=decision.undo_until,
        voided_at=decision.undone_at,
    )


def _skip(one: Row, task: ReviewTask) -> Lease:
    assert one.skipped_by
    ended = one.arrived + timedelta(seconds=12)
    token = uuid5(_SPACE, f"lease {one.number}")
    times = {"leased_at": one.arrived + timedelta(seconds=2), "ended_at": ended}
    return Lease(task=task, by=one.skipped_by, lease_token=token, outcome="skipped", **times)
