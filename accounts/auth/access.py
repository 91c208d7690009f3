"""The signed-in user of a request, and views that only administrators may open."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.models import User
from accounts.permissions import check
from accounts.roles import Permission, Role

View = Callable[..., HttpResponseBase]


def signed_in(request: HttpRequest) -> User:
    """The user of the request, in a view that requires sign-in."""
    if not isinstance(request.user, User):
        raise TypeError("login_required lets only our users through")
    return request.user


def administrators_only(view: View) -> View:
    """Anonymous visitors are redirected to sign in; signed-in users who are not administrators get 403."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        check(request.user, Permission.ADMINISTER)
        return view(request, *args, **kwargs)

    return login_required(guarded)


def confirm_for(request: HttpRequest, *roles: str) -> None:
    """Whoever makes somebody an administrator, or touches the access of one, proves first who they are, unless they
    have just signed in: an unlocked screen must not be enough. What was sent goes on after that.
    """
    if Role.ADMINISTRATOR in roles:
        raise_if_reauthentication_required(request, app="allauth.mfa")
