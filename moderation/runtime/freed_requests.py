"""Free a request with its body as soon as it is answered.

Objects that middleware stores on a request (the user, the nonce of its page, allauth's context) refer back to it.
Python frees such a reference cycle only at the next garbage collection, which is rare here (see moderation/wsgi.py),
and megabytes of bodies would stay in memory until then.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest

from moderation.runtime.large_blocks import LARGE, give_back_freed


class FreeingHandler(WSGIHandler):
    """Django's handler, for servers that call `close` on the response, as WSGI requires."""

    def get_response(self, request: HttpRequest) -> Any:
        response: Any = super().get_response(request)
        response._resource_closers.append(partial(_free, request))  # after Django's own
        return response


def _free(request: HttpRequest) -> None:
    length = request.META.get("CONTENT_LENGTH") or ""
    is_large = int(length) >= LARGE if length.isdecimal() else request.method == "POST"  # or a body without a length
    vars(request).clear()
    if is_large:
        give_back_freed()
