"""Errors as RFC 9457 problem documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from math import ceil
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.response import Response

from moderation.api.bodies import BodyTooLarge
from moderation.contract import ContractError, MalformedJSON
from moderation.contract.values import FieldError

CONTENT_TYPE = "application/problem+json"


def document(
    status: int, detail: str, *, errors: Sequence[FieldError] = (), more: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The body of a problem: what is wrong, where, and what to do."""
    body: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    body |= {"detail": detail, **(more or {})}
    if errors:
        body["errors"] = [{"pointer": error.pointer, "detail": error.detail} for error in errors]
    return body


def respond(status: int, detail: str, **more: Any) -> Response:
    """A problem as a DRF response."""
    return Response(document(status, detail, **more), status=status, content_type=CONTENT_TYPE)


def page(request: HttpRequest, status: int, detail: str, headers: Mapping[str, str] | None = None) -> JsonResponse:
    """A problem outside DRF."""
    return JsonResponse(document(status, detail), status=status, content_type=CONTENT_TYPE, headers=headers)


@csrf_exempt  # nothing changes here, and API clients have no token
def nothing_here(request: HttpRequest) -> JsonResponse:
    """404 for unknown addresses below the API's own."""
    return page(request, 404, f"There is nothing at {request.path}. The calls are listed at /api/docs/.")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400 for requests refused before any view: an unknown host, or a body with too many fields."""
    if request.path_info.startswith(settings.MACHINE_PATHS):
        return page(request, 400, "The request cannot be read. Is its Host one of ours?")
    return defaults.bad_request(request, exception)


def handle(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's exception handler: every expected error as a problem; None for unexpected ones, which are logged."""
    match error:
        case MalformedJSON():
            return respond(400, f"This is not JSON that can be read: {error}", errors=error.errors)
        case ContractError():
            return respond(422, "The body does not fit the contract; see errors.", errors=error.errors)
        case BodyTooLarge():
            return respond(413, str(error))
        case RequestDataTooBig():
            return respond(413, "The body is larger than 16 MiB.")
        case PermissionDenied():
            return respond(403, str(error) or "You may not do this.")
        case Http404():
            return respond(404, str(error) or "There is nothing at this address.")
        case exceptions.ValidationError():
            return respond(422, "What was sent does not fit; see errors.", errors=list(_pointed(error.detail)))
        case exceptions.APIException():
            return _from_drf(error)
    return None


def _from_drf(error: exceptions.APIException) -> Response:
    response = respond(error.status_code, _text(error.detail))
    if header := getattr(error, "auth_header", None):
        response["WWW-Authenticate"] = header
    if wait := getattr(error, "wait", None):
        response["Retry-After"] = str(max(1, ceil(wait)))
    return response


def _pointed(detail: Any, pointer: str = "") -> Iterator[FieldError]:
    """DRF's nested errors as one error per place."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _pointed(inner, pointer if name == "non_field_errors" else f"{pointer}/{name}")
    elif isinstance(detail, list) and any(isinstance(item, (dict, list)) for item in detail):
        for index, inner in enumerate(detail):
            yield from _pointed(inner, f"{pointer}/{index}")
    else:
        yield FieldError(pointer, _text(detail))


def _text(detail: Any) -> str:
    if isinstance(detail, dict):
        return " ".join(f"{name}: {_text(value)}" for name, value in detail.items())
    if isinstance(detail, list):
        return " ".join(_text(item) for item in detail)
    return str(detail)
