"""API for backends that poll or were offline: every final result, in the order of release."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import authentication_classes, permission_classes
from rest_framework.request import Request

from accounts.auth.authentication import BearerKey, HasScope
from accounts.models import AccessKey
from accounts.times import iso_seconds
from moderation.api import case_json, cursors, parameters, problems, schemas
from moderation.api.api_view import api_view
from moderation.contract import json_text
from moderation.models import FinalResult
from moderation.results import events as released
from moderation.results import feed_epoch
from moderation.webhooks import outbox

_OUTDATED = (
    "This cursor is from before the database was restored; what came after it is numbered anew. "
    "Read on with the cursor in `oldest`: results that you know will be among them."
)


@extend_schema(
    operation_id="listEvents",
    summary="Every final result, in the order of its release",
    parameters=[parameters.EventsCall],
    responses={200: schemas.EVENTS, 410: schemas.OUTDATED_CURSOR},
    examples=schemas.LIST_EVENTS,
)
@api_view(["GET", "HEAD"])
@authentication_classes([BearerKey])
@permission_classes([HasScope.of("read")])
def events(request: Request) -> HttpResponse:
    """`next` is never null: store it, and poll with it again at any time. No result is skipped or repeated. A response
    without items means that there is nothing new. After the database was restored from a backup an old cursor gets
    status 410: continue with the `oldest` that it names, and expect results that you know.
    """
    asked = parameters.read(parameters.EventsCall, request)
    app = parameters.app_asked(cast(AccessKey, request.auth), asked.get("appId"))
    epoch = feed_epoch.current()
    came_with, after = asked.get("after", (epoch, 0))
    if came_with != epoch:
        return problems.respond(410, _OUTDATED, more={"oldest": cursors.sealed("events", epoch, 0)})
    released.number_released()
    items = [_item(one, epoch) for one in released.after(after, app=app, limit=asked["limit"])]
    following = items[-1]["cursor"] if items else cursors.sealed("events", epoch, after)
    return HttpResponse(json_text.dumps({"next": following, "items": items}), content_type="application/json")


def _item(result: FinalResult, epoch: int) -> dict[str, Any]:
    case = result.case
    return {
        "cursor": cursors.sealed("events", epoch, result.event_number or 0),
        "type": outbox.type_of(result),
        "appId": case.app.app_id,
        "requestId": str(case),
        "caseId": str(case.pk),
        "dataId": case.data_id,
        "tokenId": case.token_id,
        "revision": result.revision,
        "decisionId": str(result.decision_id) if result.decision_id else None,
        **({"policy": result.policy} if result.policy else {}),
        "decidedAt": iso_seconds(result.decided_at),
        "releasedAt": iso_seconds(result.release_at),
        "finalResult": case_json.raw(result.body),
    }
