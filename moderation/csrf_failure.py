"""The page for a refused CSRF check: three causes, each with what the user can do."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.middleware import csrf
from django.shortcuts import render
from django.utils.translation import gettext

NOT_FROM_HERE = ("Origin checking failed", "Referer checking failed")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The CSRF_FAILURE_VIEW. `reason` is Django's."""
    return render(request, "403_csrf.html", {"told": _told(reason)}, status=403)


def _told(reason: str) -> str:
    if reason == csrf.REASON_NO_CSRF_COOKIE:
        return gettext(
            "Your browser sent no cookie with it. Allow cookies for this site, reload the page and send it again."
        )
    if reason.startswith(NOT_FROM_HERE):
        return gettext(
            "It came from another address than this site's. If you opened the site by its usual address, tell an"
            " administrator: the installation's HTTPS or CSRF_TRUSTED_ORIGINS does not fit that address."
        )
    return gettext(
        "The page you sent it from is too old: somebody has signed in or out in this browser since. Go back, copy"
        " what you typed, reload the page and send it again."
    )
