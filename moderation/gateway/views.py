"""The gateway's calls. Every answer is HTTP 200 with a code of the contract, but for a database that is away (503)."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import authentication_classes, permission_classes
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from accounts.models import AccessKey
from moderation.api import bodies
from moderation.api.api_view import api_view
from moderation.api.bodies import BodyTooLarge
from moderation.contract import ContractError, json_text
from moderation.contract.image_v4 import SUCCESS
from moderation.gateway import asynchronous, callers, image_check, query, schemas
from moderation.gateway.asked import Asked
from moderation.gateway.batches import read_batch
from moderation.gateway.codes import FAILED, WRONG_PARAMETERS, CallRefused, body_of, wrong
from moderation.gateway.moderate import BATCH_TIMES, until
from moderation.gateway.parameters import read_call
from moderation.gateway.request_ids import new_request_id, repeated_id
from moderation.gateway.responses import Answer, moderated, stored
from moderation.media.store import StoreDown
from moderation.runtime.outages import is_outage

log = logging.getLogger(__name__)

QUERY_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Call:
    """`may_be_known`: it may have been sent before, and cases of its requestId be stored."""

    body: Any
    key: AccessKey
    request_id: str
    may_be_known: bool


Work = Callable[[Call], dict[str, Any]]
"""Makes the answer of a call. Raises CallRefused."""


@extend_schema(
    operation_id="moderateImage",
    summary="Have one picture moderated, as image v4 of the detection service",
    auth=schemas.KEY,
    request={"application/json": schemas.IMAGE},
    parameters=[schemas.IDEMPOTENCY_KEY],
    responses={200: schemas.IMAGE_ANSWER},
    examples=schemas.IMAGE_EXAMPLES,
)
@api_view(["POST"])
@authentication_classes([])
@permission_classes([AllowAny])  # the access key may be in the body
def image(request: Request) -> HttpResponse:
    return _answered(request, _image)


@extend_schema(
    operation_id="moderateImages",
    summary="Have up to twelve pictures moderated",
    auth=schemas.KEY,
    request={"application/json": schemas.IMAGES},
    parameters=[schemas.IDEMPOTENCY_KEY],
    responses={200: schemas.IMAGES_ANSWER},
)
@api_view(["POST"])
@authentication_classes([])
@permission_classes([AllowAny])
def images(request: Request) -> HttpResponse:
    return _answered(request, _images)


@extend_schema(
    operation_id="queryImages",
    summary="What became of earlier calls",
    auth=schemas.KEY,
    request={"application/json": schemas.QUERY},
    responses={200: schemas.QUERY_ANSWER},
)
@api_view(["POST"])
@authentication_classes([])
@permission_classes([AllowAny])
def image_query(request: Request) -> HttpResponse:
    return _answered(request, _query, most=QUERY_BYTES)


@extend_schema(
    operation_id="checkImage",
    summary="Have one picture moderated: block, review or allow",
    auth=schemas.KEY,
    request={"application/json": schemas.CHECK},
    parameters=[schemas.IDEMPOTENCY_KEY],
    responses={200: schemas.CHECK_ANSWER},
    examples=schemas.CHECK_EXAMPLES,
)
@api_view(["POST"])
@authentication_classes([])
@permission_classes([AllowAny])
def check(request: Request) -> HttpResponse:
    return _answered(request, _check, most=settings.MAX_BODY_BYTES, refusal=image_check.refusal)


def _image(call: Call) -> dict[str, Any]:
    asked = read_call(call.body, key=call.key, request_id=call.request_id)
    if asked.callback:
        return _acknowledged([asked], call)
    (answer,) = _moderated([asked], call, until=until())
    return answer.body


def _images(call: Call) -> dict[str, Any]:
    asked = read_batch(call.body, key=call.key, request_id=call.request_id)
    if asked[0].callback:
        return _acknowledged(asked, call)
    answers = _moderated(asked, call, until=until(BATCH_TIMES))
    return body_of(SUCCESS, "success", call.request_id, auxInfo={}, imgs=[answer.body for answer in answers])


def _query(call: Call) -> dict[str, Any]:
    asked = query.read_query(call.body, key=call.key)
    results = query.results_of(asked)
    return results[0] if asked.is_alone else query.as_contents(asked.ids, results, call.request_id)


def _check(call: Call) -> dict[str, Any]:
    started = time.monotonic()
    asked = image_check.read_check(call.body, key=call.key, request_id=call.request_id)
    (told,) = _moderated([asked], call, until=until())
    code, message = told.body["code"], told.body["message"]
    if told.machine is None or code != SUCCESS:
        return image_check.refusal(code, message, call.request_id)
    milliseconds = round((time.monotonic() - started) * 1000)
    return image_check.answer(asked, told.machine, told.body, milliseconds=milliseconds)


def _moderated(asked: list[Asked], call: Call, *, until: float) -> list[Answer]:
    return moderated(asked, by=call.key, until=until, known=stored(asked) if call.may_be_known else None)


def _acknowledged(asked: list[Asked], call: Call) -> dict[str, Any]:
    asynchronous.acknowledge(asked, by=call.key)
    return body_of(SUCCESS, "success", call.request_id)


def _answered(
    request: Request,
    work: Work,
    *,
    most: int | None = None,
    refusal: Callable[[int, str, str], dict[str, Any]] = body_of,
) -> HttpResponse:
    """`most` bytes its body may have, else those of a batch."""
    request_id = new_request_id()
    try:
        call = _call(cast(WSGIRequest, request._request), request_id, most or settings.MAX_BATCH_BYTES)
        request_id = call.request_id
        answer = work(call)
    except CallRefused as refused:
        answer = refusal(refused.code, refused.message, request_id)
    except Exception as error:
        if isinstance(error, StoreDown) or is_outage(error):
            raise  # answered by the middleware: nothing is acknowledged
        log.exception("The call %s failed", request_id)
        answer = refusal(FAILED, "This service failed; its log has the reason.", request_id)
    return HttpResponse(json_text.dumps(answer), content_type="application/json")


def _call(request: WSGIRequest, request_id: str, most: int) -> Call:
    """A key in the header is checked before the body is read. Raises CallRefused."""
    key = callers.by_header(request)
    data, body = _read(request, most)
    key = key or callers.by_body(request, body)
    repeated = repeated_id(request, data, key)
    return Call(body, key, repeated or request_id, may_be_known=bool(repeated))


def _read(request: WSGIRequest, most: int) -> tuple[bytes, Any]:
    """The body, of whatever content type it says it is, and what it says. Raises CallRefused."""
    try:
        data = bodies.read_bytes(request, most=most)
        with bodies.parsing(data):
            return data, json_text.loads(data)
    except ContractError as malformed:
        raise wrong(malformed.errors) from None
    except (BodyTooLarge, UnsupportedMediaType) as error:
        raise CallRefused(WRONG_PARAMETERS, f"body: {error}") from None
