"""Authenticate backends by `Authorization: Bearer <access key>`, the only scheme."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts import key_use
from accounts.access_keys import LAST_USE, find
from accounts.models import AccessKey

CHALLENGE = 'Bearer realm="Second Look"'
UNKNOWN = "No live access key in the Authorization header. Send: Authorization: Bearer <access key>."


def key_of(request: HttpRequest | Request) -> AccessKey | None:
    """The live key in the Authorization header, or None. Looked up for any scheme, so timing reveals nothing."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    found = find(key.strip())
    return _used(found) if scheme.lower() == "bearer" else None


def caller(request: HttpRequest | Request, *, key: str | None = None) -> AccessKey:
    """The live key that a call comes with, which is counted: `key` where it is sent elsewhere than in the header.
    Raises AuthenticationFailed.
    """
    found = key_of(request) if key is None else _used(find(key))
    if found is None:
        raise AuthenticationFailed(UNKNOWN)
    key_use.count(found)
    return found


def _used(key: AccessKey | None) -> AccessKey | None:
    if key is not None:
        LAST_USE.record(key.pk)
    return key


def check_scope(key: AccessKey, scope: str) -> None:
    """Raises PermissionDenied."""
    if scope not in key.scopes:
        raise PermissionDenied(f'This access key lacks the scope "{scope}". Issue one that has it.')


class BearerKey(BaseAuthentication):
    """Sets `request.auth` to the AccessKey. Missing, wrong, revoked and expired keys get the same error."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, AccessKey]:
        return AnonymousUser(), caller(request)

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE


class HasScope(BasePermission):
    """Needs a key with `scope`. Made per view: `HasScope.of("ingest")`."""

    scope = ""

    @classmethod
    def of(cls, scope: str) -> type[HasScope]:
        return type(f"HasScope_{scope}", (cls,), {"scope": scope})

    def has_permission(self, request: Request, view: Any) -> bool:
        check_scope(request.auth, self.scope)  # type: ignore[arg-type] # set by BearerKey; the stubs know DRF's tokens
        return True
