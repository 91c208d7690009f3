"""Cases that wait for a person, written straight into the tables: thousands in a second."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import App
from moderation.contract import json_text
from moderation.models import Case, MachineResult, PictureFetch
from review.models import Queue, ReviewTask
from tests.factories import bodies


def waiting(queue: Queue, *, app: App, count: int = 1, **changes: Any) -> list[ReviewTask]:
    """`count` tasks in the order of the line, a second apart; `changes` are fields of all of them."""
    cases = Case.objects.bulk_create(
        Case(app=app, request_id=bodies.request_id(), state="queued", token_id="u_83f2") for _ in range(count)
    )
    raw = json_text.dumps(bodies.result())
    MachineResult.objects.bulk_create(_machine_result(case, raw, queue) for case in cases)
    PictureFetch.objects.bulk_create(PictureFetch(case=case, state="unavailable", why="none sent") for case in cases)
    started = timezone.now() - timedelta(seconds=count)
    return ReviewTask.objects.bulk_create(
        ReviewTask(**_place(case, queue, started + timedelta(seconds=number)) | changes)
        for number, case in enumerate(cases)
    )


def _machine_result(case: Case, raw: str, queue: Queue) -> MachineResult:
    route = {"outcome": "queued", "queue": queue.slug}
    return MachineResult(
        case=case, revision=1, raw=raw, raw_sha256="0" * 64, shape="image_v4", code=1100, risk_level="REVIEW",
        risk_label1="porn", risk_label2="nudity", risk_label3="swimwear", final_result=0, route=route,
    )  # fmt: skip


def _place(case: Case, queue: Queue, entered_at: datetime) -> dict[str, Any]:
    due_at = entered_at + timedelta(minutes=queue.service_level_minutes)
    return {"case": case, "queue": queue, "entered_at": entered_at, "due_at": due_at, "rank_at": due_at}
