"""URLs that people and callers save, to be called later: endpoints, callbacks, engines."""

from __future__ import annotations

import httpx
from django.conf import settings

from moderation.outbound.urls import PUBLIC_PORTS, check_host, check_literal, check_url

_PORTS = {"http": 80, "https": 443}


def check_saved(url: str) -> None:
    """Raises UrlRefused for one that we would not call."""
    ports = None if settings.OUTBOUND_ALLOWED_NETWORKS else PUBLIC_PORTS
    parsed = check_url(url, schemes=settings.ENDPOINT_SCHEMES, allowed_ports=ports)
    check_host(parsed, own=settings.OWN_HOSTS)
    check_literal(parsed, allowed=settings.OUTBOUND_ALLOWED_NETWORKS)


def is_same_place(one: str, other: str) -> bool:
    """Whether what is secret for one URL may be sent to the other: their scheme, host and port are the same."""
    return _place(one) == _place(other)


def _place(url: str) -> tuple[str, str, int | None] | str:
    try:
        parsed = httpx.URL(url)
        return parsed.scheme, parsed.host.rstrip(".").lower(), parsed.port or _PORTS.get(parsed.scheme)
    except (httpx.InvalidURL, ValueError):
        return url
