"""The calls that decide other cases of the same subject together with one."""

from __future__ import annotations

from typing import Any

from rest_framework.response import Response

from accounts.models import User
from review.api import requests, responses
from review.api.stage import refill, stage_call
from review.presentation import task_json
from review.workflow import same_subject


@stage_call(requests.TaskCall, responses.SAME_SUBJECT)
def others(user: User, call: dict[str, Any]) -> Response:
    offered, left = same_subject.offered(call["taskId"], by=user)
    return Response({"tasks": task_json.thumbs(offered), "left": left})


@stage_call(requests.DecideTheseCall, responses.DECIDED_THESE)
def decide(user: User, call: dict[str, Any]) -> Response:
    wanted = [same_subject.Wanted(one["taskId"], one["decisionId"], one["machineRevision"]) for one in call["tasks"]]
    done = same_subject.decide_these(call["decisionId"], wanted=wanted, count=call["count"], by=user)
    taken = [{"taskId": one.task_id, "decisionId": str(one.pk), "undoUntil": one.undo_until} for one in done.decisions]
    left = [{"taskId": one.task_id, "why": one.why, **({"by": one.by} if one.by else {})} for one in done.left]
    return Response({"taken": taken, "left": left, **refill(user, call)})


@stage_call(requests.UndoTheseCall, responses.UNDONE_THESE)
def undo(user: User, call: dict[str, Any]) -> Response:
    return Response({"undone": same_subject.undo_these(call["decisionIds"], by=user)})
