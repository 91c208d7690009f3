"""Starting policies, for administrators: what a profile would change of the draft, in sentences, and applying it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from accounts.auth.access import administrators_only, signed_in
from accounts.models import App
from accounts.whole_numbers import whole_number
from moderation import labels
from moderation.policy import PolicyRefused, Scope, read
from moderation.policy.changes import Change, FlagChange, SectionChange, ThresholdChange, changes
from moderation.policy.profiles import PROFILES, Profile, apply, by_key
from moderation.policy_versions import draft
from moderation.policy_versions.draft import Conflict, Draft
from review.models import Queue
from review.presentation import policy_changes, rules
from review.presentation.policy_changes import ChangeLine


class ProfileForm(forms.Form):
    """Which profile, and for which results. In the page's address, so that a preview can be sent to a colleague."""

    profile = forms.ChoiceField(choices=[(one.key, one.key) for one in PROFILES])
    app = forms.ModelChoiceField(
        App.objects.order_by("app_id"),
        label=_("App"),
        required=False,
        to_field_name="app_id",
        empty_label=_("every app"),
    )
    event = forms.CharField(
        label="eventId", required=False, max_length=64, help_text=_("Empty: every event. As posts and messages differ.")
    )

    def scope(self) -> Scope:
        app: App | None = self.cleaned_data["app"]
        return Scope(app=app.app_id if app else "", event=self.cleaned_data["event"].strip())


@dataclass(frozen=True, slots=True)
class ProfileChange:
    """One change that the profile would make, with the profile's reason for it."""

    told: ChangeLine
    why: str


@require_GET
@administrators_only
def page(request: HttpRequest) -> HttpResponse:
    """The profiles; with `?profile=`, what one would change."""
    if "profile" not in request.GET:
        return render(request, "policy/profiles.html", {"profiles": _listed(), "form": ProfileForm()})
    return _preview(request, ProfileForm(request.GET))


@require_POST
@administrators_only
def apply_it(request: HttpRequest) -> HttpResponse:
    """Save the draft with the profile, as the page has shown it."""
    form = ProfileForm(request.POST)
    if not form.is_valid():
        return _preview(request, form)
    profile = _chosen(form)
    try:
        base, version = _number(request, "base"), _number(request, "version")
        seen = draft.at(version, base=base)
        body = apply(seen.body, profile, scope=form.scope(), name=_section_name(form, profile))
        draft.save(body, base=base, expected_version=version, by=signed_in(request))
    except Conflict as conflict:
        return _preview(request, form, status=409, refused=[_told(conflict)])
    except PolicyRefused as refusal:
        return _preview(request, form, status=422, refused=_mistakes(refusal))
    messages.success(request, gettext("“%(name)s” is in the draft.") % {"name": gettext(profile.name)})
    return redirect("review:draft")


def _preview(
    request: HttpRequest, form: ProfileForm, *, status: int = 200, refused: list[str] | None = None
) -> HttpResponse:
    context: dict[str, Any] = {"profiles": _listed(), "form": form, "refused": refused or []}
    if not form.is_valid():
        return render(request, "policy/profiles.html", context, status=422)
    profile, found = _chosen(form), draft.current()
    context |= {"chosen": profile, "name": gettext(profile.name), "draft": found}
    context["about"] = gettext(profile.about)
    try:
        body = apply(found.body, profile, scope=form.scope(), name=_section_name(form, profile))
        context["lines"] = _lines(found, body, profile)
    except PolicyRefused as refusal:
        context["refused"] = [*context["refused"], *_mistakes(refusal)]
        status = max(status, 422)
    return render(request, "policy/profiles.html", context, status=status)


def _lines(found: Draft, body: dict[str, Any], profile: Profile) -> list[ProfileChange]:
    names = dict(Queue.objects.values_list("slug", "name"))
    made = list(_with_flags(changes(found.policy, read(0, body))))
    told = policy_changes.lines(made, names, labels.in_force())
    return [ProfileChange(line, _why(change, profile)) for change, line in zip(made, told, strict=True)]


def _with_flags(made: Iterable[Change]) -> Iterator[Change]:
    """The flags of a new section are no changes of their own; where they are unusual, they are told behind it."""
    for change in made:
        yield change
        if isinstance(change, SectionChange) and change.what == "added" and change.after:
            now = change.after
            for flag, usual, said in (
                ("otherwise", "machine", now.otherwise),
                ("afterReject", "final", now.after_reject),
            ):
                if said != usual:
                    yield FlagChange("", "other", now.name, flag, usual, said)


def _why(change: Change, profile: Profile) -> str:
    of_flags = profile.why if isinstance(change, FlagChange) else ""
    why = profile.why_of(change.label) if isinstance(change, ThresholdChange) else of_flags
    return gettext(why) if why else ""


def _listed() -> list[dict[str, str]]:
    return [{"key": one.key, "name": gettext(one.name), "about": gettext(one.about)} for one in PROFILES]


def _chosen(form: ProfileForm) -> Profile:
    found = by_key(form.cleaned_data["profile"])
    if found is None:
        raise LookupError(form.cleaned_data["profile"])
    return found


def _section_name(form: ProfileForm, profile: Profile) -> str:
    scope = form.scope()
    return " · ".join(filter(None, (gettext(profile.name), scope.app, scope.event)))


def _told(conflict: Conflict) -> str:
    if conflict.why == "base":
        told = gettext("Policy %(number)s is in force by now. Carry the draft over to it first.")
        return told % {"number": conflict.draft.in_force}
    return gettext("Somebody else has changed the draft meanwhile. Below is what the profile would change now.")


def _mistakes(refusal: PolicyRefused) -> list[str]:
    return [f"{one.pointer}: {rules.mistake(one)}" for one in refusal.mistakes]


def _number(request: HttpRequest, name: str) -> int:
    return whole_number(request.POST.get(name, ""), digits=9) or 0
