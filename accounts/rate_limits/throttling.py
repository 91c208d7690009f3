"""Throttle access keys by their rate, before the body of the call is read."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts.models import AccessKey
from accounts.rate_limits import rates
from accounts.rate_limits.rates import Rate


class KeyRate(BaseThrottle):
    """Every call with an access key counts as one, a batch too. People's sessions are not counted."""

    def allow_request(self, request: Request, view: Any) -> bool:
        if isinstance(request.auth, AccessKey):
            check_key(request.auth)
        return True


def check_key(key: AccessKey) -> None:
    """Count one call with this key. Raises Throttled with the seconds to wait."""
    check_rate(f"key:{key.key_sha256[:20]}", rates.rate_of(key.rate_per_second, key.burst))


def check_rate(caller: str, rate: Rate) -> None:
    """Count one call of this caller. Raises Throttled with the seconds to wait."""
    wait = rates.take(caller, rate)
    if wait:
        detail = f"Here {rate.per_second:g} calls a second may come from you, and {rate.burst} at once after a rest."
        raise Throttled(wait, detail)
