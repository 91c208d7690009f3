"""The access keys on the apps page: issued, changed, rotated, revoked."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts import access_keys
from accounts.auth.access import administrators_only, signed_in
from accounts.models import AccessKey, User
from accounts.versions import page_forms
from accounts.versions.page_forms import PageForm
from review.views.manage import apps
from review.views.manage.app_forms import KeyForm, NewKeyForm, RevokeForm, RotateForm


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def issue(request: HttpRequest) -> HttpResponse:
    """`?app=` chooses the app. The key itself is in the answer, and nowhere else."""
    form = NewKeyForm(request.POST or None, initial={"app": request.GET.get("app"), "scopes": ["ingest", "read"]})
    if request.method == "POST" and form.is_valid():
        try:
            return _secret(request, *access_keys.issue(**form.cleaned_data, by=signed_in(request)))
        except ValueError as refusal:
            form.add_error(None, str(refusal))
    return apps.shown(request, "new_key", form=form, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def key(request: HttpRequest, pk: int) -> HttpResponse:
    one = _found(pk)
    if request.method != "POST":
        return _panel(request, one)
    save = partial(_save, one, by=signed_in(request))
    sent = page_forms.send(request, access_keys.EDITED, one, form=_form, save=save)
    if sent.is_saved:
        messages.success(request, gettext("The key “%(name)s” is saved.") % {"name": _found(pk).name})
        return redirect("review:manage_key", pk)
    return _panel(request, _found(pk), page=sent, status=sent.status)


@require_POST
@administrators_only
def rotate(request: HttpRequest, pk: int) -> HttpResponse:
    one, form = _found(pk), RotateForm(request.POST)
    if form.is_valid():
        try:
            return _secret(request, *access_keys.rotate(one, ends_at=form.end(), by=signed_in(request)))
        except ValueError as refusal:
            form.add_error(None, str(refusal))
    return _panel(request, one, rotate=form, status=422)


@require_POST
@administrators_only
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    one = _found(pk)
    form = RevokeForm(request.POST, named=one.name)
    if not form.is_valid():
        return _panel(request, one, revoke=form, status=422)
    access_keys.revoke(one, by=signed_in(request))
    messages.success(request, gettext("%(key)s works no more.") % {"key": one})
    return redirect("review:manage_apps")


def _found(pk: int) -> AccessKey:
    return get_object_or_404(AccessKey.objects.select_related("app", "created_by", "replaced_by", "replaces"), pk=pk)


def _form(sent: QueryDict | None, one: AccessKey) -> KeyForm:
    names = ("name", "expires_at", "rate_per_second", "burst")
    return KeyForm(sent, initial={name: getattr(one, name) for name in names})


def _save(one: AccessKey, form: KeyForm, expected_version: str, *, by: User) -> None:
    access_keys.change(one, **form.cleaned_data, by=by, expected_version=expected_version)


def _panel(
    request: HttpRequest, one: AccessKey, *, page: PageForm[KeyForm] | None = None, **given: Any
) -> HttpResponse:
    page = page or page_forms.open_on(access_keys.EDITED, one, form=_form)
    return apps.show_credential(request, "key", one, ends_at=one.expires_at, page=page, **given)


def _secret(request: HttpRequest, made: AccessKey, secret: str) -> HttpResponse:
    back = reverse("review:manage_key", args=[made.pk])
    return apps.show_secret(request, gettext("Access key"), made.name, secret, back=back)
