"""Who calls: the access key in the header or in the body, its scope, its rate, its app."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied, Throttled

from accounts.auth import authentication
from accounts.models import AccessKey, App
from accounts.rate_limits.throttling import check_key
from moderation.api import app_scope
from moderation.gateway.codes import NOT_ALLOWED, TOO_MANY, CallRefused

UNKNOWN = "The access key is missing, unknown, revoked or expired."
LONGEST_KEY = 512  # characters


def by_header(request: HttpRequest) -> AccessKey | None:
    """The live key of a call that has it in its header, which counts before one in the body: a proxy may add it to
    calls of an older client. None for a call without. Raises CallRefused: 9101 and 1901.
    """
    scheme = request.headers.get("Authorization", "").partition(" ")[0]
    return _admitted(request) if scheme.lower() == "bearer" else None


def by_body(request: HttpRequest, body: Any) -> AccessKey:
    """The same of a call that has it in its body, as the document says."""
    sent = body.get("accessKey") if isinstance(body, dict) else None
    return _admitted(request, key=sent if isinstance(sent, str) and len(sent) <= LONGEST_KEY else "")


def app_of(key: AccessKey, app_id: str) -> App:
    """The app that the call names, or the key's own. Raises CallRefused."""
    own = key.app
    if own and app_id in ("", own.app_id):
        return own
    if own:
        raise CallRefused(NOT_ALLOWED, f'This access key is for the app "{own.app_id}" only.')
    if (app := app_scope.registered(app_id)) is None:
        raise CallRefused(NOT_ALLOWED, f'The app "{app_id[:64]}" is not registered.')
    return app


def _admitted(request: HttpRequest, *, key: str | None = None) -> AccessKey:
    try:
        found = authentication.caller(request, key=key)
        authentication.check_scope(found, AccessKey.Scope.GATEWAY)
        check_key(found)
    except AuthenticationFailed:
        raise CallRefused(NOT_ALLOWED, UNKNOWN) from None
    except PermissionDenied as denied:
        raise CallRefused(NOT_ALLOWED, str(denied.detail)) from None
    except Throttled as busy:
        raise CallRefused(TOO_MANY, str(busy.detail)) from None
    return found
