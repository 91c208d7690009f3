"""Who calls: the access key in the body or in the header, its scope, its rate, its app."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from rest_framework.exceptions import Throttled

from accounts import access_keys, key_use
from accounts.models import AccessKey, App
from accounts.rate_limits.rates import rate_of
from accounts.rate_limits.throttling import check_rate
from moderation.api import app_scope
from moderation.gateway.codes import NOT_ALLOWED, TOO_MANY, Refused

UNKNOWN = "The access key is missing, unknown, revoked or expired."
LONGEST_KEY = 512  # characters


def caller(request: HttpRequest, body: Any) -> AccessKey:
    """The live key of the call, counted against its rate. Raises Refused: 9101 and 1901."""
    key = access_keys.find(_given(request, body))
    if key is None:
        raise Refused(NOT_ALLOWED, UNKNOWN)
    access_keys.LAST_USE.record(key.pk)
    key_use.count(key)
    if AccessKey.Scope.GATEWAY not in key.scopes:
        raise Refused(NOT_ALLOWED, 'This access key lacks the scope "gateway".')
    try:
        check_rate(f"key:{key.key_sha256[:20]}", rate_of(key.rate_per_second, key.burst))
    except Throttled as busy:
        raise Refused(TOO_MANY, str(busy.detail)) from None
    return key


def app_of(key: AccessKey, app_id: str) -> App:
    """The app that the call names, or the key's own. Raises Refused."""
    own = key.app
    if own and app_id in ("", own.app_id):
        return own
    if own:
        raise Refused(NOT_ALLOWED, f'This access key is for the app "{own.app_id}" only.')
    if (app := app_scope.registered(app_id)) is None:
        raise Refused(NOT_ALLOWED, f'The app "{app_id[:64]}" is not registered.')
    return app


def _given(request: HttpRequest, body: Any) -> str:
    """The header's key where there is one: a proxy may add it to calls of an older client."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return key.strip()
    sent = body.get("accessKey") if isinstance(body, dict) else None
    return sent if isinstance(sent, str) and len(sent) <= LONGEST_KEY else ""
