"""Publish the draft from this page: where its number has to be typed, the page asks for it and stays where it was."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from accounts.auth.access import administrators_only, signed_in
from moderation.policy import PolicyRefused
from moderation.policy_versions import draft
from moderation.policy_versions.draft import Conflict
from moderation.publishing import publish
from moderation.publishing.confirm import NeedsConfirmation
from review.policy_editor import shared_draft
from review.policy_editor.thresholds.place import read_place
from review.presentation import rules
from review.views.stage import HtmxHttpRequest
from review.views.thresholds import conflicts
from review.views.thresholds.opened import address, number, opened_on
from review.views.thresholds.page import Said, shown
from review.views.thresholds.words import Needs


@require_POST
@administrators_only
def publish_it(request: HtmxHttpRequest) -> HttpResponse:
    place = read_place(request.POST.dict(), request.POST.getlist("open"))
    try:
        version = publish.publish(
            confirm=number(request, "confirm"), expected_version=opened_on(request)[0], by=signed_in(request)
        )
        messages.success(request, gettext("Policy %(number)s is in force.") % {"number": version.number})
    except NeedsConfirmation as refusal:
        is_wrong = bool(request.POST.get("confirm"))
        needs = Needs(refusal.number, shared_draft.reasons(refusal), is_wrong)
        return shown(request, place, Said(409, needs=needs))
    except Conflict as conflict:
        return shown(request, place, Said(409, conflict=conflicts.in_publishing(conflict)))
    except PolicyRefused as refused:
        return shown(request, place, Said(422, [rules.mistake(one) for one in refused.mistakes]))
    except draft.NothingDrafted:
        messages.info(request, gettext("Nothing is drafted."))
    return address(request, place)
