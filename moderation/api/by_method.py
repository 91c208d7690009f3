"""Dispatch one URL to a view per HTTP method, so that each keeps its own scope, shapes and OpenAPI entry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from rest_framework.views import APIView

from moderation.api import problems

View = Callable[..., HttpResponseBase]


def by_method(**views: View) -> View:
    """Keywords are methods: `by_method(GET=listed, POST=taken_in)`."""

    def chosen(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        view = views.get("GET" if request.method == "HEAD" else request.method or "")
        if view is None:
            allow = {"Allow": ", ".join(sorted({*views, "OPTIONS", *({"HEAD"} if "GET" in views else ())}))}
            if request.method == "OPTIONS":
                return HttpResponse(status=204, headers=allow)
            return problems.page(request, 405, f"Use {' or '.join(sorted(views))} here.", headers=allow)
        return view(request, *args, **kwargs)

    chosen.csrf_exempt = True  # type: ignore[attr-defined] # as each of the views is; they sign in with keys
    chosen.views = views  # type: ignore[attr-defined] # for the schema, see openapi.every_method
    chosen.cls, chosen.initkwargs = APIView, {}  # type: ignore[attr-defined]
    chosen.actions = {method.lower() for method in views}  # type: ignore[attr-defined]
    return chosen
