"""DRF's `api_view`, whose requests are freed as soon as they are answered.

A view, its request and the contexts of its parser and renderer refer to each other. Python frees such a reference cycle
only at its next collection, which here is rare (see wsgi.py), and the request's body stays in memory until then: a
hundred results of 9.5 MiB left a web process with a gigabyte. `rendering.ExactJSON` breaks the other cycle.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from rest_framework import decorators
from rest_framework.views import APIView


def api_view(methods: Sequence[str]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorator: a function as a DRF view for these methods."""

    def made(function: Callable[..., Any]) -> Callable[..., Any]:
        view: Any = decorators.api_view(methods)(function)
        view.cls.dispatch = _dispatch
        return view  # type: ignore[no-any-return]

    return made


def _dispatch(view: APIView, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    try:
        return APIView.dispatch(view, request, *args, **kwargs)
    finally:
        view.request.parser_context.clear()
