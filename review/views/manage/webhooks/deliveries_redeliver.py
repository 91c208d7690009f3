"""Redeliver all that match: counted first, then with progress, cancel and resume."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.auth.access import administrators_only, signed_in
from accounts.models import App
from moderation.models import Delivery, Endpoint, Redelivery
from moderation.models.webhooks.endpoint import EventType
from moderation.runtime.worker_notifier import notify
from moderation.tasks import deliver_due
from moderation.webhooks import redeliver_all
from moderation.webhooks.delivery_filters import Filters
from moderation.webhooks.redeliver_all import NothingMatches, UnderWay
from review.views.stage import HtmxHttpRequest


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def redeliver_matching(request: HttpRequest) -> HttpResponse:
    """How many match; posted, a redelivery of them."""
    if request.method == "POST":
        return _start(request, Filters.read(request.POST))
    filters = Filters.read(request.GET)
    context = {"filters": filters, "told": told(filters), "counted": redeliver_all.count(filters)}
    return render(request, "manage/webhooks/redeliver.html", context | {"back": _log(filters)})


def _start(request: HttpRequest, filters: Filters) -> HttpResponse:
    try:
        job = redeliver_all.start(filters, by=signed_in(request))
    except NothingMatches as refusal:
        messages.error(request, str(refusal))
        return redirect(_log(filters))
    notify(deliver_due)
    return redirect("review:redelivery", job.pk)


@require_GET
@administrators_only
def redelivery(request: HtmxHttpRequest, pk: int) -> HttpResponse:
    """How far it is. The page asks again while it is under way."""
    job = get_object_or_404(Redelivery.objects.select_related("created_by"), pk=pk)
    filters = Filters.read(job.filters)
    done = job.redelivered + job.refused
    context = {
        "job": job,
        "told": told(filters),
        "done": done,
        "of": max(job.counted, done),
        "log": _log(filters),
        "runs": job.state == Redelivery.State.RUNNING,
        "cancelled": job.state == Redelivery.State.CANCELLED,
    }
    return render(request, f"manage/webhooks/redelivery.html{'#progress' if request.htmx else ''}", context)


@require_POST
@administrators_only
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    redeliver_all.cancel(get_object_or_404(Redelivery, pk=pk), by=signed_in(request))
    return redirect("review:redelivery", pk)


@require_POST
@administrators_only
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        redeliver_all.resume(get_object_or_404(Redelivery, pk=pk), by=signed_in(request))
    except UnderWay as refusal:
        messages.error(request, str(refusal))
    notify(deliver_due)
    return redirect("review:redelivery", pk)


def told(filters: Filters) -> list[Any]:
    """Each filter as people know it: the endpoint's name, not its number."""
    endpoint = Endpoint.objects.filter(pk=filters.endpoint).first() if filters.endpoint else None
    app = App.objects.filter(pk=filters.app).first() if filters.app else None
    kinds = dict(EventType.choices)
    named = [dict(Delivery.State.choices).get(filters.state), endpoint, app, kinds.get(filters.type), filters.request]
    return [one for one in (*named, filters.since, filters.until) if one]


def _log(filters: Filters) -> str:
    return reverse("review:manage_deliveries", query=filters.stored())
