"""The calls of the stage: parse, call one verb, render. The rules are in review.workflow."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.utils.cache import patch_cache_control
from django.utils.translation import gettext
from django.views.decorators.http import conditional_page
from rest_framework import serializers
from rest_framework.authentication import SessionAuthentication
from rest_framework.decorators import authentication_classes, parser_classes, permission_classes
from rest_framework.exceptions import AuthenticationFailed, NotFound, ParseError
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from moderation.api import problems
from moderation.api.api_view import api_view
from moderation.contract.values import FieldError
from moderation.models import Case
from review import preferences
from review.api import requests, responses
from review.api.responses import Answer
from review.models import Decision, Queue, ReviewTask
from review.permissions import queues_of, queues_seen_by
from review.presentation import task_json
from review.presentation.strings.refusals import refusal_text
from review.refusals import AlreadyDecided, LeaseLost, NotAcceptable, ResultChanged, WindowClosed
from review.statistics import latency, personal, queue_depth
from review.workflow import ask_for_picture as asking
from review.workflow import assign as assigning
from review.workflow import decisions, defer, lease_directly, leases, snoozed
from review.workflow.lease_directly import Unavailable
from review.workflow.transitions import WrongState
from review.workflow.verdicts import Judgement

View = Callable[..., Response]
Call = TypeVar("Call", bound=serializers.Serializer[Any])


class SessionUser(SessionAuthentication):
    """Our users' sessions, with the CSRF check. Without a session the answer is 401, so that the page can say so; also
    for a page opened by another user, whom it names in `X-Person`.
    """

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        found: tuple[User, None] | None = super().authenticate(request)
        if found and request.headers.get("X-Person", str(found[0].pk)) != str(found[0].pk):
            other = gettext("{name} is signed in now. Sign in as the person who opened this page.")
            raise AuthenticationFailed(other.format(name=found[0]))
        return found

    def authenticate_header(self, request: Request) -> str:
        return 'Session realm="Second Look"'


class ShallowJSON(JSONParser):
    def parse(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().parse(*args, **kwargs)
        except RecursionError:
            raise ParseError("The body is nested too deeply. Send it as the interface describes it.") from None


def stage_call(call: type[serializers.Serializer[Any]], answer: Answer) -> Callable[[View], View]:
    """A POST of the stage: signed in, its body of this shape, its named outcomes as problems."""

    def wrap(view: View) -> View:
        @answer.described(request=call)
        @api_view(["POST"])
        @authentication_classes([SessionUser])
        @permission_classes([IsAuthenticated])
        @parser_classes([ShallowJSON, FormParser, MultiPartParser])
        @wraps(view)
        def called(request: Request) -> Response:
            body = call(data=request.data)
            body.is_valid(raise_exception=True)
            try:
                return view(request.user, body.validated_data)
            except (ReviewTask.DoesNotExist, Decision.DoesNotExist):
                raise NotFound(gettext("There is no such task or decision of yours.")) from None
            except Queue.DoesNotExist:
                raise NotFound(gettext("There is no queue of this name that you work in.")) from None
            except (LeaseLost, AlreadyDecided, ResultChanged, WindowClosed, NotAcceptable, WrongState) as outcome:
                return _told(outcome)

        return called

    return wrap


@stage_call(requests.LeaseTheseCall, responses.LEASED)
def lease(user: User, call: dict[str, Any]) -> Response:
    these = call.pop("tasks")
    more: dict[str, Any] = {}
    asked = list(queues_of(user).filter(slug__in=call["queues"]) if call["queues"] else queues_of(user))
    if these:
        tasks, unavailable = lease_directly.lease_these(these, by=user)
        more = {"unavailable": [_unavailable(one) for one in unavailable]} if unavailable else {}
    elif not (tasks := leases.lease(**call, by=user)) and (
        skipped := lease_directly.skipped_by(user, [one.pk for one in asked])
    ):
        more = {"skipped": [task_id for of_queue in skipped.values() for task_id in of_queue]}
    handing_out, paused = [one for one in asked if one.is_open], [one for one in asked if not one.is_open]
    if paused and not tasks:
        more["paused"] = [_paused(one) for one in paused]
    waiting, leased = queue_depth.waiting_and_leased_by_others(handing_out, user=user)
    return Response({"tasks": task_json.tasks(tasks), "waiting": waiting, "leasedByOthers": leased, **more})


@stage_call(requests.LeaseKeysCall, responses.RENEWED)
def renew(user: User, call: dict[str, Any]) -> Response:
    renewal = leases.renew(map(requests.lease_key_of, call["leases"]), by=user)
    changed = task_json.tasks(renewal.changed)
    return Response({"renewed": renewal.renewed, "lost": renewal.lost, **({"changed": changed} if changed else {})})


@stage_call(requests.LeaseKeysCall, responses.NOTHING)
def release(user: User, call: dict[str, Any]) -> Response:
    leases.release(map(requests.lease_key_of, call["leases"]), by=user)
    return Response(status=204)


@stage_call(requests.DecideCall, responses.DECIDED)
def decide(user: User, call: dict[str, Any]) -> Response:
    judgement = Judgement(
        verdict=call["verdict"],
        reason=call["reason"] or "",
        labels=call["labels"],
        note=call["note"] or "",
        elapsed_ms=call["elapsedMs"],
        machine_revision=call["machineRevision"],
    )
    decision = decisions.decide(
        decision_id=call["decisionId"], lease_key=requests.lease_key_of(call), judgement=judgement, by=user
    )
    return Response({"decisionId": str(decision.pk), "undoUntil": decision.undo_until, **refill(user, call)})


@stage_call(requests.UndoCall, responses.UNDONE)
def undo(user: User, call: dict[str, Any]) -> Response:
    """`task` is null when a result that arrived since the decision has closed it or moved it elsewhere."""
    task = decisions.undo(call["decisionId"], by=user)
    return Response({"task": task_json.tasks([task])[0] if task.leased_by_id == user.pk else None})


@stage_call(requests.TaskCall, responses.PICTURE_AGAIN)
def picture_again(user: User, call: dict[str, Any]) -> Response:
    task = ReviewTask.objects.get(pk=call["taskId"])
    try:
        started = asking.ask(task.case_id, by=user)
    except Case.DoesNotExist:
        raise ReviewTask.DoesNotExist from None
    return Response({"started": started})


@stage_call(requests.SetAsideCall, responses.REFILL)
def skip(user: User, call: dict[str, Any]) -> Response:
    defer.skip(requests.lease_key_of(call), by=user)
    return Response(refill(user, call))


@stage_call(requests.SetAsideCall, responses.REFILL)
def escalate(user: User, call: dict[str, Any]) -> Response:
    defer.escalate(requests.lease_key_of(call), by=user, note=call["note"] or "", to=_colleague(call))
    return Response(refill(user, call))


@stage_call(requests.SetAsideCall, responses.REFILL)
def snooze(user: User, call: dict[str, Any]) -> Response:
    defer.snooze(requests.lease_key_of(call), by=user, until=call.get("until"), note=call["note"] or "")
    return Response(refill(user, call))


@stage_call(requests.TaskCall, responses.BROUGHT_BACK)
def bring_back(user: User, call: dict[str, Any]) -> Response:
    task = snoozed.bring_back(call["taskId"], by=user)
    return Response({"taskId": task.pk, "state": task.state})


@stage_call(requests.AssignCall, responses.ASSIGNED)
def assign(user: User, call: dict[str, Any]) -> Response:
    task = assigning.assign(call["taskId"], to=_colleague(call), by=user, note=call["note"] or "")
    return Response({"taskId": task.pk, "state": task.state, "owner": task.owner.email if task.owner else None})


@stage_call(requests.SecondOpinionCall, responses.REFILL)
def second_opinion(user: User, call: dict[str, Any]) -> Response:
    said = {"note": call["note"] or "", "view": call["view"] or ""}
    assigning.ask_second_opinion(requests.lease_key_of(call), to=_somebody(call["to"]), by=user, **said)
    return Response(refill(user, call))


@stage_call(requests.TaskCall, responses.TASK)
def take_back(user: User, call: dict[str, Any]) -> Response:
    return Response({"task": task_json.tasks([assigning.take_back(call["taskId"], by=user)])[0]})


@stage_call(requests.TaskCall, responses.COLLEAGUES)
def colleagues(user: User, call: dict[str, Any]) -> Response:
    found = assigning.colleagues(call["taskId"], by=user)
    named = [{"email": one.user.email, "name": str(one.user), "hasSkipped": one.has_skipped} for one in found]
    return Response({"colleagues": named})


@stage_call(requests.PreferencesCall, responses.PREFERENCES)
def prefer(user: User, call: dict[str, Any]) -> Response:
    return Response(preferences.save(call, by=user))


@stage_call(requests.FilterCall, responses.NOTHING)
def prefer_for_all(user: User, call: dict[str, Any]) -> Response:
    preferences.set_default(call, by=user)
    return Response(status=204)


@stage_call(requests.WaitsCall, responses.REST)
def waits(user: User, call: dict[str, Any]) -> Response:
    """Record the stage's waiting times; the answer suggests a break after long work without one."""
    latency.record(call["waits"], by=user)
    minutes = personal.break_due(user)
    suggested = gettext(
        "You have been deciding for {minutes} minutes without a break. Take a few minutes away from the pictures."
    )
    return Response({"rest": suggested.format(minutes=minutes) if minutes else ""})


