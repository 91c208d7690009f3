"""`/manage/` itself."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from accounts.permissions import NotAllowed
from review.views import navigation


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """Lead to the first of the pages under it that this person may open."""
    address = navigation.of(request).first_of("manage")
    if not address:
        raise NotAllowed(gettext("These pages are for administrators. One of them can change your role."))
    return redirect(address)
