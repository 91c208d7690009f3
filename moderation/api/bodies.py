"""Read the JSON body of a call, within its limits, before anything is made of it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.handlers.wsgi import WSGIRequest
from rest_framework.exceptions import UnsupportedMediaType

from moderation.contract import json_text


def read_json(request: WSGIRequest, *, limit: int = settings.MAX_BODY_BYTES) -> Any:
    """The value sent. Raises UnsupportedMediaType, RequestDataTooBig or MalformedJSON."""
    if request.content_type != "application/json":
        raise UnsupportedMediaType(request.content_type or "", "Send the body as application/json.")
    return json_text.loads_apart(read_bytes(request, limit=limit))


def read_bytes(request: WSGIRequest, *, limit: int = settings.MAX_BODY_BYTES) -> bytes:
    """The body as it was sent, of whatever type. Raises UnsupportedMediaType or RequestDataTooBig."""
    if encoding := request.headers.get("Content-Encoding", ""):
        raise UnsupportedMediaType(encoding, f"Send the body as it is, without Content-Encoding: {encoding}.")
    return _read(request, limit)


def _read(request: WSGIRequest, limit: int) -> bytes:
    if int(request.headers.get("Content-Length") or 0) > limit:
        raise RequestDataTooBig
    if request.headers.get("Transfer-Encoding", "").lower() != "chunked":
        return request.body
    body: bytes = request.environ["wsgi.input"].read(limit + 1)
    if len(body) > limit:
        raise RequestDataTooBig
    return body
