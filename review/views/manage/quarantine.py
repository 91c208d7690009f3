"""The callback bodies that could not be read, for administrators: view, replay, edit and replay, dismiss."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.auth.access import administrators_only, signed_in
from moderation.callbacks import quarantine
from moderation.models import Quarantined
from review.views.untrusted_body import shown_body

ON_A_PAGE = 50
State = Quarantined.State


@require_GET
@administrators_only
def listed(request: HttpRequest) -> HttpResponse:
    """Waiting ones first; `?state=` shows one state only."""
    rows = Quarantined.objects.defer("body", "edited_body").select_related("address__app")
    counted = dict(Quarantined.objects.values_list("state").annotate(Count("pk")).order_by())
    chosen = request.GET.get("state", "")
    if chosen in State.values:
        rows = rows.filter(state=chosen)
    page = Paginator(rows.order_by("-state", "-last_received_at", "-pk"), ON_A_PAGE).get_page(request.GET.get("page"))
    states = [{"value": state.value, "label": state.label, "count": counted.get(state.value, 0)} for state in State]
    context = {"page": page, "states": states, "chosen": chosen, "waiting": counted.get(State.WAITING, 0)}
    return render(request, "manage/quarantine.html", context)


@require_GET
@administrators_only
def one(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Quarantined.objects.select_related("address__app", "edited_by"), pk=pk)
    original = shown_body(bytes(row.body))
    edited = None if row.edited_body is None else shown_body(bytes(row.edited_body))
    context = {
        "row": row,
        "original": original,
        "edited": edited,
        "draft": edited.draft if edited else original.draft,
        "cases": row.cases.select_related("app").order_by("pk"),
        "waits": row.state == State.WAITING,
    }
    return render(request, "manage/quarantined.html", context)


@require_POST
@administrators_only
def replay(request: HttpRequest, pk: int) -> HttpResponse:
    _tell(request, quarantine.replay(_known(pk), by=signed_in(request)))
    return redirect("review:quarantined", pk)


@require_POST
@administrators_only
def replay_edited(request: HttpRequest, pk: int) -> HttpResponse:
    text = request.POST.get("body", "").replace("\r\n", "\n")  # undo the form's CRLF
    _tell(request, quarantine.replay_edited(_known(pk), text, by=signed_in(request)))
    return redirect("review:quarantined", pk)


@require_POST
@administrators_only
def replay_all(request: HttpRequest) -> HttpResponse:
    done = quarantine.replay_waiting(by=signed_in(request))
    words = [
        ngettext("%(count)d body was taken in.", "%(count)d bodies were taken in.", done.replayed),
        ngettext("%(count)d still cannot be read.", "%(count)d still cannot be read.", done.waiting),
        ngettext("%(count)d was not tried yet.", "%(count)d were not tried yet: replay again.", done.untried),
    ]
    counts = (done.replayed, done.waiting, done.untried)
    said = [word % {"count": count} for word, count in zip(words, counts, strict=True)]
    level = messages.WARNING if done.waiting or done.untried else messages.SUCCESS
    messages.add_message(request, level, " ".join(said if done.untried else said[:2]))
    return redirect("review:quarantine")


@require_POST
@administrators_only
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        row = quarantine.dismiss(_known(pk), note=request.POST.get("note", "").replace("\0", ""), by=signed_in(request))
    except ValueError:
        messages.error(request, gettext("Say in the note why you dismiss it."))
        return redirect("review:quarantined", pk)
    if row.state == State.DISMISSED:
        messages.success(request, gettext("Dismissed."))
    else:
        _tell(request, row)
    return redirect("review:quarantine")


def _tell(request: HttpRequest, row: Quarantined) -> None:
    match row.state:
        case State.REPLAYED:
            messages.success(request, gettext("All of it is taken in."))
        case State.DISMISSED:
            messages.warning(request, gettext("It was dismissed before; nothing was changed."))
        case _:
            count = len(row.errors)
            words = ngettext("One place still cannot be read.", "%(count)d places still cannot be read.", count)
            messages.error(request, words % {"count": count})


def _known(pk: int) -> int:
    return get_object_or_404(Quarantined.objects.only("pk"), pk=pk).pk
