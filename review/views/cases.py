"""The search page, and its saved views."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from accounts.auth.access import signed_in
from accounts.models import User
from accounts.roles import Permission
from review.cases import saved_views, search
from review.cases.search_form import SearchForm, after_of, cursor_of, known
from review.cases.search_rows import rows
from review.models import SavedView
from review.permissions import queues_led_by, sees_cases
from review.refusals import NotAcceptable

ALWAYS_OPEN = ("q", "queue", "state")  # the other filters are collapsed while they are empty


@require_GET
@login_required
def cases(request: HttpRequest) -> HttpResponse:
    """Cases this person may see, by any of the filters in the URL."""
    user = signed_in(request)
    form = SearchForm(request.GET, user=user)
    query = _query(request.GET)
    page = {
        "form": form,
        "query": query,
        "sees_cases": sees_cases(user),
        "views": saved_views.seen_by(user),
        "led": set(queues_led_by(user, Permission.ASSIGN).values_list("pk", flat=True)),
        "folded": not any(request.GET.get(name) for name in form.fields if name not in ALWAYS_OPEN),
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
    try:
        page = search.find(form.filters(), user=user, after=after_of(cursor))
    except search.TooWide:
        return {"too_wide": True}
    older = f"{query}&" if query else ""
    url = f"?{older}cursor={cursor_of(page.after).replace('+', '%2B')}" if page.after else ""
    return {"rows": rows(page.cases), "older_url": url, "searched": True, "is_first": not after_of(cursor)}


def _query(sent: QueryDict) -> str:
    """The filters among the parameters sent, as a query string."""
    only = QueryDict(mutable=True)
    for name in SearchForm.base_fields:
        if name in sent:
            only[name] = str(sent[name])
    return known(only.urlencode())


def _back(query: str) -> HttpResponse:
    return redirect(f"{reverse('review:cases')}{'?' if query else ''}{query}")
