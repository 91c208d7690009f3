"""Lines that a grid can be made of: advertisements, suspected of one label and of nothing critical."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from accounts.models import App, User
from moderation.contract import parse_submission
from moderation.intake.accept import accept
from review.models import Queue, ReviewTask
from review.workflow import grid
from review.workflow.verdicts import Judgement
from tests.factories import bodies, tasks
from tests.factories.verdicts import PASS, lease_key_of

LABEL = "ad/contact"


def label(path: str, *, level: str = "REVIEW", probability: float = 0.6) -> dict[str, Any]:
    one, two = [*path.split("/"), ""][:2]
    names = {"riskLabel1": one, "riskLabel2": two, "riskLabel3": ""}
    return names | {"riskLevel": level, "probability": probability, "riskDescription": path, "riskDetail": {}}


def said(top: str = LABEL, *others: dict[str, Any]) -> dict[str, Any]:
    """What the machine says of a picture that it suspects of `top`, and of `others` besides."""
    own = label(top)
    names = {name: own[name] for name in ("riskLabel1", "riskLabel2", "riskLabel3")}
    return names | {"riskDescription": top, "allLabels": [own, *others]}


def entered(app: App, top: str = LABEL, *others: dict[str, Any], **changes: Any) -> ReviewTask:
    """A task that came in through the front door."""
    body = bodies.envelope(app_id=app.app_id, **said(top, *others), **changes)
    accepted = accept(parse_submission(body), app=app, by="tests")
    return ReviewTask.objects.get(case=accepted.case)


def revised(task: ReviewTask, top: str = LABEL, *others: dict[str, Any], **changes: Any) -> None:
    """The machine says something else about the same case."""
    body = bodies.envelope(app_id=task.case.app.app_id, requestId=task.case.request_id, **said(top, *others), **changes)
    accept(parse_submission(body), app=task.case.app, by="tests")


def waiting(queue: Queue, *, app: App, count: int = 1, **changes: Any) -> list[ReviewTask]:
    """As tasks.waiting, of one label; straight into the tables."""
    facts = {"top_label": LABEL, "severity": "moderate"} | changes
    return tasks.waiting(queue, app=app, count=count, says=said(), **facts)


def lined_up(*wanted: ReviewTask) -> None:
    """In this order, whatever their labels' severities are worth in minutes."""
    for place, task in enumerate(wanted):
        ReviewTask.objects.filter(pk=task.pk).update(rank_at=datetime(2020, 1, 1, second=place, tzinfo=UTC))


def tile(task: ReviewTask, judgement: Judgement = PASS, decision_id: UUID | None = None) -> grid.Tile:
    return grid.Tile(decision_id or uuid4(), lease_key_of(task), judgement)


def decide(
    page: grid.GridPage, *, by: User, queue: Queue, page_id: UUID | None = None, **judgements: Judgement
) -> list[Any]:
    """Every tile of a page passes, but for those named "t1", "t2", … in `judgements`."""
    judged = [tile(task, judgements.get(f"t{place}", PASS)) for place, task in enumerate(page.tasks, start=1)]
    return grid.decide(page_id=page_id or uuid4(), queue=queue.slug, label=page.label, judged=judged, by=by)
