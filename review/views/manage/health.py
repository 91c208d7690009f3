"""The health page: what each check of the installation found, and what to do."""

from __future__ import annotations

from collections import Counter

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.auth.access import administrators_only
from review.installation.findings import Seen, State
from review.installation.health import look

WORST_FIRST = list(State)


@never_cache
@require_GET
@administrators_only
def page(request: HttpRequest) -> HttpResponse:
    found = look(_seen(request))
    counts = Counter(one.state for one in found)
    context = {
        "checks": sorted(found, key=lambda one: WORST_FIRST.index(one.state)),
        "counts": {state.value: counts[state] for state in State},
        "at": timezone.now(),
    }
    return render(request, "manage/health.html", context)


def _seen(request: HttpRequest) -> Seen:
    forwarded = request.headers.get("X-Forwarded-For", "")
    return Seen(request.is_secure(), tuple(part.strip() for part in forwarded.split(",") if part.strip()))
