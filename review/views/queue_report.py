"""The reports page: figures of queues, and how long the stage keeps people waiting. The filters are its heading."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.auth.access import signed_in
from accounts.models import App, User
from moderation import cache_versions, labels
from review.models import Queue
from review.presentation.label_names import category_names
from review.statistics import charts, latency
from review.statistics.latency import Waits
from review.statistics.reports import audience, drawings, export, report, slots, tables
from review.statistics.reports.buckets import ERROR_PERCENT
from review.statistics.reports.intervals import FEW
from review.statistics.reports.links import Links
from review.statistics.reports.report import Filters, Report
from review.statistics.reports.tally import IDLE_SECONDS
from review.views.report_headline import headline

SPANS = (1, 7, 14, 30, 90)
USUAL = 7
WARM_LIMIT_MS = 100  # the stage's target for p95


@require_GET
@login_required
@cache_versions.read_together()
def page(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    queues = audience.queues_told_of(user)
    people = audience.people_told_of(queues, by=user)
    filters = _filters(request.GET, queues, people)
    found = report.read(filters, by=user)
    links = Links(filters, {one.pk: one for one in queues})
    taxonomy = labels.in_force()
    shown = {
        "report": found,
        "filters": filters,
        "choices": {"spans": SPANS, "queues": queues, "people": people, "apps": App.objects.order_by("name")},
        "categories": category_names(taxonomy),
        "query": _query(filters),
        "headline": headline(found, links),
        "tables": {one.key: one for one in tables.tables(found, links)},
        "charts": {
            "waits": drawings.waits(found),
            "arrivals": drawings.arrivals(found),
            "verdicts": drawings.verdicts(found),
        },
        "kept": _kept(found, links),
        "second_thoughts": _second_thoughts(found),
        "judged": [(tables.label_name(one.label, taxonomy), drawings.squares(one)) for one in found.judged],
        "bands": range(0, 1000, 100),
        "few": FEW,
        "error": ERROR_PERCENT,
        "idle": IDLE_SECONDS,
        "latency": _waits(filters.span, found.queues) if filters.person is None else [],
    }
    return render(request, "review/queue_report.html", shown)


@require_GET
@login_required
@cache_versions.read_together()
def csv(request: HttpRequest) -> HttpResponse:
    """What the page shows under the same address: one table, or all of them."""
    user = signed_in(request)
    queues = audience.queues_told_of(user)
    filters = _filters(request.GET, queues, audience.people_told_of(queues, by=user))
    found = report.read(filters, by=user)
    drawn = tables.tables(found, Links(filters, {one.pk: one for one in queues}))
    wanted = request.GET.get("table", "")
    chosen = [one for one in drawn if wanted in ("", one.key)]
    if not chosen:
        raise Http404
    text = export.export(chosen, filters, by=user)
    name = f"report-{wanted or 'all'}-{filters.span.first}-{filters.span.today}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)


def _filters(asked: QueryDict, queues: Sequence[Queue], people: Sequence[User]) -> Filters:
    """As in the URL; what is unknown, or not this reader's, is not filtered by."""
    days = asked.get("days", "")
    span = slots.last(int(days) if days in map(str, SPANS) else USUAL)
    queue = next((one for one in queues if one.slug == asked.get("queue")), None)
    person = next((one for one in people if one.email == asked.get("person")), None)
    if person:
        return Filters(span, queue, person=person)
    app, label = asked.get("app", ""), asked.get("label", "")
    known = App.objects.filter(app_id=app).first() if app and "\0" not in app else None
    return Filters(span, queue, known, label if label.isprintable() and label else None)


def _query(filters: Filters) -> str:
    said = {
        "days": str(filters.span.days),
        "queue": filters.queue.slug if filters.queue else "",
        "app": filters.app.app_id if filters.app else "",
        "label": filters.label or "",
        "person": filters.person.email if filters.person else "",
    }
    query = QueryDict(mutable=True)
    query.update({name: value for name, value in said.items() if value})
    return query.urlencode()


def _kept(found: Report, links: Links) -> list[dict[str, Any]]:
    """The rate within SLA by queue, its course, and the queue's SLA; the worst first."""
    rows = []
    for one in found.queues:
        rates = found.kept[one.pk]
        rate = found.by_queue[one.pk].sums.in_time
        course = drawings.kept([rates.get(at) for at in found.moments])
        about = {"cases": found.by_queue[one.pk].sums["cases"], "link": links.of(queue=one)["cases"]}
        rows.append({"queue": one, "rate": rate, "course": course} | about)
    return sorted(rows, key=lambda row: 101.0 if row["rate"].percent is None else row["rate"].percent)


def _second_thoughts(found: Report) -> list[dict[str, Any]]:
    rows = []
    for name in ("undone", "reopened", "skipped"):
        now, before = getattr(found.now.sums, name), getattr(found.before.sums, name)
        course = drawings.spark([getattr(part.sums, name).percent for part in found.moments.values()])
        known = now.percent is not None and before.percent is not None
        change = now.percent - before.percent if known else None
        rows.append({"name": name, "rate": now, "course": course, "change": change})
    return rows


def _waits(span: slots.Span, queues: Sequence[Queue]) -> list[dict[str, Any]]:
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
