"""The search page, and its saved views."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from accounts import times
from accounts.auth.access import signed_in
from accounts.models import User
from accounts.permissions import may
from accounts.roles import Permission
from moderation import cache_versions
from review import preferences
from review.cases import bounded_read, filter_chips, outcome_counts, saved_views, search
from review.cases.outcome_counts import OutcomeCounts
from review.cases.search_form import SearchForm, after_of, cursor_of, known
from review.models import Queue, SavedView
from review.presentation import case_card
from review.refusals import NotAcceptable
from review.statistics import queue_depth
from review.views.stage import HtmxHttpRequest
from review.workflow import runs

ALWAYS_OPEN = ("q", "queue", "state")  # the other filters are collapsed while they are empty
NARROWS = {
    "waiting": {"state": "free"},
    "escalated": {"state": "escalated"},
    "leased": {"state": "leased"},
    "snoozed": {"state": "snoozed"},
    "passed": {"verdict": "PASS"},
    "rejected": {"verdict": "REJECT"},
    "policy-passed": {"state": "policy_passed"},
    "policy-rejected": {"state": "policy_rejected"},
}


@require_GET
@login_required
def cases(request: HtmxHttpRequest) -> HttpResponse:
    """Cases this person may see, by any of the filters in the URL. `add` is text typed to become one more filter."""
    user = signed_in(request)
    form, query = SearchForm(request.GET, user=user), _query(request.GET)
    if request.htmx:
        return _counted(request, form, query, user)
    typed = request.GET.get("add", "").strip()
    meant = filter_chips.suggestions(typed, query, user=user) if typed else []
    if len(meant) == 1:
        return redirect(meant[0].url)
    with cache_versions.read_together():
        page = {
            "form": form,
            "query": query,
            "typed": typed,
            "meant": meant,
            "folded": not any(request.GET.get(name) for name in form.fields if name not in ALWAYS_OPEN),
            "chips": filter_chips.chips(form, query),
            **_views(query, form.queues, user),
            **_found(form, request.GET.get("cursor", ""), query, user),
        }
        return render(request, "review/cases.html", page)


@require_POST
@login_required
def save_view(request: HttpRequest) -> HttpResponse:
    said = request.POST
    try:
        view = saved_views.save(
            name=said.get("name", ""),
            query=said.get("query", ""),
            shared="shared" in said,
            by=signed_in(request),
        )
    except NotAcceptable as refusal:
        messages.error(request, refusal.detail)
        return _back(_query(QueryDict(said.get("query", ""))))
    messages.success(request, gettext("Saved as “{name}”.").format(name=view.name))
    return _back(view.query)


@require_POST
@login_required
def delete_view(request: HttpRequest, view_id: int) -> HttpResponse:
    try:
        saved_views.delete(view_id, by=signed_in(request))
    except SavedView.DoesNotExist:
        raise Http404(gettext("You have no such view.")) from None
    messages.success(request, gettext("The view is deleted."))
    return _back(_query(QueryDict(request.POST.get("query", ""))))


def _found(form: SearchForm, cursor: str, query: str, user: User) -> dict[str, Any]:
    if not form.is_valid():
        return {}
    filters, after = form.filters(), after_of(cursor)
    try:
        page = search.find(filters, user=user, after=after)
    except bounded_read.TooWide:
        return {"too_wide": True}
    older = f"{query}&" if query else ""
    url = f"?{older}cursor={cursor_of(page.after).replace('+', '%2B')}" if page.after else ""
    blur, letters = preferences.for_lists(user)
    cards = case_card.of_cases(page.cases, user=user, blur=blur)
    tasks = [card.task.pk for card in cards if card.task and card.is_open]
    return {
        "cards": cards,
        "older_url": url,
        "searched": True,
        "letters": letters,
        "is_first": not after,
        "open_here": tasks,
        "reviewable": runs.reviewable(tasks, by=user) if tasks else [],
        "leads": may(user, Permission.ASSIGN) and bool(tasks),
        "facets": _facets(outcome_counts.of_states([card.state.kind_of_outcome for card in cards]), query)
        if not after and not page.after
        else None,
    }


def _counted(request: HttpRequest, form: SearchForm, query: str, user: User) -> HttpResponse:
    """The counts alone, of a list that is longer than a page: they are asked for when the page is there."""
    counted = outcome_counts.count(form.filters(), user=user) if form.is_valid() else None
    return render(request, "review/cases.html#facets", {"facets": _facets(counted, query)})


def _facets(counted: OutcomeCounts | None, query: str) -> dict[str, Any] | None:
    if counted is None:
        return None
    kinds = [
        {"kind": kind, "count": n, "url": filter_chips.narrowed(query, NARROWS[kind]) if kind in NARROWS else ""}
        for kind, n in counted.by_kind.items()
    ]
    return {"kinds": kinds, "total": counted.total, "is_all": counted.is_all}


def _views(query: str, queues: Sequence[Queue], user: User) -> dict[str, Any]:
    """The line of links: what waits in these queues, and the saved views."""
    lines = queue_depth.lines(queues)
    today = times.today().isoformat()
    fixed = [
        (gettext("All"), "", None),
        (gettext("Waiting"), "state=free", sum(line.waiting for line in lines)),
        (gettext("Overdue"), "state=overdue", sum(line.overdue for line in lines)),
        (gettext("Escalated"), "state=escalated", sum(line.escalated for line in lines)),
        (gettext("Snoozed"), "state=snoozed", sum(line.snoozed for line in lines)),
        (gettext("Decided today"), f"decidedFrom={today}", None),
    ]
    links = [{"name": name, "query": asked, "count": n, "current": asked == query} for name, asked, n in fixed]
    views = saved_views.seen_by(user, queues=[queue.slug for queue in queues])
    return {"links": links, "views": views, "sees_cases": bool(queues) or may(user, Permission.SEE_ALL_QUEUES)}


def _query(sent: QueryDict) -> str:
    """The filters among the parameters sent, as a query string."""
    only = QueryDict(mutable=True)
    for name in SearchForm.base_fields:
        if name in sent:
            only[name] = str(sent[name])
    return known(only.urlencode())


def _back(query: str) -> HttpResponse:
    return redirect(f"{reverse('review:cases')}{'?' if query else ''}{query}")
