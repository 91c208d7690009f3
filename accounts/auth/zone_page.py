"""The page on which people choose their time zone."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts import people, times
from accounts.auth.access import signed_in
from accounts.auth.zone import browsers


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def choose(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    if request.method == "POST":
        try:
            people.choose_zone(user, request.POST.get("zone", ""))
            messages.success(request, gettext("All times are in this zone now."))
        except ValueError as problem:
            messages.error(request, str(problem))
        return redirect("zone")
    page = {"zones": times.zone_names(), "browsers": browsers(request), "chosen": user.zone}
    return render(request, "account/zone.html", page)
