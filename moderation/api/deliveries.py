"""API for backends that miss a result: the delivery log, and redelivery."""

from __future__ import annotations

from typing import Any, cast

from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.decorators import authentication_classes, permission_classes
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.auth.authentication import BearerKey, HasScope
from accounts.models import AccessKey
from moderation.api import case_json, cursors, parameters, problems, schemas
from moderation.api.api_view import api_view
from moderation.api.lookup import batch_item
from moderation.models import Case, Delivery, Endpoint
from moderation.webhooks.redeliver import NotRedeliverable, redeliver

LARGEST_ID = 2**63 - 1


@extend_schema(
    operation_id="listDeliveries",
    summary="The delivery log, newest first",
    parameters=[parameters.DeliveriesCall],
    responses={200: schemas.DELIVERIES},
    examples=schemas.LIST_DELIVERIES,
)
@api_view(["GET", "HEAD"])
@authentication_classes([BearerKey])
@permission_classes([HasScope.of("deliver")])
def deliveries(request: Request) -> Response:
    """Deliveries of the apps that the key sees; tests of an endpoint only for a key of all apps."""
    asked = parameters.read(parameters.DeliveriesCall, request)
    log, limit = _asked_for(asked, seen_by(_key(request))), asked["limit"]
    page = list(log.select_related("endpoint", "case__app").order_by("-pk")[: limit + 1])
    following = cursors.sealed("deliveries", page[limit - 1].pk) if len(page) > limit else None
    return Response({"next": following, "items": [_line(one) for one in page[:limit]]})


@extend_schema(
    operation_id="redeliver",
    summary="One more try",
    request=None,
    responses={200: OpenApiResponse(schemas.DELIVERY), 409: schemas.NOT_REDELIVERABLE},
    examples=schemas.REDELIVER,
)
@api_view(["POST"])
@authentication_classes([BearerKey])
@permission_classes([HasScope.of("deliver")])
def redelivery(request: Request, delivery_id: int) -> Response:
    """Send the same body again under the same `webhook-id`, for a delivery that is dead or was delivered. A pending or
    paused one is left as it is, so that asking twice makes one attempt.
    """
    known = delivery_id <= LARGEST_ID and seen_by(_key(request)).filter(pk=delivery_id).exists()
    if not known:
        raise NotFound(f"No delivery {delivery_id} is known to this key.")
    try:
        redeliver(delivery_id, by=_key(request))
    except NotRedeliverable as refusal:
        return problems.respond(409, str(refusal))
    return Response(_line(Delivery.objects.select_related("endpoint", "case__app").get(pk=delivery_id)))


def seen_by(key: AccessKey) -> QuerySet[Delivery]:
    """Deliveries whose release time has passed: results of verdicts that can still be undone are not shown."""
    log = Delivery.objects.filter(Q(final_result=None) | Q(final_result__release_at__lte=Now()))
    return log.filter(case__app=key.app) if key.app else log


def _asked_for(asked: dict[str, Any], log: QuerySet[Delivery]) -> QuerySet[Delivery]:
    if "state" in asked:
        log = log.filter(state=asked["state"])
    if "endpoint" in asked:
        log = log.filter(endpoint__in=_endpoints(asked["endpoint"]))
    if "requestId" in asked:
        named = Case.objects.filter(Q(request_id=asked["requestId"]) | batch_item(asked["requestId"]))
        log = log.filter(case__in=list(named.values_list("pk", flat=True)))
    if "cursor" in asked:
        log = log.filter(pk__lt=asked["cursor"][0])
    return log


def _endpoints(name: str) -> list[int]:
    by_id = Q(pk=int(name)) if name.isascii() and name.isdigit() and int(name) <= LARGEST_ID else Q()
    return list(Endpoint.objects.filter(Q(name=name) | by_id).values_list("pk", flat=True))


def _line(one: Delivery) -> dict[str, Any]:
    case = one.case
    return {
        **case_json.delivery(one),
        "endpointId": str(one.endpoint_id),
        "appId": case.app.app_id if case else None,
        "requestId": str(case) if case else None,
        "createdAt": one.created_at,
        "dueAt": one.due_at if one.ended_at is None else None,
        "endedAt": one.ended_at,
    }


def _key(request: Request) -> AccessKey:
    return cast(AccessKey, request.auth)  # set by BearerKey; the stubs know DRF's own tokens only
