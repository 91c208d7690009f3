"""The pages before the sign-in: the login with its other ways in, and a forgotten password."""

from __future__ import annotations

from typing import Any

from allauth.account import views
from allauth.account.forms import LoginForm
from csp.decorators import csp_update
from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from accounts import mail
from accounts.auth.password_mail import AskForm


class SignInForm(LoginForm):  # type: ignore[misc] # allauth ships no types
    """Without the link to a forgotten password: the page has it, where there is a mail server."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""


def login(request: HttpRequest) -> HttpResponseBase:
    """With the button of single sign-on: a browser follows its form to the provider only where the page's policy names
    the provider.
    """
    sign_on = settings.OIDC_NAME if settings.OIDC_ISSUER else ""
    ways: dict[str, Any] = {"sends_mail": mail.is_set(), "sign_on": sign_on}
    page = views.LoginView.as_view(form_class=SignInForm, extra_context=ways)
    if settings.OIDC_ISSUER:
        page = csp_update({"form-action": settings.OIDC_ORIGIN})(page)
    answer: HttpResponseBase = page(request)
    return answer


def password_reset(request: HttpRequest) -> HttpResponseBase:
    """By mail. Without a mail server there is no such page."""
    if not mail.is_set():
        raise Http404
    answer: HttpResponseBase = views.PasswordResetView.as_view(form_class=AskForm)(request)
    return answer
