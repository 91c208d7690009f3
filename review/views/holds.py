"""Place and lift the legal hold of a case, on its page."""

from __future__ import annotations

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
    case = get_object_or_404(Case, pk=int(case_id))
    try:
        holds.place(case, reason=request.POST.get("reason", ""), by=signed_in(request))
        messages.success(request, gettext("Under legal hold: nothing of this case is erased until it is lifted."))
    except holds.HoldRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("review:case", case.pk)


@require_POST
@administrators_only
def lift(request: HttpRequest, case_id: str) -> HttpResponse:
    case = get_object_or_404(Case, pk=int(case_id))
    try:
        holds.lift(case, reason=request.POST.get("reason", ""), by=signed_in(request))
        messages.success(request, gettext("The legal hold is lifted: what is due may be erased."))
    except holds.HoldRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("review:case", case.pk)
