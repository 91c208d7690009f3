"""The id of each HTTP request, in every line about it and in its answer; and with LOG_EACH one line for each."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings

from moderation.runtime import log_context

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

    with log_context.about(httpRequest=request_id):
        began = time.monotonic()
        body = answer(start)
        if settings.LOG_EACH:
            _tell(environ, said[0] if said else "", began)
        return body


def _tell(environ: dict[str, Any], status: str, began: float) -> None:
    milliseconds = round(1000 * (time.monotonic() - began))
    log.info("%s %s %s in %s ms", environ["REQUEST_METHOD"], environ["PATH_INFO"], status[:3], milliseconds)
