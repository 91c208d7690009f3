"""Record in the audit who signed in and out, which attempts failed, and what became of second factors: receivers of the
signals of the login library.

An address that is nobody's is not written down: people type passwords into the wrong field. Its keyed hash shows that
the same one was tried again.
"""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.signals import user_logged_in
from allauth.mfa import signals as factors
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from accounts import audit, second_factor
from accounts.audit_actions import AuditAction
from accounts.models import User

_SALT = "accounts.auth.sign_in_audit"
_HASH_CHARACTERS = 16


def connect() -> None:
    """Once for each process, when the app is ready."""
    user_logged_in.connect(_signed_in)
    user_logged_out.connect(_signed_out)
    user_login_failed.connect(_failed)
    factors.authenticator_added.connect(_factor_added)
    factors.authenticator_removed.connect(_factor_removed)
    factors.authentication_failed.connect(_factor_failed)


def record_sign_in(request: HttpRequest, user: User, **how: str) -> None:
    """Also for ways in that are not the login library's, which send none of its signals."""
    audit.record(AuditAction.USER_SIGNED_IN, by=user, on=user, address=_address(request), **how)


def _signed_in(*, request: HttpRequest, user: User, sociallogin: Any = None, **more: Any) -> None:
    record_sign_in(request, user, **({"way": "single sign-on"} if sociallogin else {}))


def _signed_out(*, request: HttpRequest | None, user: User | None, **more: Any) -> None:
    if user is not None:
        audit.record(AuditAction.USER_SIGNED_OUT, by=user, on=user, address=_address(request))


def _failed(*, credentials: dict[str, Any], request: HttpRequest | None = None, **more: Any) -> None:
    """Known or not, it is one query and one row, so that the time it takes tells nothing."""
    tried = str(credentials.get("email") or credentials.get("username") or "").strip().lower()
    user = User.objects.filter(email__iexact=tried).first()
    details = {"address": _address(request)}
    if user is None:
        digest = salted_hmac(_SALT, tried, algorithm="sha256").hexdigest()
        details |= {"unknown": digest[:_HASH_CHARACTERS]}
    elif not user.is_active:
        details |= {"why": "inactive"}
    audit.record(AuditAction.USER_SIGN_IN_FAILED, by="sign-in", on=user or User(), **details)


def _factor_added(*, user: User, authenticator: Authenticator, **more: Any) -> None:
    second_factor.recount(user)
    audit.record(AuditAction.USER_SECOND_FACTOR_ADDED, by=user, on=user, kind=str(authenticator.type))


def _factor_removed(*, user: User, authenticator: Authenticator, **more: Any) -> None:
    second_factor.recount(user)
    audit.record(AuditAction.USER_SECOND_FACTOR_REMOVED, by=user, on=user, kind=str(authenticator.type))


def _factor_failed(*, request: HttpRequest, user: User, **more: Any) -> None:
    audit.record(AuditAction.USER_SECOND_FACTOR_FAILED, by="sign-in", on=user, address=_address(request))


def _address(request: HttpRequest | None) -> str:
    """From where, past the proxies that the settings trust; "" when it cannot be told."""
    try:
        return str(get_adapter().get_client_ip(request)) if request else ""
    except (ImproperlyConfigured, PermissionDenied):
        return ""
