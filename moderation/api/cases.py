"""API for backends that search cases: a list of all that the key may see."""

from __future__ import annotations

from typing import cast

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import authentication_classes, permission_classes
from rest_framework.request import Request

from accounts.auth.authentication import BearerKey, HasScope
from accounts.models import AccessKey
from moderation.api import case_json, case_list, cursors, parameters, schemas
from moderation.api.api_view import api_view
from moderation.contract import json_text


@extend_schema(
    operation_id="listResults",
    summary="Find results, newest first",
    parameters=[parameters.ResultsCall],
    responses={200: schemas.RESULTS},
    examples=schemas.LIST_RESULTS,
)
@api_view(["GET", "HEAD"])
@authentication_classes([BearerKey])
@permission_classes([HasScope.of("read")])
def results(request: Request) -> HttpResponse:
    """A page may hold fewer items than `limit`, or none, and still have a `next`: the list ends where it is null."""
    asked = parameters.read(parameters.ResultsCall, request)
    app = parameters.app_asked(cast(AccessKey, request.auth), asked.get("appId"))
    page = case_list.newest(asked, app=app)
    following = cursors.sealed("results", *page.next) if page.next else None
    answer = {"next": following, "items": case_json.about(page.cases)}
    return HttpResponse(json_text.dumps(answer), content_type="application/json")
