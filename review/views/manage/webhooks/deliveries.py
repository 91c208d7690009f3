"""The delivery log for administrators: filters in the URL, one delivery open beside the list, and one more try."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from accounts.auth.access import administrators_only, signed_in
from accounts.models import App
from accounts.whole_numbers import whole_number
from moderation.models import Attempt, Delivery, Endpoint, Redelivery
from moderation.models.webhooks.endpoint import EventType
from moderation.runtime.worker_notifier import notify
from moderation.tasks import deliver_due
from moderation.webhooks import delivery_log
from moderation.webhooks.delivery_filters import Filters
from moderation.webhooks.delivery_log import Counted
from moderation.webhooks.redeliver import NotRedeliverable, redeliver
from review.presentation.messages import describe
from review.views.list_forms import own_path
from review.views.manage.webhooks.deliveries_pane import pane
from review.views.manage.webhooks.deliveries_strings import in_few_words, milliseconds

ROWS = 25
PLACE = ("open", "attempt", "before")  # of the URL: not filters


@dataclass(frozen=True, slots=True)
class LogRow:
    delivery: Delivery
    answer: str
    took: str
    is_good: bool
    is_open: bool


@dataclass(frozen=True, slots=True)
class StateLink:
    value: str
    name: Any
    counted: Counted
    is_chosen: bool


@require_GET
@administrators_only
def log(request: HttpRequest) -> HttpResponse:
    """The log; `?open=` opens one delivery beside it, `&attempt=` one of its attempts."""
    return render(request, "manage/webhooks/deliveries.html", log_context(request))


@require_POST
@administrators_only
def redeliver_one(request: HttpRequest, pk: int) -> HttpResponse:
    before = get_object_or_404(Delivery.objects.only("state"), pk=pk)
    try:
        made = redeliver(pk, by=signed_in(request))
    except NotRedeliverable as refusal:
        messages.error(request, describe(refusal.why))
    else:
        notify(deliver_due)
        messages.success(request, _told(made, was=before.state))
    return redirect(own_path(request.POST.get("back", "")) or reverse("review:manage_deliveries", query={"open": pk}))


def _told(made: Delivery, *, was: str) -> str:
    if made.state == Delivery.State.PAUSED:
        return gettext("It is sent when its endpoint is resumed.")
    return gettext("It is on its way already.") if was == made.state else gettext("It is sent once more.")


def log_context(request: HttpRequest, *, endpoint: Endpoint | None = None) -> dict[str, Any]:
    """What the log shows; with `endpoint` of that one alone."""
    sent = request.GET.copy()
    if endpoint is not None:
        sent["endpoint"] = str(endpoint.pk)
    filters, place = Filters.read(sent), _place(request.GET)
    page = delivery_log.page(filters, before=place["before"], rows=ROWS)
    now = timezone.now()
    return {
        "filters": filters,
        "sent": sent,
        "kept": _without(request.GET, *PLACE),
        "rows": _rows(page.deliveries, place["open"]),
        "page": page,
        "before": place["before"],
        "counted": page.counted,
        "states": _states(filters),
        "apps": App.objects.order_by("app_id"),
        "types": EventType.choices,
        "endpoints": [] if endpoint else _endpoints(filters),
        "running": [] if endpoint else Redelivery.objects.filter(state=Redelivery.State.RUNNING).order_by("-pk")[:3],
        "pane": pane(place["open"], attempt=place["attempt"], now=now) if place["open"] else None,
        "looked": delivery_log.LOOKED,
    }


def _place(sent: QueryDict) -> dict[str, int | None]:
    return {name: whole_number(sent.get(name, "")) for name in PLACE}


def _without(sent: QueryDict, *names: str) -> QueryDict:
    kept = sent.copy()
    for name in names:
        kept.pop(name, None)
    return kept


def _rows(deliveries: list[Delivery], opened: int | None) -> list[LogRow]:
    newest = Attempt.objects.filter(delivery__in=deliveries).order_by("delivery", "-number").distinct("delivery")
    last = {one.delivery_id: one for one in newest.defer("reply")}
    return [_row(one, last.get(one.pk), is_open=one.pk == opened) for one in deliveries]


def _row(delivery: Delivery, last: Attempt | None, *, is_open: bool) -> LogRow:
    is_good = delivery.why is None
    if last is None or delivery.state == Delivery.State.CANCELLED:
        return LogRow(delivery, describe(delivery.why), "", is_good, is_open)
    answer = in_few_words(status=last.status, why=last.why)
    return LogRow(delivery, answer, milliseconds(last.duration_ms), is_good, is_open)


def _states(filters: Filters) -> list[StateLink]:
    counted = delivery_log.count_states(filters.endpoint)
    return [StateLink(one.value, one.label, counted[one], filters.state == one) for one in Delivery.State]


def _endpoints(filters: Filters) -> list[Endpoint]:
    """Those to choose from: deleted ones only when chosen."""
    shown = ~Q(state=Endpoint.State.DELETED) | Q(pk=filters.endpoint or 0)
    return list(Endpoint.objects.filter(shown).order_by("name", "pk"))