@conditional_page
@responses.COUNTS.described()
@api_view(["GET", "HEAD"])
@authentication_classes([SessionUser])
@permission_classes([IsAuthenticated])
def queue_counts(request: Request) -> Response:
    lines = queue_depth.lines(list(queues_seen_by(request.user)))
    response = Response({"queues": [line.as_json() for line in lines], "reviewing": queue_depth.reviewing(lines)})
    patch_cache_control(response, private=True, no_cache=True)
    return response


def _paused(queue: Queue) -> dict[str, Any]:
    """Why a queue hands out nothing."""
    why = gettext("closed: its cases are being moved") if queue.closed_at else queue.pause_reason
    return {"queue": queue.slug, "name": str(queue), "why": why}


def _unavailable(one: Unavailable) -> dict[str, Any]:
    return {"taskId": one.task_id, "outcome": one.outcome} | ({"by": one.by} if one.by else {})


def refill(user: User, call: dict[str, Any]) -> dict[str, Any]:
    """Lease more tasks in the same answer if the stage asked. The decision just made stands even if this fails."""
    wanted = call.get("lease")
    if not wanted:
        return {"tasks": []}
    return {"tasks": task_json.tasks(leases.lease(**wanted, by=user))}


def _colleague(call: dict[str, Any]) -> User | None:
    return _somebody(call["to"]) if call.get("to") else None


def _somebody(email: str) -> User:
    """An address that is nobody's gives a person who works nowhere, so that the verbs answer for both alike: who is a
    colleague cannot be guessed.
    """
    return User.objects.filter(email__iexact=email, is_active=True).first() or User(email=email)


def _told(outcome: Exception) -> Response:
    detail = refusal_text(outcome)
    match outcome:
        case LeaseLost(leased_by=name):
            return problems.respond(409, detail, more={"outcome": "lease-lost", **({"leasedBy": name} if name else {})})
        case AlreadyDecided(by=name, verdict=verdict):
            more = {"outcome": "already-decided", "by": name, "verdict": verdict}
            return problems.respond(409, detail, more=more)
        case ResultChanged(task=task):
            shown = {"outcome": "result-changed", "task": task_json.tasks([task])[0]}
            return problems.respond(409, detail, more=shown)
        case NotAcceptable(pointer=pointer):
            return problems.respond(422, detail, errors=[FieldError(pointer, detail)])
        case WrongState():
            return problems.respond(409, detail, more={"outcome": "wrong-state"})
    return problems.respond(409, detail, more={"outcome": "window-closed"})
