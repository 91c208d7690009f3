"""Endpoints for administrators: how each is doing, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.auth.access import administrators_only, signed_in
from moderation.models import Endpoint, EndpointSecret
from moderation.runtime.worker_notifier import notify
from moderation.tasks import deliver_due
from moderation.webhooks import custom_headers, delivery_log, endpoints, health
from moderation.webhooks.health import Health
from review.presentation.messages import describe
from review.views.manage.webhooks import endpoints_chart
from review.views.manage.webhooks.deliveries import log_context
from review.views.manage.webhooks.deliveries_strings import duration, milliseconds
from review.views.manage.webhooks.endpoints_edit import show_secret
from review.views.manage.webhooks.endpoints_exchange import hint

FEW = 20  # a rate of fewer says so
State = Endpoint.State


@dataclass(frozen=True, slots=True)
class ShownEndpoint:
    """`tone` is good, warn or bad; `state` says it in words."""

    endpoint: Endpoint
    health: Health
    chart: endpoints_chart.DayChart
    tone: str
    state: str
    why: str
    failure: str
    median: str
    slow: str
    oldest: str

    @property
    def few(self) -> bool:
        return self.health.attempts < FEW


@dataclass(frozen=True, slots=True)
class ShownSecret:
    end: str
    since: datetime
    until: datetime | None
    left: str
    passed: int  # of the day in which both sign, in per cent


@require_GET
@administrators_only
def listed(request: HttpRequest) -> HttpResponse:
    rows = list(
        Endpoint.objects.filter(callback_of=None)
        .exclude(state=State.DELETED)
        .prefetch_related("apps")
        .order_by("name", "pk")
    )
    return render(request, "manage/webhooks/endpoints.html", {"endpoints": _shown(rows)})


@require_GET
@administrators_only
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """The endpoint with its part of the delivery log."""
    endpoint = get_object_or_404(Endpoint.objects.prefetch_related("apps"), pk=pk, callback_of=None)
    (shown,) = _shown([endpoint])
    context = {
        "shown": shown,
        "endpoint": endpoint,
        "secrets": _secrets(endpoint),
        "headers": custom_headers.shown(endpoint.headers),
        "is_deleted": endpoint.state == State.DELETED,
    }
    return render(request, "manage/webhooks/endpoint.html", context | log_context(request, endpoint=endpoint))


@require_POST
@administrators_only
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    return _do(request, pk, endpoints.pause, gettext("Paused: its deliveries wait, none is lost."))


@require_POST
@administrators_only
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    answer = _do(request, pk, endpoints.resume, gettext("Resumed: what waits is sent when it is due."))
    notify(deliver_due)
    return answer


@require_POST
@administrators_only
def end_old_secret(request: HttpRequest, pk: int) -> HttpResponse:
    return _do(request, pk, endpoints.end_old_secrets, gettext("Only the newest secret signs from now on."))


@require_POST
@administrators_only
def rotate(request: HttpRequest, pk: int) -> HttpResponse:
    """The page that shows the new secret once."""
    endpoint = get_object_or_404(Endpoint, pk=pk, callback_of=None)
    try:
        secret = endpoints.rotate_secret(endpoint, by=signed_in(request))
    except ValueError as refusal:
        messages.error(request, str(refusal))
        return redirect("review:manage_endpoint", pk)
    return show_secret(request, endpoint, secret)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """What is cancelled with it is counted first, and its name is typed."""
    endpoint = get_object_or_404(Endpoint.objects.exclude(state=State.DELETED), pk=pk, callback_of=None)
    typed = request.POST.get("name", "").strip()
    if request.method == "POST" and typed == endpoint.name.strip():
        endpoints.delete(endpoint, by=signed_in(request))
        messages.success(request, gettext("%(endpoint)s is deleted.") % {"endpoint": endpoint})
        return redirect("review:manage_endpoints")
    counted = delivery_log.count_states(endpoint.pk)
    context = {"endpoint": endpoint, "typed": typed, "pending": counted["pending"], "paused": counted["paused"]}
    is_wrong = request.method == "POST"
    context |= {"is_wrong": is_wrong}
    return render(request, "manage/webhooks/endpoint_delete.html", context, status=422 if is_wrong else 200)


def _do(request: HttpRequest, pk: int, verb: Callable[..., None], done: str) -> HttpResponse:
    try:
        verb(get_object_or_404(Endpoint, pk=pk, callback_of=None), by=signed_in(request))
    except ValueError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("review:manage_endpoint", pk)


def _shown(rows: list[Endpoint]) -> list[ShownEndpoint]:
    now = timezone.now()
    found = health.of([one.pk for one in rows], now=now)
    return [_one_shown(one, found[one.pk], now) for one in rows]


def _one_shown(endpoint: Endpoint, of: Health, now: datetime) -> ShownEndpoint:
    tone, state = _state(endpoint, of)
    return ShownEndpoint(
        endpoint=endpoint,
        health=of,
        chart=endpoints_chart.day(of.halves),
        tone=tone,
        state=state,
        why=describe(endpoint.why),
        failure=describe(of.last_failure),
        median=milliseconds(of.median_ms),
        slow=milliseconds(of.slow_ms),
        oldest=duration((now - of.oldest_at).total_seconds()) if of.oldest_at else "",
    )


def _state(endpoint: Endpoint, of: Health) -> tuple[str, str]:
    if endpoint.state == State.DELETED:
        return "muted", gettext("deleted")
    if endpoint.state != State.ENABLED:
        by_us = gettext("paused automatically") if endpoint.why else gettext("paused")
        return "bad" if endpoint.why else "warn", gettext("disabled") if endpoint.state == State.DISABLED else by_us
    delivered, failed = (sum(counted) for counted in zip(*_recent(of), strict=True))
    if failed:
        return ("warn", gettext("some failures")) if delivered else ("bad", gettext("failing"))
    return ("good", gettext("healthy")) if of.attempts else ("muted", gettext("nothing sent in 24 h"))


def _recent(of: Health) -> list[tuple[int, int]]:
    """What was delivered and what failed in this half hour and the one before."""
    return [(half.delivered, half.failed) for half in of.halves[-2:]]


def _secrets(endpoint: Endpoint) -> list[ShownSecret]:
    now = timezone.now()
    live = [one for one in endpoint.secrets.order_by("-pk") if one.expires_at is None or one.expires_at > now]
    return [_secret(one, now) for one in live]


def _secret(secret: EndpointSecret, now: datetime) -> ShownSecret:
    left = secret.expires_at - now if secret.expires_at else timedelta()
    return ShownSecret(
        end=hint(secret.ciphertext),
        since=secret.created_at,
        until=secret.expires_at,
        left=clock(left) if secret.expires_at else "",
        passed=round(100 * (1 - left / endpoints.ROTATION)) if secret.expires_at else 0,
    )


def clock(left: timedelta) -> str:
    """`2:14:50`"""
    minutes, seconds = divmod(int(left.total_seconds()), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
