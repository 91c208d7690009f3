"""Apps, their access keys and callback addresses on one page: lists, and a panel in which one is made or changed."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts import new_secrets, registration
from accounts.auth.access import administrators_only, signed_in
from accounts.models import AccessKey, App, User
from accounts.new_secrets import NewSecret
from accounts.versions import page_forms
from accounts.versions.page_forms import PageForm
from moderation.models import CallbackAddress
from review.views.manage.app_forms import AppForm, NewAppForm, RevokeForm, RotateForm

TEMPLATE = "manage/apps.html"
MOST_ENDED = 100
LIVE_KEY = Q(revoked_at=None) & (Q(expires_at=None) | Q(expires_at__gt=Now()))
LIVE_ADDRESS = Q(revoked_at=None) & (Q(ends_at=None) | Q(ends_at__gt=Now()))


@require_GET
@administrators_only
def page(request: HttpRequest) -> HttpResponse:
    """The lists. `?ended=1` shows what works no more as well."""
    return shown(request)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def register(request: HttpRequest) -> HttpResponse:
    form = NewAppForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = registration.register_app(form.save(commit=False), by=signed_in(request))
        except ValueError as refusal:
            form.add_error("app_id", str(refusal))
        else:
            messages.success(request, gettext("%(app)s is registered.") % {"app": made.app_id})
            return redirect("review:manage_key_new")
    return shown(request, "new_app", form=form, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def app(request: HttpRequest, pk: int) -> HttpResponse:
    """One app: its settings. Its `appId` stays, because results refer to it."""
    one = get_object_or_404(App, pk=pk)
    if request.method != "POST":
        return shown(request, "app", app=one, page=page_forms.open_on(registration.EDITED, one, form=_form))
    save = partial(_save, one, by=signed_in(request))
    sent = page_forms.send(request, registration.EDITED, one, form=_form, save=save)
    if sent.is_saved:
        messages.success(request, gettext("%(app)s is saved.") % {"app": one.app_id})
        return redirect("review:manage_app", pk)
    return shown(request, "app", app=get_object_or_404(App, pk=pk), page=sent, status=sent.status)


def _form(sent: QueryDict | None, one: App) -> AppForm:
    return AppForm(sent, instance=one)


def _save(one: App, form: AppForm, expected_version: str, *, by: User) -> None:
    registration.change_app(form.save(commit=False), by=by, expected_version=expected_version)


def shown(request: HttpRequest, panel: str = "", *, status: int = 200, **context: Any) -> HttpResponse:
    """The page with its lists, and beside them the panel `manage/apps/PANEL.html`."""
    return render(request, TEMPLATE, _lists(request) | context | {"panel": panel}, status=status)


def show_credential(
    request: HttpRequest,
    panel: str,
    one: AccessKey | CallbackAddress,
    *,
    ends_at: datetime | None,
    page: PageForm[Any],
    rotate: RotateForm | None = None,
    revoke: RevokeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """A key or an address in its panel, with the forms to change it, rotate it and revoke it."""
    link = f"review:manage_{panel}"
    context: dict[str, Any] = {"one": one, "ends_at": ends_at, "page": page, "link": link}
    context |= {"rotate": rotate or RotateForm(), "rotate_link": f"{link}_rotate"}
    context |= {"revoke": revoke or RevokeForm(named=one.name), "revoke_link": f"{link}_revoke"}
    return shown(request, panel, status=status, **context)


def show_secret(request: HttpRequest, kind: str, owner: str, value: str, *, back: str) -> HttpResponse:
    """The page with a new secret in its panel, this once."""
    made = [NewSecret(kind, owner, value)]
    lists = _lists(request) | {"panel": "new_secret"}
    return new_secrets.page(request, made, back=back, template=TEMPLATE, context=lists)


def _lists(request: HttpRequest) -> dict[str, Any]:
    ended = "ended" in request.GET
    keys = AccessKey.objects.select_related("app", "replaced_by")
    addresses = CallbackAddress.objects.select_related("app", "replaced_by")
    return {
        "apps": App.objects.annotate(
            keys=Count("accesskey", filter=_of("accesskey", LIVE_KEY), distinct=True),
            addresses=Count("callbackaddress", filter=_of("callbackaddress", LIVE_ADDRESS), distinct=True),
        ),
        "keys": [*_live(keys, LIVE_KEY), *(_ended(keys, LIVE_KEY) if ended else [])],
        "addresses": [*_live(addresses, LIVE_ADDRESS), *(_ended(addresses, LIVE_ADDRESS) if ended else [])],
        "ended": ended,
        "back": reverse("review:manage_apps", query={"ended": 1} if ended else None),
    }


def _live(rows: QuerySet[Any], live: Q) -> QuerySet[Any]:
    """Those in use first, then those that nobody has used."""
    return rows.filter(live).order_by(F("last_used_at").desc(nulls_last=True), "-pk")


def _ended(rows: QuerySet[Any], live: Q) -> QuerySet[Any]:
    return rows.exclude(pk__in=rows.filter(live).order_by().values("pk")).order_by("-pk")[:MOST_ENDED]


def _of(relation: str, live: Q) -> Q:
    """The same condition, asked from the app."""
    return Q(*(_prefixed(relation, one) for one in live.children), _connector=live.connector)


def _prefixed(relation: str, one: Any) -> Any:
    return _of(relation, one) if isinstance(one, Q) else (f"{relation}__{one[0]}", one[1])
