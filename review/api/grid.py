"""The calls of the grid: parse, call one verb, render. The rules are in review.workflow.grid."""

from __future__ import annotations

from typing import Any

from rest_framework.response import Response

from accounts.models import User
from moderation import labels
from moderation.contract.values import LabelPath
from review.api import requests, responses
from review.api.stage import stage_call
from review.models import Decision, Queue
from review.presentation import task_json
from review.presentation.label_names import last_level_name
from review.refusals import AlreadyDecided, LeaseLost, NotAcceptable, NotForGrid
from review.statistics import queue_depth
from review.workflow import grid
from review.workflow.verdicts import Judgement


@stage_call(requests.GridLeaseCall, responses.GRID_LEASED)
def lease(user: User, call: dict[str, Any]) -> Response:
    page = grid.lease(queue=call["queue"], count=call["count"], without=call["without"], by=user)
    waiting, leased = queue_depth.waiting_and_leased_by_others([Queue.objects.get(slug=call["queue"])], user=user)
    told = {"label": page.label, "tasks": task_json.tasks(page.tasks), "waiting": waiting, "leasedByOthers": leased}
    return Response(told | ({"why": page.why, "about": _named(page.about)} if page.why else {}))


@stage_call(requests.GridDecideCall, responses.GRID_DECIDED)
def decide(user: User, call: dict[str, Any]) -> Response:
    judged = [grid.Tile(one["decisionId"], requests.lease_key_of(one), _judgement(one)) for one in call["tiles"]]
    ends = grid.decide(page_id=call["pageId"], queue=call["queue"], label=call["label"], judged=judged, by=user)
    told = [{"taskId": tile.lease_key.task_id, **_end(end)} for tile, end in zip(judged, ends, strict=True)]
    return Response({"pageId": str(call["pageId"]), "tiles": told})


@stage_call(requests.GridUndoCall, responses.GRID_UNDONE)
def undo(user: User, call: dict[str, Any]) -> Response:
    back = grid.undo(call["pageId"], by=user)
    return Response({"pageId": str(call["pageId"]), "tasks": task_json.tasks(back.tasks), "left": back.left})


def _judgement(tile: dict[str, Any]) -> Judgement:
    return Judgement(verdict=tile["verdict"], reason=tile["reason"] or "", elapsed_ms=tile["elapsedMs"])


def _end(end: Decision | Exception) -> dict[str, Any]:
    match end:
        case Decision():
            return {"outcome": "decided", "decisionId": str(end.pk), "undoUntil": end.undo_until}
        case LeaseLost(leased_by=name):
            return {"outcome": "lease-lost"} | ({"leasedBy": name} if name else {})
        case AlreadyDecided(by=name, verdict=verdict):
            return {"outcome": "already-decided", "by": name, "verdict": verdict}
        case NotForGrid(why=why):
            return {"outcome": "not-for-grid", "why": why}
        case NotAcceptable(detail=detail):
            return {"outcome": "refused", "detail": detail}
    return {"outcome": "refused", "detail": str(end)}


def _named(path: LabelPath | None) -> dict[str, Any] | None:
    """A label and how severe it is, in the reader's language."""
    if path is None:
        return None
    taxonomy = labels.in_force()
    return {"name": last_level_name(path, taxonomy), "severity": taxonomy.severity(path)}
