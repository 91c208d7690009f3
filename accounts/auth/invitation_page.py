"""The page behind an invitation's link: the invited person gives a name and chooses a password, and is signed in."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from django import forms
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import invitations
from accounts.auth import known_devices, sessions_page, sign_in_audit
from accounts.models import Invitation, User

BACKEND = "accounts.auth.login.PasswordBackend"
TEMPLATE = "account/invitation.html"


class JoinForm(forms.Form):
    name = forms.CharField(label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters. Several words that nothing connects are best."),
    )

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invitation = invitation

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        to_be = User(email=self.invitation.email, name=self.cleaned_data.get("name", ""))
        validate_password(password, to_be)
        return password


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the link changes nothing, so it survives whoever looks at links before people do."""
    invitation = invitations.find(token)
    if invitation is None:
        return render(request, TEMPLATE, status=404)
    with translation.override(invitation.language or translation.get_language()):
        return _join(request, token, invitation)


def _join(request: HttpRequest, token: str, invitation: Invitation) -> HttpResponse:
    form = JoinForm(request.POST or None, invitation=invitation)
    if request.method == "POST" and form.is_valid():
        try:
            return _let_in(request, invitations.accept(token, **form.cleaned_data))
        except (invitations.LinkUsedUp, IntegrityError):
            return render(request, TEMPLATE, status=404)
    status = 422 if form.is_bound else 200
    return render(request, TEMPLATE, {"form": form, "invitation": invitation}, status=status)


def _let_in(request: HttpRequest, user: User) -> HttpResponse:
    login(request, user, backend=BACKEND)
    record_authentication(request, user, method="password", email=user.email)
    sessions_page.note(request)
    sign_in_audit.record_sign_in(request, user, way="invitation")
    response = redirect("mfa_index" if user.lacks_second_factor else resolve_url(settings.LOGIN_REDIRECT_URL))
    known_devices.remember(request, response, user)
    return response
