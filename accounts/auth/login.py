"""Sign people in by e-mail address and password; no sign-up."""

from __future__ import annotations

import math
import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.core.internal import ratelimit
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import ngettext

from accounts import people
from accounts.auth import guesses, known_devices
from accounts.database.statements import Statement
from accounts.models import User


class InvitationOnly(DefaultAccountAdapter):  # type: ignore[misc] # allauth ships no types
    """Administrators create the accounts; sign-up is closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Count the attempt first, as `guesses` says; allauth's own limits for this are switched off."""
        address = self.get_client_ip(request)
        attempt = guesses.begin(request, email=credentials.get("email", ""), address=ratelimit.truncate_ip(address))
        if attempt.wait:
            raise ValidationError(_too_many(math.ceil(attempt.wait)), code="too_many_login_attempts")
        user: User | None = super().authenticate(request, **credentials)
        if user is not None:
            attempt.give_back()
        return user

    def is_reauthentication_required(self, *, app: str, **how: Any) -> bool:
        """Whoever has just signed in does not prove it again, so that setting up a first second factor is one way."""
        records = get_authentication_records(context.request, context.request.user)
        if records and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT:
            return False
        return bool(super().is_reauthentication_required(app=app, **how))

    def post_login(self, request: HttpRequest, user: User, **how: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **how)
        known_devices.remember(request, response, user)
        return response

    def set_password(self, user: User, password: str) -> None:
        """Set a password that the user changed; audited like every other change."""
        people.set_password(user, password, by=user)


def _too_many(seconds: int) -> str:
    told = ngettext(
        "Too many wrong passwords. Try again in %(n)d second. A browser in which you have signed in before is not "
        "slowed down by others.",
        "Too many wrong passwords. Try again in %(n)d seconds. A browser in which you have signed in before is not "
        "slowed down by others.",
        seconds,
    )
    return told % {"n": seconds}


_USER = Statement("SELECT {person} FROM accounts_user person WHERE person.id = %(id)s", person=User)


class PasswordBackend(AuthenticationBackend):  # type: ignore[misc] # allauth ships no types
    """Authenticate by e-mail address and password. The signed-in user is loaded with every request."""

    def get_user(self, user_id: int) -> User | None:
        found = _USER.first(id=user_id)
        return found[0] if found and self.user_can_authenticate(found[0]) else None
