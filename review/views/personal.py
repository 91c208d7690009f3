"""My statistics: always the signed-in user's; no URL names another person."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.auth.access import signed_in
from moderation.models import Label
from review.statistics import charts, personal


@require_GET
@login_required
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    mine = personal.of(signed_in(request))
    hours = [(f"{hour:02}", count) for hour, count in enumerate(mine.by_hour)]
    seen = [(Label.Severity(severity) if severity else "", count) for severity, count in mine.exposure.seen.items()]
    shown = {
        "mine": mine,
        "hours": hours,
        "chart": charts.bars(hours),
        "seen": seen,
        "break_after": settings.BREAK_AFTER_MINUTES,
    }
    return render(request, "review/personal.html", shown)
