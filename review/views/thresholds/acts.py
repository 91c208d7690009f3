"""What is done with the whole draft from this page: undo one change, discard, carry over, publish, roll back."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from accounts.auth.access import administrators_only, signed_in
from accounts.models import User
from moderation.models import PolicyVersion
from moderation.policy import PolicyRefused
from moderation.policy.changes import UnknownChange
from moderation.policy_versions import draft, publish
from moderation.policy_versions.draft import Conflict
from review.policy_editor.thresholds.place import read_place
from review.presentation import rules
from review.views.stage import HtmxHttpRequest
from review.views.thresholds import conflicts
from review.views.thresholds.opened import address, opened_on
from review.views.thresholds.page import Said, shown

LONGEST_NUMBER = 9


@require_POST
@administrators_only
def act(request: HtmxHttpRequest) -> HttpResponse:
    """`act` of the form names what is done. What is refused is told on the page, which stays where it was."""
    place = read_place(request.POST.dict(), request.POST.getlist("open"))
    do = _ACTS.get(request.POST.get("act", ""))
    if do is None:
        raise Http404
    try:
        messages.success(request, do(request, signed_in(request)))
    except Conflict as conflict:
        return shown(request, place, Said(409, conflict=conflicts.in_words(conflict, again=[])))
    except PolicyRefused as refused:
        return shown(request, place, Said(422, [rules.mistake(one) for one in refused.mistakes]))
    except UnknownChange:
        messages.info(request, gettext("That change is not in the draft any more."))
    except publish.NothingDrafted:
        messages.info(request, gettext("Nothing is drafted any more."))
    return address(request, place)


def _undo(request: HtmxHttpRequest, by: User) -> str:
    draft.undo(request.POST.get("change", ""), expected_version=opened_on(request)[0], by=by)
    return gettext("The change is undone.")


def _discard(request: HtmxHttpRequest, by: User) -> str:
    draft.discard(by=by)
    return gettext("The draft is discarded.")


def _rebase(request: HtmxHttpRequest, by: User) -> str:
    found = draft.rebase(by=by)
    return gettext("The draft changes policy %(number)s now.") % {"number": found.base}


def _publish(request: HtmxHttpRequest, by: User) -> str:
    version = publish.publish(confirm=_number(request, "confirm"), expected_version=opened_on(request)[0], by=by)
    return gettext("Policy %(number)s is in force.") % {"number": version.number}


def _roll_back(request: HtmxHttpRequest, by: User) -> str:
    number = _number(request, "number")
    if number is None or not PolicyVersion.objects.filter(number=number, in_force_at__isnull=False).exists():
        raise Http404
    publish.rollback(number, by=by)
    return gettext("Policy %(number)s is in force.") % {"number": number}


_ACTS: dict[str, Callable[[HtmxHttpRequest, User], str]] = {
    "undo": _undo,
    "discard": _discard,
    "rebase": _rebase,
    "publish": _publish,
    "roll-back": _roll_back,
}


def _number(request: HtmxHttpRequest, name: str) -> int | None:
    text = request.POST.get(name, "").strip()
    return int(text) if text.isdecimal() and len(text) <= LONGEST_NUMBER else None
