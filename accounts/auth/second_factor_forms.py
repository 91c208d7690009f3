"""The forms that ask for a code: attempts are counted as those at the password are; nothing is locked for good."""

from __future__ import annotations

import math

from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.core.internal import ratelimit
from allauth.mfa.base import forms
from django.core.exceptions import ValidationError
from django.utils.translation import ngettext

from accounts.auth import guesses
from accounts.auth.guesses import Attempt
from accounts.models import User


class AuthenticateForm(forms.AuthenticateForm):  # type: ignore[misc] # allauth ships no types
    def clean_code(self) -> str:
        attempt = _count(self.user)
        code: str = super().clean_code()
        attempt.give_back()
        return code


class ReauthenticateForm(forms.ReauthenticateForm):  # type: ignore[misc] # allauth ships no types
    def clean_code(self) -> str:
        attempt = _count(self.user)
        code: str = super().clean_code()
        attempt.give_back()
        return code


def _count(user: User) -> Attempt:
    address = ratelimit.truncate_ip(get_adapter().get_client_ip(context.request))
    attempt = guesses.begin_code(context.request, user, address=address)
    if attempt.wait:
        raise ValidationError(_too_many(math.ceil(attempt.wait)), code="too_many_login_attempts")
    return attempt


def _too_many(seconds: int) -> str:
    told = ngettext(
        "Too many wrong codes. Try again in %(n)d second.", "Too many wrong codes. Try again in %(n)d seconds.", seconds
    )
    return told % {"n": seconds}
