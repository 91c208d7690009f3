"""Sign in through the organisation's own provider, by OpenID Connect (allauth.socialaccount).

A person is found by what the provider said at an earlier sign-in, else by an e-mail address that the provider has
verified. Nobody else comes in, unless OIDC_NEW_PEOPLE names the role that unknown people get. The second factor is
asked for as with a password: what the provider asked for is not ours to know.

What the provider is asked goes through the product's one door out, which checks addresses when it dials
(settings.SIGN_ON_EXCHANGE; docs/decisions/0028).
"""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect import views
from django.conf import settings
from django.contrib import messages
from django.core.cache import caches
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.module_loading import import_string
from django.utils.translation import gettext, ngettext

from accounts import audit, people
from accounts.audit_actions import AuditAction
from accounts.models import User
from accounts.rate_limits import rates
from accounts.rate_limits.rates import Rate

BY = "single sign-on"
BEGIN = Rate(1, burst=30)  # of one address: whoever is led to the provider costs a session, and maybe a call to it
DESCRIPTION_SECONDS = 600  # for so long what the provider says of itself counts, such as where its keys are

log = logging.getLogger(__name__)


class OfTheOrganisation(DefaultSocialAccountAdapter):  # type: ignore[misc] # allauth ships no types
    def get_requests_session(self) -> GuardedSession:
        return GuardedSession(import_string(settings.SIGN_ON_EXCHANGE))

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Refuse whom nobody has let in; connect who is known by a verified address."""
        user = sociallogin.user if sociallogin.is_existing else _admit(request, sociallogin)
        if user is None or not user.is_active:
            messages.error(request, gettext("Nobody here has this address. An administrator can invite you."))
            raise ImmediateHttpResponse(redirect("account_login"))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def on_authentication_error(self, request: HttpRequest, provider: Any, **more: Any) -> None:
        raise ImmediateHttpResponse(_refused(request))


def begin(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Lead to the provider, to sign in and for nothing else that the library could do there (`process`)."""
    if "process" in request.GET or "process" in request.POST:
        raise Http404
    address = ratelimit.truncate_ip(get_account_adapter().get_client_ip(request))
    if wait := rates.take(f"sign-in:sign-on:{address}", BEGIN):
        messages.error(request, _too_many(math.ceil(wait)))
        return redirect("account_login")
    return _unless_it_fails(views.login, request, provider_id)


def back(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Where the provider leads back to."""
    return _unless_it_fails(views.callback, request, provider_id)


def _unless_it_fails(view: Callable[..., HttpResponseBase], request: HttpRequest, provider_id: str) -> HttpResponseBase:
    try:
        return view(request, provider_id)
    except (OAuth2Error, KeyError):  # a provider that does not answer, or describes itself in part
        log.warning("The provider of single sign-on failed.", exc_info=True)
        return _refused(request)


def _too_many(seconds: int) -> str:
    told = ngettext(
        "Too many attempts. Try again in %(n)d second.", "Too many attempts. Try again in %(n)d seconds.", seconds
    )
    return told % {"n": seconds}


def _refused(request: HttpRequest) -> HttpResponse:
    messages.error(request, gettext("The provider of single sign-on did not let you in, or does not answer."))
    return redirect("account_login")


def _admit(request: HttpRequest, sociallogin: SocialLogin) -> User | None:
    """Connect whoever has the verified address. The person's row is locked: of two browsers in which they come in at
    once the second finds what the first has connected, and nothing that is changed meanwhile is written over.
    """
    email = _verified_address(sociallogin)
    with transaction.atomic():
        user = (_locked(email) or _new(sociallogin, email)) if email else None
        if user is None or not user.is_active:
            return user
        sociallogin.lookup()
        if not sociallogin.is_existing:
            sociallogin.connect(request, user)
            audit.record(AuditAction.USER_SIGN_ON_CONNECTED, by=BY, on=user, email=user.email)
        connected: User | None = sociallogin.user
    return connected


def _locked(email: str) -> User | None:
    return User.objects.select_for_update(no_key=True).filter(email__iexact=email).first()


def _new(sociallogin: SocialLogin, email: str) -> User | None:
    if not settings.OIDC_NEW_PEOPLE:
        return None
    name = str(sociallogin.account.get_provider_account().get_user_data().get("name") or email)[:150]
    try:
        return people.add(email=email, name=name, role=settings.OIDC_NEW_PEOPLE, password=None, by=BY)
    except IntegrityError:  # they come in at another browser at this moment
        return _locked(email)


def _verified_address(sociallogin: SocialLogin) -> str:
    """Whoever could write any address into their account at the provider would get anybody's account here. `verified`
    is the claim as it came: true; some send the string, as Amazon Cognito does.
    """
    verified = (one for one in sociallogin.email_addresses if one.verified is True or one.verified == "true")
    return next((one.email.lower() for one in verified), "")


class GuardedSession:
    """What allauth uses of a `requests` session, over our own client."""

    def __init__(self, exchange: Callable[..., tuple[int, Mapping[str, str], bytes]]) -> None:
        self._exchange = exchange

    def __enter__(self) -> GuardedSession:
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def get(self, url: str, **more: Any) -> Answer:
        return self._description(url) if "/.well-known/" in url else self.request("GET", url, **more)

    def _description(self, url: str) -> Answer:
        """Of the provider; remembered, so that strangers at the door do not make us ask again and again."""
        content: bytes | None = caches["process"].get(url)
        if content is None:
            answer = self.request("GET", url)
            answer.raise_for_status()
            answer.json()
            content = answer.content
            caches["process"].set(url, content, DESCRIPTION_SECONDS)
        return Answer(200, {}, content)

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: Callable[[Any], Any] | None = None,
    ) -> Answer:
        call = Call({"Accept": "application/json", **(headers or {})})
        if auth:
            auth(call)
        content = urlencode(data or {}).encode()
        if content:
            call.headers["Content-Type"] = "application/x-www-form-urlencoded"
        address = f"{url}?{urlencode(params)}" if params else url
        try:
            return Answer(*self._exchange(method, address, headers=call.headers, content=content))
        except ConnectionError as error:
            raise OAuth2Error(str(error)) from error


class Call:
    """What an `auth` of the `requests` library writes its header on."""

    def __init__(self, headers: dict[str, str]) -> None:
        self.headers = headers


class Answer:
    def __init__(self, status: int, headers: Mapping[str, str], content: bytes) -> None:
        self.status_code, self.headers, self.content = status, headers, content

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        try:
            return json.loads(self.content)
        except ValueError as error:
            raise OAuth2Error("The provider's answer is not JSON.") from error

    def raise_for_status(self) -> None:
        if self.status_code >= 400:
            raise OAuth2Error(f"The provider answered {self.status_code}.")
