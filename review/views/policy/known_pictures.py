"""Known pictures: the page that lists and removes them, and adding the picture of a case from its page."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from accounts.auth.access import administrators_only, signed_in
from accounts.models import App, User
from accounts.permissions import check, may
from accounts.roles import Permission
from accounts.whole_numbers import whole_number
from moderation.engines.known_pictures import likeness_of
from moderation.known_pictures import changes
from moderation.known_pictures.changes import KnownPictureRefused
from moderation.models import KnownPicture, PictureFetch
from moderation.runtime.request_slots import outside
from review.permissions import cases_seen_by

ON_A_PAGE = 100


@require_GET
@administrators_only
def listed(request: HttpRequest) -> HttpResponse:
    """The newest first. `?app=` names one app by its appId; `?before=` goes on after the picture of that number."""
    rows = KnownPicture.objects.select_related("app", "added_by")
    app = App.objects.filter(app_id=request.GET.get("app", "").replace("\0", "")).first()
    if app:
        rows = rows.filter(app=app)
    if (before := whole_number(request.GET.get("before", ""))) is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: ON_A_PAGE + 1])
    context = {"known": found[:ON_A_PAGE], "has_more": len(found) > ON_A_PAGE, "app": app, "apps": App.objects.all()}
    return render(request, "policy/known_pictures.html", context)


@require_POST
@administrators_only
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    changes.remove(get_object_or_404(KnownPicture, pk=pk), by=signed_in(request))
    messages.success(request, gettext("The picture is no longer known."))
    return redirect("review:known_pictures")


@require_POST
@login_required
def add(request: HttpRequest, case_id: str) -> HttpResponse:
    """The picture of a case that this person sees."""
    user = signed_in(request)
    check(user, Permission.DECIDE)
    case = get_object_or_404(cases_seen_by(user).select_related("app"), pk=int(case_id))
    fetch = PictureFetch.objects.select_related("picture").filter(pk=case.pk).first()
    if fetch is None or fetch.picture is None:
        messages.error(request, gettext("There is no picture of this case."))
        return redirect("review:case", case.pk)
    with outside():
        likeness = likeness_of(fetch.picture)
    label, note = (request.POST.get(name, "").replace("\0", "") for name in ("label", "note"))
    try:
        changes.add(case, sha256=fetch.picture.sha256, likeness=likeness, label=label, note=note.strip(), by=user)
    except KnownPictureRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("review:case", case.pk)
    told = gettext("Known from now on: what looks like it gets this label.")
    messages.success(request, told if likeness else gettext("Known from now on, by its bytes alone."))
    return redirect("review:case", case.pk)


def can_add(fetch: PictureFetch, *, by: User) -> bool:
    """The caller has checked that this person sees the case."""
    return fetch.picture_id is not None and may(by, Permission.DECIDE)
