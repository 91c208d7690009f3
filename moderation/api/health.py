"""Alive, ready, and the figures for Prometheus."""

from __future__ import annotations

from ipaddress import ip_address

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_safe
from django_prometheus.exports import ExportToDjangoView

from accounts.auth.authentication import key_of
from moderation.api import problems


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "alive"})


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """The dependencies answer. Without Redis we are slower, not broken, so only PostgreSQL decides the status."""
    database, bell = _database_answers(), _redis_answers()
    answers = {"postgresql": database, "redis": bell}
    words = {name: "answers" if well else "does not answer" for name, well in answers.items()}
    return JsonResponse({"status": "ready" if database else "not ready", **words}, status=200 if database else 503)


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """For a scraper on a private address, or with an access key that may read."""
    if not _is_near(request) and not _may_read(request):
        return problems.page(request, 403, "Scrape from a private address, or send an access key with scope read.")
    response: HttpResponse = ExportToDjangoView(request)
    return response


def _may_read(request: HttpRequest) -> bool:
    key = key_of(request)
    return key is not None and "read" in key.scopes


def _is_near(request: HttpRequest) -> bool:
    """What came through a proxy has the proxy's address, and may come from anywhere."""
    return "X-Forwarded-For" not in request.headers and _is_private(request.META.get("REMOTE_ADDR", ""))


def _is_private(address: str) -> bool:
    try:
        return ip_address(address).is_private
    except ValueError:
        return False


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _redis_answers() -> bool:
    client = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=0.3, socket_timeout=0.3)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()
