"""The gateway's calls. Every answer is HTTP 200 with a code of the contract, but for a database that is away (503)."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
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
from moderation.gateway import asynchronous, image_check, query, schemas
from moderation.gateway.asked import Asked
from moderation.gateway.batches import read_batch
from moderation.gateway.callers import caller
from moderation.gateway.codes import FAILED, SUCCESS, WRONG_PARAMETERS, CallRefused, body_of, wrong
from moderation.gateway.moderate import BATCH_TIMES, keep, look_at_all, until
from moderation.gateway.parameters import read_call
from moderation.gateway.request_ids import new_request_id
from moderation.gateway.responses import answers_of
from moderation.media.store import StoreDown
from moderation.models import MachineResult
from moderation.runtime.outages import is_outage

log = logging.getLogger(__name__)

Work = Callable[[Any, AccessKey, str], dict[str, Any]]
"""Does a call: of its body, its key and its requestId makes the answer. Raises CallRefused."""


@extend_schema(
    operation_id="moderateImage",
    summary="Have one picture moderated, as image v4 of the detection service",
    auth=schemas.KEY,
    request={"application/json": schemas.IMAGE},
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
    return _answered(request, _query)


@extend_schema(
    operation_id="checkImage",
    summary="Have one picture moderated: block, review or allow",
    auth=schemas.KEY,
    request={"application/json": schemas.CHECK},
    responses={200: schemas.CHECK_ANSWER},
    examples=schemas.CHECK_EXAMPLES,
)
@api_view(["POST"])
@authentication_classes([])
@permission_classes([AllowAny])
def check(request: Request) -> HttpResponse:
    return _answered(request, _check, refusal=image_check.refusal)


def _image(body: Any, key: AccessKey, request_id: str) -> dict[str, Any]:
    asked = read_call(body, key=key, request_id=request_id)
    if asked.callback:
        return _acknowledged([asked], key)
    (answer,) = _moderated([asked], key, until=until())
    return answer


def _images(body: Any, key: AccessKey, request_id: str) -> dict[str, Any]:
    asked = read_batch(body, key=key, request_id=request_id)
    if asked[0].callback:
        return _acknowledged(asked, key)
    answers = _moderated(asked, key, until=until(BATCH_TIMES))
    return body_of(SUCCESS, "success", request_id, auxInfo={}, imgs=answers)


def _query(body: Any, key: AccessKey, request_id: str) -> dict[str, Any]:
    ids, app, is_alone = query.read_query(body, key=key)
    results = query.results_of(ids, app=app)
    return results[0] if is_alone else query.as_contents(ids, results, request_id)


def _check(body: Any, key: AccessKey, request_id: str) -> dict[str, Any]:
    started = time.monotonic()
    asked = image_check.read_check(body, key=key, request_id=request_id)
    (told,) = _moderated([asked], key, until=until())
    if told["code"] != SUCCESS:
        return image_check.refusal(told["code"], told["message"], request_id)
    machine = MachineResult.objects.get(case__app=asked.app, case__request_id=request_id, revision=1)
    milliseconds = round((time.monotonic() - started) * 1000)
    return image_check.answer(asked, machine, told, milliseconds=milliseconds)


def _moderated(asked: list[Asked], key: AccessKey, *, until: float) -> list[dict[str, Any]]:
    looked = look_at_all(asked, until=until)
    return answers_of(looked, keep(looked, by=key))


def _acknowledged(asked: list[Asked], key: AccessKey) -> dict[str, Any]:
    asynchronous.acknowledge(asked, by=key)
    return body_of(SUCCESS, "success", asked[0].request_id)


def _answered(
    request: Request, work: Work, *, refusal: Callable[[int, str, str], dict[str, Any]] = body_of
) -> HttpResponse:
    request_id = new_request_id()
    try:
        body = _read(cast(WSGIRequest, request._request))
        answer = work(body, caller(request._request, body), request_id)
    except CallRefused as refused:
        answer = refusal(refused.code, refused.message, request_id)
    except Exception as error:
        if isinstance(error, StoreDown) or is_outage(error):
            raise  # answered by the middleware: nothing is acknowledged
        log.exception("The call %s failed", request_id)
        answer = refusal(FAILED, "This service failed; its log has the reason.", request_id)
    return HttpResponse(json_text.dumps(answer), content_type="application/json")


def _read(request: WSGIRequest) -> Any:
    """The body, of whatever content type it says it is. Raises CallRefused."""
    try:
        data = bodies.read_bytes(request, most=settings.MAX_BATCH_BYTES)
        with bodies.parsing(data):
            return json_text.loads(data)
    except ContractError as malformed:
        raise wrong(malformed.errors) from None
    except (BodyTooLarge, UnsupportedMediaType) as error:
        raise CallRefused(WRONG_PARAMETERS, f"body: {error}") from None
