"""My statistics: always the signed-in user's; no URL names another person."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.auth.access import signed_in
from moderation import cache_versions
from moderation.models import Label
from review.statistics import charts, personal
from review.statistics.reports import report, slots
from review.statistics.reports.report import Filters

RECENT_DAYS = 14


@require_GET
@login_required
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    with cache_versions.read_together():
        mine = personal.of(user)
    recent = report.read(Filters(slots.last(RECENT_DAYS), person=user), by=user)
    hours = [(f"{hour:02}", count) for hour, count in enumerate(mine.by_hour)]
    seen = [(Label.Severity(severity) if severity else "", count) for severity, count in mine.exposure.seen.items()]
    shown = {
        "mine": mine,
        "hours": hours,
        "chart": charts.bars(hours),
        "seen": seen,
        "recent": [(at, part) for at, part in recent.moments.items() if part.sums["made"]],
        "recent_days": RECENT_DAYS,
        "break_after": settings.BREAK_AFTER_MINUTES,
    }
    return render(request, "review/personal.html", shown)
