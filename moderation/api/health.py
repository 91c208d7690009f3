"""Liveness, readiness, and metrics for Prometheus."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_safe
from django_prometheus.exports import ExportToDjangoView

from accounts.auth.authentication import key_of
from moderation import readiness
from moderation.api import problems


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Liveness: the process responds."""
    return JsonResponse({"status": "alive"})


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """503 when a check that stops this process fails; 200 with `degraded` when one fails that only limits it."""
    found = list(readiness.look())
    stopped = [one.name for one in found if one.stops]
    degraded = [one.name for one in found if not one.stops]
    status = "not ready" if stopped else "degraded" if degraded else "ready"
    body = {"status": status, **_answers(found), "notReady": stopped, "degraded": degraded}
    problems_found = [{"name": one.name, "why": one.why, "toDo": one.to_do} for one in found]
    return JsonResponse(body | {"found": problems_found}, status=503 if stopped else 200)


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Metrics, for a scraper on a private address or with an access key that may read."""
    if not _is_near(request) and not _may_read(request):
        return problems.page(request, 403, "Scrape from a private address, or send an access key with scope read.")
    response: HttpResponse = ExportToDjangoView(request)
    return response


def _may_read(request: HttpRequest) -> bool:
    key = key_of(request)
    return key is not None and "read" in key.scopes


def _is_near(request: HttpRequest) -> bool:
    """Whether the caller's address is private. A request through a proxy has the proxy's address, so it is not."""
    return "X-Forwarded-For" not in request.headers and _is_private(request.META.get("REMOTE_ADDR", ""))


def _is_private(address: str) -> bool:
    try:
        return ip_address(address).is_private
    except ValueError:
        return False


def _answers(found: Sequence[readiness.Found]) -> dict[str, str]:
    """PostgreSQL and Redis by name, for existing monitors that read these keys."""
    wrong = {one.name: one.why for one in found}
    return {name: wrong.get(name, "answers") for name in ("postgresql", "redis")}
