"""A request is freed once it is answered, with its body.

What middleware hangs on a request (the person, the nonce of its page, what allauth knows) points back at it. Python
frees such a circle only when it next looks for circles, which is rare here (see wsgi.py), and megabytes of bodies wait
until then.
"""

from __future__ import annotations

from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest


class FreeingHandler(WSGIHandler):
    """Django's, for servers that call `close` on what it returns, as WSGI has them do."""

    def get_response(self, request: HttpRequest) -> Any:
        response = super().get_response(request)
        response._resource_closers.append(vars(request).clear)  # after Django's own
        return response
