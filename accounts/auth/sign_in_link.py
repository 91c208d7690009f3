"""A second way in: a link that `manage.py sign_in_link` prints, for a person who cannot sign in by password.

It works once, for a quarter of an hour, and not after the person's password or role has changed. Opening it changes
nothing, the button on its page signs in; so the link survives whoever looks at links before people do.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.core.signing import BadSignature, TimestampSigner
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.auth import known_devices, sessions_page, sign_in_audit
from accounts.models import User

GOOD_FOR_MINUTES = 15
BACKEND = "accounts.auth.login.PasswordBackend"

_SIGNER = TimestampSigner(salt="accounts.sign-in-link")


def make(user: User, *, by: User | str) -> str:
    """The token of a new link. Audited; it is never written down."""
    audit.record(AuditAction.USER_SIGN_IN_LINK_MADE, by=by, on=user, email=user.email)
    return _SIGNER.sign_object(_facts(user))


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in_link(request: HttpRequest, token: str) -> HttpResponse:
    """Using it locks the person's row, so that of two who use it at once one gets in."""
    with transaction.atomic():
        user = _user_of(token)
        if user is None:
            return render(request, "account/sign_in_link.html", {"minutes": GOOD_FOR_MINUTES}, status=404)
        if request.method != "POST":
            return render(request, "account/sign_in_link.html", {"user_to_be": user})
        return _let_in(request, user)


def _let_in(request: HttpRequest, user: User) -> HttpResponse:
    login(request, user, backend=BACKEND)
    sessions_page.note(request)
    sign_in_audit.record_sign_in(request, user, way="link")
    response = redirect(resolve_url(settings.LOGIN_REDIRECT_URL))
    known_devices.remember(request, response, user)
    return response


def _user_of(token: str) -> User | None:
    try:
        facts = _SIGNER.unsign_object(token, max_age=GOOD_FOR_MINUTES * 60)
    except (BadSignature, ValueError):
        return None
    user = User.objects.select_for_update(no_key=True).filter(pk=facts["user"], is_active=True).first()
    return user if user and _facts(user) == facts else None


def _facts(user: User) -> dict[str, Any]:
    """What a use of the link, a new password or a new role changes."""
    last = user.last_login.isoformat() if user.last_login else ""
    return {"user": user.pk, "epoch": user.session_epoch, "last": last, "hash": user.get_session_auth_hash()[:12]}
