"""The id of each HTTP request, in every line about it and in its answer; and with LOG_EACH one line for each."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

from django.conf import settings
from django.urls import Resolver404, resolve
from django.views import View

from moderation.runtime import log_context, tracing

log = logging.getLogger(__name__)

_GIVEN = re.compile(r"[A-Za-z0-9._:/+=-]{1,64}")
StartResponse = Callable[..., Any]


def answered(
    environ: dict[str, Any], start_response: StartResponse, answer: Callable[[StartResponse], Iterable[bytes]]
) -> Iterable[bytes]:
    """What `answer` returns, with the request's id in `X-Request-Id`: the caller's own where it sent one that fits."""
    given = environ.get("HTTP_X_REQUEST_ID", "")
    request_id = given if _GIVEN.fullmatch(given) else uuid.uuid4().hex
    said: list[str] = []

    def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
        said[:] = [status]
        return start_response(status, [*headers, ("X-Request-Id", request_id)], *more)

    with log_context.about(httpRequest=request_id), _span(environ) as span:
        began = time.monotonic()
        body = answer(start)
        status = said[0][:3] if said else ""
        span.answered(status)
        if settings.LOG_EACH:
            _tell(environ, status, began)
        return body


def _tell(environ: dict[str, Any], status: str, began: float) -> None:
    milliseconds = round(1000 * (time.monotonic() - began))
    log.info("%s %s %s in %s ms", environ["REQUEST_METHOD"], environ["PATH_INFO"], status, milliseconds)


def _span(environ: dict[str, Any]) -> AbstractContextManager[tracing.Traced]:
    return tracing.span(partial(_route, environ), parent=environ.get("HTTP_TRACEPARENT", ""), is_request=True)


def _route(environ: dict[str, Any]) -> str:
    """The method and the pattern of its address, which name nobody."""
    method = environ["REQUEST_METHOD"] if environ["REQUEST_METHOD"].lower() in View.http_method_names else "HTTP"
    try:
        return f"{method} /{resolve(environ['PATH_INFO']).route}"
    except Resolver404:
        return str(method)
