"""A request is freed once it is answered, with its body.

What middleware hangs on a request (the person, the nonce of its page, what allauth knows) points back at it. Python
frees such a circle only when it next looks for circles, which is rare here (see wsgi.py), and megabytes of bodies wait
until then.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest

from moderation.runtime.large_blocks import LARGE, give_back_freed


class FreeingHandler(WSGIHandler):
    """Django's, for servers that call `close` on what it returns, as WSGI has them do."""

    def get_response(self, request: HttpRequest) -> Any:
        response: Any = super().get_response(request)
        response._resource_closers.append(partial(_free, request))  # after Django's own
        return response


def _free(request: HttpRequest) -> None:
    length = request.META.get("CONTENT_LENGTH") or ""
    is_large = int(length) >= LARGE if length.isdecimal() else request.method == "POST"  # or a body that does not say
    vars(request).clear()
    if is_large:
        give_back_freed()
