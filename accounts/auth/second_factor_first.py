"""Who must have a second factor and has none is led to set one up, and can do nothing else.

The user's row says so (accounts.second_factor keeps it in step), so this costs no query.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from accounts.auth import reader
from accounts.auth.zone import JSON_PATHS

OPEN = ("/accounts/", "/i18n/", "/static/", "/healthz", "/readyz", "/metrics")

Handler = Callable[[HttpRequest], HttpResponse]


class SecondFactorFirst:
    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: object) -> HttpResponseBase | None:
        if request.path_info.startswith(OPEN):
            return None
        person = reader.person_of(request)
        return _lead(request) if person and person.lacks_second_factor else None


def _lead(request: HttpRequest) -> HttpResponseBase:
    if request.path_info.startswith(JSON_PATHS):
        told = gettext("Your account needs a second factor. Reload the page and set one up.")
        problem = {"type": "about:blank", "title": "Forbidden", "status": 403, "detail": told}
        return JsonResponse(problem, status=403, content_type="application/problem+json")
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": reverse("mfa_index")})
    return redirect("mfa_index")
