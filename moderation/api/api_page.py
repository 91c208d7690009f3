"""Access to the API's description: public in a demo, else for those who could call it (setting API_PAGE)."""

from __future__ import annotations

from functools import wraps

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase

from accounts.auth.authentication import CHALLENGE, UNKNOWN, key_of
from moderation.api import problems
from moderation.api.by_method import View


def guarded(view: View, *, is_page: bool) -> View:
    """Allows signed-in users, and machines with any live key. A page redirects other visitors to sign in."""

    @wraps(view)
    def shown(request: HttpRequest) -> HttpResponseBase:
        if settings.API_PAGE == "public" or request.user.is_authenticated or key_of(request):
            return view(request)
        if is_page:
            return redirect_to_login(request.get_full_path())
        return problems.page(request, 401, UNKNOWN, headers={"WWW-Authenticate": CHALLENGE})

    return shown
