"""Place and lift the legal hold of a case, on its page."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from accounts.auth.access import administrators_only, signed_in
from moderation.erasure import holds
from moderation.models import Case


@require_POST
@administrators_only
def place(request: HttpRequest, case_id: str) -> HttpResponse:
    told = gettext("Under legal hold: nothing of this case is erased until it is lifted.")
    return _changed(request, case_id, holds.place, told)


@require_POST
@administrators_only
def lift(request: HttpRequest, case_id: str) -> HttpResponse:
    return _changed(request, case_id, holds.lift, gettext("The legal hold is lifted: what is due may be erased."))


def _changed(request: HttpRequest, case_id: str, change: Callable[..., object], told: str) -> HttpResponse:
    case = get_object_or_404(Case, pk=int(case_id))
    try:
        change(case, reason=request.POST.get("reason", ""), by=signed_in(request))
        messages.success(request, told)
    except holds.HoldRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("review:case", case.pk)
