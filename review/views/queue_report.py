"""The reports page: figures of the queues, and how long the stage keeps people waiting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.auth.access import signed_in
from moderation import labels
from moderation.contract.values import LabelPath
from review.models import Queue
from review.presentation.label_names import last_level_name
from review.statistics import charts, latency, queue_report
from review.statistics.latency import Waits
from review.statistics.queue_report import Span, TooMuch

SPANS = (1, 7, 30)
WARM_LIMIT_MS = 100  # the stage's target for p95


@require_GET
@login_required
def page(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    queues = queue_report.queues_told_of(user)
    span = _span(request)
    queue = next((one for one in queues if one.slug == request.GET.get("queue")), None)
    shown = {
        "span": span,
        "spans": SPANS,
        "queue": queue,
        "queues": queues,
        "waits": _waits(span, [queue] if queue else queues),
    }
    try:
        every = queue_report.of_queues(span, by=user)
        shown |= {
            "health": [(one, _links(span, one.queue)) for one in every if queue is None or one.queue == queue],
            "agreement": _agreement(queue_report.agreement(span, queue=queue, by=user), span, queue),
            "pace": _pace(span, queue_report.pace(span, queue=queue, by=user)),
        }
    except TooMuch:
        shown["too_much"] = True
    return render(request, "review/queue_report.html", shown)


def _span(request: HttpRequest) -> Span:
    asked = request.GET.get("days", "")
    return queue_report.last(int(asked) if asked in map(str, SPANS) else 7)


def _links(span: Span, queue: Queue | None, **more: str) -> dict[str, str]:
    """The searches that find what was counted."""
    named = {"queue": queue.slug} if queue else {}
    decided = named | more | {"decidedFrom": str(span.first), "decidedTo": str(span.today)}
    rejected = decided | {"verdict": "REJECT"}
    passed = decided | {"verdict": "PASS"}
    searches = {"decided": decided, "rejected": rejected, "passed": passed, "overdue": named | {"state": "overdue"}}
    return {name: _query(**search) for name, search in searches.items()}


def _query(**said: str) -> str:
    query = QueryDict(mutable=True)
    query.update(said)
    return query.urlencode()


def _agreement(found: Sequence[queue_report.Agreement], span: Span, queue: Queue | None) -> list[dict[str, Any]]:
    taxonomy = labels.in_force()
    return [
        {
            "name": last_level_name(LabelPath(one.category), taxonomy) if one.category else "",
            "one": one,
            "links": _links(span, queue, label=one.category) if one.category else {},
        }
        for one in found
    ]


def _pace(span: Span, counted: Sequence[tuple[Any, int]]) -> dict[str, Any]:
    named = [(f"{at:%H}" if span.days == 1 else f"{at:%m-%d}", count) for at, count in counted]
    return {"rows": named, "chart": charts.bars(named)}


def _waits(span: Span, queues: Sequence[Queue]) -> list[dict[str, Any]]:
    """One chart for each queue and kind that has waits: p50 and p95, day by day."""
    found = [one for one in latency.by_day(since=span.first) if one.queue in queues]
    groups: dict[tuple[str, bool], list[Waits]] = {}
    for one in sorted(found, key=lambda one: (str(one.queue), not one.warm, one.day)):
        groups.setdefault((str(one.queue), one.warm), []).append(one)
    days = [span.first + timedelta(days=nth) for nth in range(span.days)]
    return [
        {"queue": name, "warm": warm, "rows": rows, "chart": _chart(rows, days)}
        for (name, warm), rows in groups.items()
    ]


def _chart(rows: Sequence[Waits], days: Sequence[date]) -> charts.Chart:
    known = {row.day: row for row in rows}
    halves = [known[day].p50 if day in known else None for day in days]
    most = [known[day].p95 if day in known else None for day in days]
    limit = WARM_LIMIT_MS if rows[0].warm else 0
    return charts.lines([f"{day:%m-%d}" for day in days], [("p50", halves), ("p95", most)], limit=limit)
