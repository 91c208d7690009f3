"""Make an endpoint and change one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts import new_secrets
from accounts.auth.access import administrators_only, signed_in
from accounts.models import User
from accounts.new_secrets import NewSecret
from accounts.versions import Conflict
from accounts.versions.forms import FIELD
from moderation.models import Endpoint
from moderation.outbound.errors import UrlRefused
from moderation.webhooks import endpoints
from moderation.webhooks.custom_headers import HeaderRefused
from review.presentation.messages import describe
from review.views.manage.webhooks.endpoints_form import BothForms, merged

TEMPLATE = "manage/webhooks/endpoint_form.html"


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def new(request: HttpRequest) -> HttpResponse:
    """The form; posted, the page that shows the new secret once."""
    if request.method != "POST":
        return _page(request, BothForms(None))
    forms, endpoint = BothForms(None, request.POST), Endpoint()
    secret = _saved(forms, endpoint, by=signed_in(request)) if forms.is_valid() else None
    if secret is None:
        return _page(request, forms, status=422)
    return show_secret(request, endpoint, secret)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    endpoint = get_object_or_404(Endpoint.objects.exclude(state=Endpoint.State.DELETED), pk=pk, callback_of=None)
    if request.method != "POST":
        return _page(request, BothForms(endpoint), endpoint)
    forms, version = BothForms(endpoint, request.POST), request.POST.get(FIELD, "")
    try:
        if not forms.is_valid() or _saved(forms, endpoint, by=signed_in(request), version=version) is None:
            return _page(request, forms, _as_it_is(pk), version=version, status=422)
    except Conflict as conflict:
        return _conflict(request, pk, conflict)
    messages.success(request, gettext("%(endpoint)s is saved.") % {"endpoint": endpoint})
    return redirect("review:manage_endpoint", pk)


def show_secret(request: HttpRequest, endpoint: Endpoint, secret: str) -> HttpResponse:
    told = NewSecret(gettext("Signing secret"), endpoint.name, secret)
    return new_secrets.page(request, [told], back=reverse("review:manage_endpoint", args=[endpoint.pk]))


def _saved(forms: BothForms, endpoint: Endpoint, *, by: User, version: str | None = None) -> str | None:
    """The new secret, "" for an endpoint that was changed. None when it was refused: the forms say why."""
    told, rows = forms.main.cleaned_data, forms.filled()
    for name in ("name", "url", "types", "form"):
        setattr(endpoint, name, told[name])
    asked: dict[str, Any] = {"apps": told["apps"], "headers": [header for _, header in rows], "by": by}
    try:
        if endpoint._state.adding:
            return endpoints.create(endpoint, **asked)
        endpoints.change(endpoint, **asked, parts=endpoints.FORM_PARTS, expected_version=version)
    except UrlRefused as refusal:
        forms.main.add_error("url", describe(refusal.why))
    except HeaderRefused as refusal:
        rows[min(refusal.place, len(rows) - 1)][0].add_error("name", str(refusal))
    except Conflict:
        raise
    except ValueError as refusal:
        forms.main.add_error(None, str(refusal))
    else:
        return ""
    return None


def _conflict(request: HttpRequest, pk: int, conflict: Conflict) -> HttpResponse:
    now = _as_it_is(pk)
    forms = BothForms(now, merged(request.POST, conflict))
    return _page(request, forms, now, conflict=conflict, status=409)


def _as_it_is(pk: int) -> Endpoint:
    return get_object_or_404(Endpoint, pk=pk, callback_of=None)


def _page(
    request: HttpRequest,
    forms: BothForms,
    endpoint: Endpoint | None = None,
    *,
    version: str = "",
    conflict: Conflict | None = None,
    status: int = 200,
) -> HttpResponse:
    """`version` of a form that was refused stays the one that it was opened on."""
    context = {
        "form": forms.main,
        "headers": forms.headers,
        "endpoint": endpoint,
        "version": version or (endpoints.EDITED.version(endpoint) if endpoint else ""),
        "conflict": conflict,
    }
    return render(request, TEMPLATE, context, status=status)
