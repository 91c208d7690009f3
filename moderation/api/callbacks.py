"""API for the detection service's callbacks. Whatever it sends is stored and acknowledged with HTTP 200.

The response's `code` is 1100 when everything in the body was ingested, 1902 when anything was not: that body waits in
quarantine for an administrator, and sending it again cannot help. On any other status the service sends it again.
"""

from __future__ import annotations

from typing import Any, cast

from django.core.handlers.wsgi import WSGIRequest
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import authentication_classes, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rate_limits.rates import rate_of
from accounts.rate_limits.throttling import check_rate
from moderation.api import bodies, examples
from moderation.api.api_view import api_view
from moderation.callbacks import addresses
from moderation.callbacks.ingest import Outcome
from moderation.callbacks.receive import receive

SUCCESS, UNREADABLE = 1100, 1902


@extend_schema(
    operation_id="callback",
    summary="For the detection service: any body it sends to a callback address",
    request={"application/json": examples.CALLBACK},
    responses={200: examples.CALLED_BACK},
    examples=examples.CALL_BACK,
)
@api_view(["POST"])
@authentication_classes([])
@permission_classes([AllowAny])  # the secret in the address authenticates
def callback(request: Request, secret: str) -> Response:
    address = addresses.find(secret)
    if address is None:
        raise Http404
    addresses.LAST_USE.record(address.pk)
    check_rate(f"callback:{address.secret_sha256[:20]}", rate_of())
    body = bodies.read_bytes(cast(WSGIRequest, request._request))
    return Response(_answer(receive(body, content_type=request.content_type or "", address=address)))


def _answer(outcome: Outcome) -> dict[str, Any]:
    if not outcome.errors:
        return {"code": SUCCESS, "message": "success", "requestId": outcome.request_id}
    first = outcome.errors[0]
    message = f"kept for an administrator, do not send it again: {first.pointer or '/'}: {first.detail}"
    return {"code": UNREADABLE, "message": message, "requestId": outcome.request_id}
