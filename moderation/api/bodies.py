"""Read the JSON body of a request within its size limits."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager, nullcontext
from typing import Any, BinaryIO

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection
from rest_framework.exceptions import UnsupportedMediaType

from moderation.contract import json_text

_SPACE = b" \t\n\r"
_FIRST = 64 * 1024  # bytes in which the first character that is not white space is looked for
_MUCH = 4 * 1024 * 1024  # bytes from which on the connection is closed after it: a tenth of a batch of 1,000
_large = threading.Lock()  # one at a time: 64 MiB with one wide character take 600 MB while they are parsed (measured)


class BodyTooLarge(Exception):
    """The body is larger than its kind may be. The text names the limit."""


def read_json(request: WSGIRequest) -> Any:
    """The parsed body. Raises UnsupportedMediaType, BodyTooLarge or MalformedJSON.

    A body that starts with `[` is a batch and may have MAX_BATCH_BYTES, any other MAX_BODY_BYTES. A larger
    Content-Length is refused without reading; a body without one is read up to its limit.
    """
    if request.content_type != "application/json":
        raise UnsupportedMediaType(request.content_type or "", "Send the body as application/json.")
    body = read_bytes(request, batch=True)
    with parsing(body):
        return json_text.loads_apart(body)


def parsing(body: bytes) -> AbstractContextManager[object]:
    """In which the body is parsed: large ones one at a time."""
    return _large if len(body) > settings.MAX_BODY_BYTES else nullcontext()


def read_bytes(request: WSGIRequest, *, batch: bool = False, most: int | None = None) -> bytes:
    """The body's bytes, of any content type. Raises UnsupportedMediaType or BodyTooLarge.

    With `batch`, a body that starts with `[` may be larger; `most` is the limit of a call that sends no results.
    """
    if encoding := request.headers.get("Content-Encoding", ""):
        raise UnsupportedMediaType(encoding, f"Send the body as it is, without Content-Encoding: {encoding}.")
    usual = most or settings.MAX_BODY_BYTES
    announced, largest = _announced(request) or 0, settings.MAX_BATCH_BYTES if batch else usual
    if announced > largest:
        raise _too_large(largest, sends_results=most is None)
    start = _taken(source := _source(request), _FIRST)
    limit = largest if start.lstrip(_SPACE).startswith(b"[") else usual
    if announced > limit:
        raise _too_large(limit, sends_results=most is None)
    body = start + _taken(source, limit + 1 - len(start))
    if len(body) > limit:
        raise _too_large(limit, sends_results=most is None)
    if len(body) > _MUCH:
        connection.sent_much = True  # type: ignore[attr-defined] # of accounts.database
    return body


def _source(request: WSGIRequest) -> BinaryIO | WSGIRequest:
    """Django reads only what Content-Length announces; `wsgi.input_terminated` allows reading a body without it."""
    if _announced(request) is None and request.environ.get("wsgi.input_terminated"):
        source: BinaryIO = request.environ["wsgi.input"]
        return source
    return request


def _announced(request: WSGIRequest) -> int | None:
    length = request.headers.get("Content-Length") or ""
    return int(length) if length.isdecimal() else None


def _taken(source: BinaryIO | WSGIRequest, most: int) -> bytes:
    """Up to `most` bytes; fewer only where the body ends."""
    pieces: list[bytes] = []
    while most > 0 and (piece := source.read(most)):
        pieces.append(piece)
        most -= len(piece)
    return b"".join(pieces)


def _too_large(limit: int, *, sends_results: bool) -> BodyTooLarge:
    mebibytes = limit // (1024 * 1024)
    if not sends_results:
        return BodyTooLarge(f"A call of this address may have {mebibytes} MiB.")
    if limit == settings.MAX_BATCH_BYTES:
        return BodyTooLarge(f"A batch may have {mebibytes} MiB. Send fewer results at once.")
    return BodyTooLarge(f"A result may have {mebibytes} MiB. Send the picture as a URL.")
