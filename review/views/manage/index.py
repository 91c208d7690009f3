"""`/manage/` itself."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from accounts.auth.access import signed_in
from accounts.permissions import NotAllowed
from review.views import navigation
from review.views.manage import setup


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """The set-up checklist while there is one, else the first of the pages under it that this person may open."""
    checklist = setup.checklist(request, signed_in(request))
    if checklist:
        return render(request, "manage/setup.html", {"setup": checklist})
    address = navigation.of(request).first_of("manage")
    if not address:
        raise NotAllowed(gettext("These pages are for administrators. One of them can change your role."))
    return redirect(address)
