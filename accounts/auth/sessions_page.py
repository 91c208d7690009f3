"""The page on which people see where they are signed in, and end it."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import people
from accounts.auth.access import signed_in
from accounts.models import User


def note(request: HttpRequest) -> None:
    """List the session of a sign-in that is not the login library's, which notes its own."""
    try:
        get_adapter().get_client_ip(request)
    except (ImproperlyConfigured, PermissionDenied):
        return
    UserSession.objects.create_from_request(request)


@never_cache
@require_http_methods(["GET", "HEAD"])
@login_required
def page(request: HttpRequest) -> HttpResponse:
    return render(request, "account/sessions.html", {"sessions": _live(signed_in(request), request)})


@require_POST
@login_required
def end(request: HttpRequest, pk: int) -> HttpResponse:
    user = signed_in(request)
    session = get_object_or_404(UserSession, pk=pk, user=user)
    if session.session_key == request.session.session_key:
        return redirect("account_logout")
    people.end_session(user, session, by=user)
    messages.success(request, gettext("That session has ended."))
    return redirect("sessions")


@require_POST
@login_required
def end_others(request: HttpRequest) -> HttpResponse:
    """Every session ends, a stolen one too; this browser gets a new one in place of its own."""
    user = signed_in(request)
    people.end_sessions(user, by=user)
    update_session_auth_hash(request, user)
    note(request)
    messages.success(request, gettext("Every other session has ended."))
    return redirect("sessions")


def _live(user: User, request: HttpRequest) -> list[UserSession]:
    """This browser's first, then the latest. Sessions that have expired or were ended are forgotten."""
    sessions: list[UserSession] = UserSession.objects.purge_and_list(user)
    own = request.session.session_key
    return sorted(sessions, key=lambda one: (one.session_key != own, -one.last_seen_at.timestamp()))
