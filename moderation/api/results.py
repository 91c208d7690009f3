"""API for machine results: post one, or read the state of its case."""

from __future__ import annotations

from functools import cache
from typing import Any, cast
from urllib.parse import quote

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import RFC3986_SUBDELIMS
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import authentication_classes, permission_classes
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.auth.authentication import BearerKey, HasScope
from accounts.models import AccessKey
from moderation import cache_versions
from moderation.api import batch, bodies, examples, parameters, problems, schemas
from moderation.api.api_view import api_view
from moderation.api.app_scope import Senders
from moderation.api.lookup import answer_about, find_case, state_told
from moderation.contract import json_text, parse_submission
from moderation.intake.accept import Accepted, accept
from moderation.runtime import log_context


@extend_schema(
    operation_id="postResult",
    summary="Take in one machine result, or an array of at most 1,000",
    request={"application/json": examples.SENT},
    responses={200: examples.ANSWERED, 201: examples.ACCEPTED, 422: examples.PROBLEM},
    examples=examples.POST_RESULT,
    parameters=[parameters.AppCall],
)
@api_view(["POST"])
@authentication_classes([BearerKey])
@permission_classes([HasScope.of("ingest")])
def results(request: Request) -> Response:
    body, senders = bodies.read_json(cast(WSGIRequest, request._request)), Senders.of(request)
    with cache_versions.read_together():
        if isinstance(body, list):
            return Response(batch.take_in(body, senders))
        submission = parse_submission(body)
        accepted = accept(submission, app=senders.app_of(submission), by=senders.key)
    log_context.learn(caseId=accepted.case.pk)
    told = _acknowledgement(accepted, submission.result.written_id, request)
    return Response(told, status=201 if accepted.is_new else 200)


@extend_schema(
    operation_id="getResult",
    summary="What became of a result",
    responses={200: schemas.RESULT},
    examples=schemas.GET_RESULT,
    parameters=[parameters.AppCall],
)
@api_view(["GET", "HEAD"])
@authentication_classes([BearerKey])
@permission_classes([HasScope.of("read")])
def result(request: Request, request_id: str) -> HttpResponse:
    asked = parameters.read(parameters.AppCall, request)
    app = parameters.app_asked(cast(AccessKey, request.auth), asked.get("appId"))
    case = find_case(request_id, app=app)
    if case is None:
        return problems.respond(404, f"No case with requestId {request_id} is known to this key.")
    told = answer_about(case) | {"requestId": request_id}  # by whichever of its ids it was asked
    return HttpResponse(json_text.dumps(told), content_type="application/json")


def _results_url(request: Request) -> str:
    """The URL below which a case is found by its id: as `reverse` writes it, without resolving it for each case."""
    return request.build_absolute_uri(_results_path())


@cache
def _results_path() -> str:
    return reverse("api:results")


def _acknowledgement(accepted: Accepted, written_id: str, request: Request) -> dict[str, Any]:
    case, taken_in = accepted.case, accepted.taken_in
    answer: dict[str, Any] = {
        "requestId": written_id,
        "caseId": str(case.pk),
        "state": state_told(case),
        "queue": taken_in.queue if taken_in else None,
        "dueAt": taken_in.due_at if taken_in else None,
        "url": f"{_results_url(request)}/{quote(str(case), safe=RFC3986_SUBDELIMS + ':@')}?appId={case.app.app_id}",
    }
    if accepted.repeat:
        answer["repeat"] = True
    elif not accepted.is_new:
        answer["revision"] = accepted.revision
    return answer
