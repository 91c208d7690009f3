"""API for backends that keep the policy themselves: the same functions as the pages, and the same audit."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import authentication_classes, permission_classes
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.auth.authentication import BearerKey, HasScope
from accounts.models import AccessKey
from moderation.api import parameters, problems
from moderation.api.api_view import api_view
from moderation.api.policy import requests, responses, schemas
from moderation.api.policy.requests import fields, number
from moderation.contract import ContractError
from moderation.contract.values import FieldError
from moderation.models import PolicyVersion, ReplayReport
from moderation.policy import PolicyRefused
from moderation.policy_versions import draft, names, shadow
from moderation.policy_versions.access import check_key
from moderation.policy_versions.draft import Conflict
from moderation.publishing import publish
from moderation.publishing.confirm import NeedsConfirmation
from moderation.replay import begin, jobs
from moderation.runtime.worker_notifier import notify
from moderation.tasks import replay_policies

View = Callable[..., Response]


def policy_call(method: str) -> Callable[[Callable[..., Response]], Any]:
    """Decorator: a call of a key that has the scope `policy` for every app. Refusals become problems."""

    def made(function: Callable[..., Response]) -> Any:
        @wraps(function)
        def answered(request: Request, **named: Any) -> Response:
            key = cast(AccessKey, request.auth)
            check_key(key)
            try:
                return function(request, key, **named)
            except PolicyRefused as refused:  # of what is stored: a queue is gone
                more = {"outcome": "refused"}
                return problems.respond(409, str(refused), errors=requests.policy_errors(refused), more=more)
            except Conflict as conflict:
                return responses.conflict(conflict)
            except draft.NothingDrafted as refusal:
                return problems.respond(409, str(refusal), more={"outcome": "nothing-drafted"})

        methods = [method, "HEAD"] if method == "GET" else [method]
        guarded = permission_classes([HasScope.of("policy")])(answered)
        return api_view(methods)(authentication_classes([BearerKey])(guarded))

    return made


@extend_schema(operation_id="getPolicy", summary="The policy in force", **schemas.IN_FORCE)
@policy_call("GET")
def in_force(request: Request, key: AccessKey) -> Response:
    return Response(responses.in_force())


@extend_schema(operation_id="getPolicyDraft", summary="The draft that everybody edits", **schemas.DRAFT)
@policy_call("GET")
def get_draft(request: Request, key: AccessKey) -> Response:
    """With nothing drafted it is the policy in force, without changes."""
    return Response(responses.of_draft(draft.current()))


@extend_schema(operation_id="putPolicyDraft", summary="Save a draft of the policy", **schemas.PUT_DRAFT)
@policy_call("PUT")
def put_draft(request: Request, key: AccessKey) -> Response:
    """`base` is the number of the policy in force that the draft changes. With the `version` of the draft that you read
    last, what somebody else saved meanwhile is kept; without one your own draft is replaced, anybody else's merged.
    Labels that the catalogue does not have are allowed, and told in `flags`.
    """
    sent = fields(request, ("base", "policy", "version"))
    base, version, policy = requests.together(
        lambda: number(sent, "base", required=True),
        lambda: number(sent, "version"),
        lambda: names.check(_policy(sent), new_labels=None),
    )
    saved = draft.save(policy, base=base, expected_version=version, by=key)
    return Response(responses.of_draft(saved))


@extend_schema(operation_id="deletePolicyDraft", summary="Discard the draft", **schemas.DELETE_DRAFT)
@policy_call("DELETE")
def delete_draft(request: Request, key: AccessKey) -> Response:
    """`version` is the draft that you read last; where it is another one by now, nothing is discarded."""
    draft.discard(expected_version=parameters.read(parameters.DiscardCall, request)["version"], by=key)
    return Response(responses.of_draft(draft.current()))


@extend_schema(operation_id="getPolicyShadow", summary="What the draft in shadow would have done", **schemas.SHADOW)
@policy_call("GET")
def get_shadow(request: Request, key: AccessKey) -> Response:
    return Response(responses.of_shadow())


@extend_schema(operation_id="startPolicyShadow", summary="Evaluate the draft in shadow", **schemas.START_SHADOW)
@policy_call("POST")
def start_shadow(request: Request, key: AccessKey) -> Response:
    """Every result from now on is judged by both policies, and what differs is noted. Nothing follows from it."""
    fields(request, ())
    shadow.start(by=key)
    return Response(responses.of_shadow())


@extend_schema(operation_id="stopPolicyShadow", summary="Stop the shadow", **schemas.SHADOW)
@policy_call("DELETE")
def stop_shadow(request: Request, key: AccessKey) -> Response:
    shadow.stop(by=key)
    return Response(responses.of_shadow())


@extend_schema(operation_id="replayPolicyDraft", summary="Replay the draft on past results", **schemas.REPLAY)
@policy_call("POST")
def replay_draft(request: Request, key: AccessKey) -> Response:
    """A job that judges the last results by the draft and by the policy in force; `url` tells how far it is, and its
    report. One that is under way for the same draft is answered again.
    """
    last = number(fields(request, ("last",)), "last")
    job = begin.replay_draft(last=jobs.LAST if last is None else last, by=key)
    notify(replay_policies)
    return Response(responses.of_replay(job, request), status=202)


@extend_schema(operation_id="getPolicyReplay", summary="How far a replay is, and its report", **schemas.GET_REPLAY)
@policy_call("GET")
def get_replay(request: Request, key: AccessKey, replay_id: int) -> Response:
    job = ReplayReport.objects.filter(pk=replay_id).first() if replay_id <= requests.MAX_NUMBER else None
    if job is None:
        raise NotFound(f"There is no replay {replay_id}.")
    return Response(responses.of_replay(job, request))


@extend_schema(operation_id="publishPolicyDraft", summary="Put the draft in force", **schemas.PUBLISH)
@policy_call("POST")
def publish_draft(request: Request, key: AccessKey) -> Response:
    """In force in every process within two seconds. `version` is the draft that you mean; without it any is published.
    409 `needs-confirmation` names the number to send as `confirm`, and why.
    """
    sent = fields(request, ("confirm", "version"))
    confirm, version = number(sent, "confirm"), number(sent, "version")
    try:
        publish.publish(confirm=confirm, expected_version=version, by=key)
    except NeedsConfirmation as refusal:
        return responses.needs_confirmation(refusal)
    return Response(responses.in_force())


@extend_schema(operation_id="rollBackPolicy", summary="Put an earlier policy in force again", **schemas.ROLL_BACK)
@policy_call("POST")
def roll_back(request: Request, key: AccessKey) -> Response:
    wanted = number(fields(request, ("number",)), "number", required=True) or 0
    try:
        publish.rollback(wanted, by=key)
    except PolicyVersion.DoesNotExist:
        raise ContractError(FieldError("/number", f"There is no policy {wanted}.")) from None
    except publish.NeverInForce as refusal:
        raise ContractError(FieldError("/number", str(refusal))) from None
    return Response(responses.in_force())


def _policy(sent: dict[str, Any]) -> Any:
    if "policy" not in sent:
        raise ContractError(FieldError("/policy", "Is missing."))
    return sent["policy"]
