"""Who is asking, on a page that lets only signed-in people through."""

from __future__ import annotations

from django.http import HttpRequest

from accounts.models import User


def signed_in(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise TypeError("login_required lets only our users through")
    return request.user
