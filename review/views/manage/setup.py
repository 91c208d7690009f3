"""The set-up checklist: on the board and at `/manage/`, until somebody has seen that it is done."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from accounts.auth.access import administrators_only, signed_in
from accounts.models import User
from accounts.permissions import may
from accounts.roles import Permission
from review.installation import setup


@require_POST
@administrators_only
def seen(request: HttpRequest) -> HttpResponse:
    """Put the checklist away, for everybody."""
    setup.dismiss(by=signed_in(request))
    messages.success(request, gettext("The set-up checklist is put away."))
    return redirect("review:board")


def checklist(request: HttpRequest, user: User) -> dict[str, Any] | None:
    """What `components/setup.html` shows; None for who does not set up, and once it was seen."""
    if not may(user, Permission.ADMINISTER) or setup.is_seen():
        return None
    steps = setup.steps()
    done = sum(step.is_done for step in steps)
    first = next((step.name for step in steps if not step.is_done), "")
    address = request.build_absolute_uri(reverse("api:results"))
    call = setup.first_call(address) if first == "case" else ""
    return {"steps": steps, "done": done, "first": first, "call": call}
