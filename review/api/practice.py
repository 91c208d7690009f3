"""The stage's calls in practice: the same bodies and answers, served by review.practice only."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid5

from django.conf import settings
from django.utils.translation import gettext
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from accounts.models import User
from review.api import requests, responses
from review.api.stage import stage_call
from review.models import PracticeAnswer, PracticeSession
from review.practice import cards, sessions
from review.practice.lessons import Answer
from review.refusals import NotAcceptable

_ACTS = {"PASS": "pass", "REJECT": "reject"}


@stage_call(requests.LeaseCall, responses.LEASED)
def lease(user: User, call: dict[str, Any]) -> Response:
    shown = _left(user)
    return Response({"tasks": shown[: call["count"]], "waiting": len(shown), "leasedByOthers": 0})


@stage_call(requests.LeaseKeysCall, responses.RENEWED)
def renew(user: User, call: dict[str, Any]) -> Response:
    """No other person waits for a practice picture, so the user's own leases never expire."""
    mine = set(PracticeSession.objects.filter(user=user).values_list("lease_token", flat=True))
    told: dict[str, list[int]] = {"renewed": [], "lost": []}
    for lease_key in call["leases"]:
        told["renewed" if lease_key["leaseToken"] in mine else "lost"].append(lease_key["taskId"])
    return Response(told)


@stage_call(requests.LeaseKeysCall, responses.NOTHING)
def release(user: User, call: dict[str, Any]) -> Response:
    return Response(status=204)


@stage_call(requests.DecideCall, responses.DECIDED)
def decide(user: User, call: dict[str, Any]) -> Response:
    reason = (call["reason"] or "") if call["verdict"] == "REJECT" else ""
    said = Answer(_ACTS[call["verdict"]], reason)
    lease_key = {"task_id": call["taskId"], "lease_token": call["leaseToken"]}
    answer = sessions.answer(**lease_key, decision_id=call["decisionId"], said=said, by=user)
    until = answer.answered_at + timedelta(seconds=settings.UNDO_SECONDS)
    return Response({"decisionId": str(answer.decision_id), "undoUntil": until, "tasks": []})


@stage_call(requests.UndoCall, responses.TASK)
def undo(user: User, call: dict[str, Any]) -> Response:
    try:
        lesson = sessions.take_back(call["decisionId"], by=user)
    except PracticeAnswer.DoesNotExist:
        raise NotFound(gettext("There is no such task or decision of yours.")) from None
    session = sessions.begin(by=user)
    return Response({"task": cards.tasks([lesson], session=session)[0]})


@stage_call(requests.SetAsideCall, responses.REFILL)
def escalate(user: User, call: dict[str, Any]) -> Response:
    """An escalation has no id from the browser; it is derived from the lease, so that a repeat is the same answer."""
    lease_key = {"task_id": call["taskId"], "lease_token": call["leaseToken"]}
    made = uuid5(call["leaseToken"], f"escalate {call['taskId']}")
    sessions.answer(**lease_key, decision_id=made, said=Answer("escalate"), by=user)
    return Response({"tasks": []})


@stage_call(requests.SetAsideCall, responses.REFILL)
def set_aside(user: User, call: dict[str, Any]) -> Response:
    refused = gettext("Practice pictures are not skipped or snoozed. Judge it as you see it: a card then explains.")
    raise NotAcceptable("/taskId", refused)


def _left(user: User) -> list[dict[str, Any]]:
    session = sessions.open_session(user)
    return cards.tasks(sessions.left(session), session=session) if session else []
