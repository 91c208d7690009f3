"""The callback addresses on the apps page: created, changed, rotated, revoked."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.auth.access import administrators_only, signed_in
from accounts.models import User
from accounts.versions import page_forms
from accounts.versions.page_forms import PageForm
from moderation.callbacks import addresses
from moderation.models import CallbackAddress
from review.views.manage import apps
from review.views.manage.app_forms import AddressForm, NewAddressForm, RevokeForm, RotateForm


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def create(request: HttpRequest) -> HttpResponse:
    """`?app=` chooses the app. The address itself is in the answer, and nowhere else."""
    form = NewAddressForm(request.POST or None, initial={"app": request.GET.get("app")})
    if request.method == "POST" and form.is_valid():
        return _secret(request, *addresses.create(**form.cleaned_data, by=signed_in(request)))
    return apps.shown(request, "new_address", form=form, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def address(request: HttpRequest, pk: int) -> HttpResponse:
    one = _found(pk)
    if request.method != "POST":
        return _panel(request, one)
    save = partial(_save, one, by=signed_in(request))
    sent = page_forms.send(request, addresses.EDITED, one, form=_form, save=save)
    if sent.is_saved:
        messages.success(request, gettext("The address “%(name)s” is saved.") % {"name": _found(pk).name})
        return redirect("review:manage_address", pk)
    return _panel(request, _found(pk), page=sent, status=sent.status)


@require_POST
@administrators_only
def rotate(request: HttpRequest, pk: int) -> HttpResponse:
    one, form = _found(pk), RotateForm(request.POST)
    if form.is_valid():
        try:
            return _secret(request, *addresses.rotate(one, ends_at=form.end(), by=signed_in(request)))
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
    addresses.revoke(one, by=signed_in(request))
    messages.success(request, gettext("%(address)s is revoked and accepts no more calls.") % {"address": one})
    return redirect("review:manage_apps")


def _found(pk: int) -> CallbackAddress:
    rows = CallbackAddress.objects.select_related("app", "created_by", "replaced_by", "replaces")
    return get_object_or_404(rows, pk=pk)


def _form(sent: QueryDict | None, one: CallbackAddress) -> AddressForm:
    return AddressForm(sent, initial={"name": one.name})


def _save(one: CallbackAddress, form: AddressForm, expected_version: str, *, by: User) -> None:
    name, kept = form.cleaned_data["name"], form.key_to_keep()
    addresses.change(one, name=name, access_key=kept, by=by, expected_version=expected_version)


def _panel(
    request: HttpRequest, one: CallbackAddress, *, page: PageForm[AddressForm] | None = None, **given: Any
) -> HttpResponse:
    page = page or page_forms.open_on(addresses.EDITED, one, form=_form)
    return apps.show_credential(request, "address", one, ends_at=one.ends_at, page=page, **given)


def _secret(request: HttpRequest, made: CallbackAddress, secret: str) -> HttpResponse:
    url = request.build_absolute_uri(reverse("callback", args=[secret]))
    back = reverse("review:manage_address", args=[made.pk])
    return apps.show_secret(request, gettext("Callback address"), made.name, url, back=back)
