"""The draft of the policy, for administrators: undo a change, carry it over, discard, publish, roll back.

Every act returns to the page that it was sent from (`next`). `templates/policy/draft.html` has their forms.
"""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from accounts.auth.access import administrators_only, signed_in
from moderation import cache_versions
from moderation.models import PolicyVersion
from moderation.policy import PolicyRefused
from moderation.policy.changes import UnknownChange
from moderation.policy_versions import draft, shadow
from moderation.policy_versions.draft import Conflict
from moderation.publishing import publish
from moderation.publishing.confirm import NeedsConfirmation
from review.policy_editor import shadow_table, shared_draft
from review.presentation import rules
from review.views.list_forms import own_path


@require_GET
@administrators_only
def page(request: HttpRequest) -> HttpResponse:
    with cache_versions.read_together():
        context = {"shown": shared_draft.shown(), "shadow": shadow_table.table()}
        return render(request, "policy/draft_page.html", context)


@require_POST
@administrators_only
def undo(request: HttpRequest) -> HttpResponse:
    change, seen = request.POST.get("change", ""), _seen(request)

    def act() -> str:
        draft.undo(change, expected_version=seen, by=signed_in(request))
        return gettext("Undone.")

    return _done(request, act)


@require_POST
@administrators_only
def rebase(request: HttpRequest) -> HttpResponse:
    def act() -> str:
        found = draft.rebase(by=signed_in(request))
        return gettext("The draft changes policy %(number)s now.") % {"number": found.base}

    return _done(request, act)


@require_POST
@administrators_only
def shadow_it(request: HttpRequest) -> HttpResponse:
    def act() -> str:
        if request.POST.get("act") == "stop":
            shadow.stop(by=signed_in(request))
            return gettext("The draft is not in shadow any more.")
        shadow.start(by=signed_in(request))
        return gettext("The draft is in shadow: both outcomes are counted, and nothing follows from it.")

    return _done(request, act)


@require_GET
@administrators_only
def shadow_figures(request: HttpRequest) -> HttpResponse:
    """The figures alone, for the page that shows them."""
    return render(request, "policy/shadow.html", {"shadow": shadow_table.table()})


@require_POST
@administrators_only
def discard(request: HttpRequest) -> HttpResponse:
    seen = _seen(request)

    def act() -> str:
        draft.discard(expected_version=seen, by=signed_in(request))
        return gettext("The draft is discarded.")

    return _done(request, act)


@require_POST
@administrators_only
def take_over(request: HttpRequest, number: int) -> HttpResponse:
    """Begin a draft with a version that is not in force. A draft with other changes is not replaced unseen."""
    version, found = _version(number), draft.current()
    if not found.is_empty:
        messages.error(request, gettext("Something else is drafted. Publish or discard it first."))
        return redirect("review:draft")

    def act() -> str:
        by = signed_in(request)
        draft.save(version.body, base=found.base, expected_version=found.version, by=by)
        return gettext("The draft is policy %(number)s now.") % {"number": number}

    return _done(request, act)


@require_POST
@administrators_only
def publish_it(request: HttpRequest) -> HttpResponse:
    seen, typed = _seen(request), request.POST.get("confirm", "").strip()

    def act() -> str:
        confirm = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None
        version = publish.publish(confirm=confirm, expected_version=seen, by=signed_in(request))
        return gettext("Policy %(number)s is in force.") % {"number": version.number}

    try:
        return _done(request, act)
    except NeedsConfirmation as refusal:
        told = shared_draft.reasons(refusal)
        context = {"number": refusal.number, "reasons": told, "version": seen, "is_wrong": bool(typed)}
        context["next"] = own_path(request.POST.get("next", "")) or reverse("review:draft")
        return render(request, "policy/confirm.html", context, status=409)


@require_POST
@administrators_only
def roll_back(request: HttpRequest, number: int) -> HttpResponse:
    _version(number)

    def act() -> str:
        publish.rollback(number, by=signed_in(request))
        return gettext("Policy %(number)s is in force.") % {"number": number}

    return _done(request, act)


def _done(request: HttpRequest, act: Callable[[], str]) -> HttpResponse:
    """Do it, and say what came of it on the page that asked."""
    try:
        messages.success(request, act())
    except PolicyRefused as refused:
        for mistake in refused.mistakes:
            messages.error(request, f"{mistake.pointer}: {rules.mistake(mistake)}")
    except Conflict as conflict:
        messages.error(request, _told(conflict))
    except UnknownChange:
        messages.info(request, gettext("That change is not in the draft any more."))
    except draft.NothingDrafted:
        messages.info(request, gettext("Nothing is drafted."))
    except publish.NeverInForce:
        messages.error(request, gettext("This policy was never in force. Take it over into the draft."))
    return redirect(own_path(request.POST.get("next", "")) or "review:draft")


def _told(conflict: Conflict) -> str:
    if conflict.why == "base":
        told = gettext("Policy %(number)s is in force by now. Carry the draft over to it first.")
        return told % {"number": conflict.draft.in_force}
    return gettext("Somebody else has changed the draft meanwhile. Nothing was done: look again.")


def _seen(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _version(number: int) -> PolicyVersion:
    version = PolicyVersion.objects.filter(number=number).first()
    if version is None:
        raise Http404(gettext("There is no policy of this number."))
    return version
