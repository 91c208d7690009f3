"""Refuse a key that calls more often than it may, before the body of its call is read."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts import rates
from accounts.models import AccessKey


class KeyRate(BaseThrottle):
    """Every call with an access key counts as one, a batch too. People's sessions are not counted."""

    def allow_request(self, request: Request, view: Any) -> bool:
        if isinstance(request.auth, AccessKey):
            check_rate(request.auth)
        return True


def check_rate(key: AccessKey) -> None:
    """Count one call of this key. Raises Throttled, which says when to come back."""
    rate = rates.rate_of(key.rate_per_second, key.burst)
    wait = rates.take(f"key:{key.key_sha256[:20]}", rate)
    if wait:
        detail = f"This access key may make {rate.per_second:g} calls a second, and {rate.burst} at once after a rest."
        raise Throttled(wait, detail)
