"""Who is asking for a page, and pages that are for administrators alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.models import User
from accounts.permissions import check
from accounts.roles import Permission

View = Callable[..., HttpResponseBase]


def signed_in(request: HttpRequest) -> User:
    """The person who asks, on a page that lets only signed-in people through."""
    if not isinstance(request.user, User):
        raise TypeError("login_required lets only our users through")
    return request.user


def administrators_only(view: View) -> View:
    """Visitors are sent to sign in; of those who are signed in, everybody but administrators is refused (403)."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        check(request.user, Permission.ADMINISTER)
        return view(request, *args, **kwargs)

    return login_required(guarded)
