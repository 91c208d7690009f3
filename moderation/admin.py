"""Endpoints and callback addresses, for administrators."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin_site import Checkboxes, Door, actor, codes, explain, keep_for_answer, site, version_of
from accounts.new_secrets import NewSecret
from moderation.callbacks import addresses
from moderation.models import CallbackAddress, Endpoint
from moderation.models.endpoint import EventType
from moderation.outbound.errors import UrlRefused
from moderation.webhooks import endpoints


class EndpointForm(forms.ModelForm):  # type: ignore[type-arg] # generic in the stubs only
    types = forms.MultipleChoiceField(
        label=_("Event types"),
        choices=[(kind.value, kind.label) for kind in EventType if kind != EventType.TEST],
        widget=forms.CheckboxSelectMultiple,
        initial=[EventType.FINAL, EventType.CORRECTED],
    )

    class Meta:
        widgets = {"url": forms.TextInput(attrs={"class": "vLargeTextField"}), "apps": Checkboxes}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = self.instance.state if self.instance.pk else Endpoint.State.ENABLED
        possible = [state for state in Endpoint.State if state == now or state in endpoints.NEXT_STATES[now]]
        if state := self.fields.get("state"):  # shown only, once the endpoint is deleted
            state.choices = [(state.value, state.label) for state in possible]  # type: ignore[attr-defined] # a choice field


class Deleted(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "deleted"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Deleted"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Endpoint]) -> QuerySet[Endpoint]:
        deleted = Q(state=Endpoint.State.DELETED)
        return queryset.filter(deleted if self.value() else ~deleted)

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        in_use, *others = super().choices(changelist)
        yield {**in_use, "display": _("In use")}
        yield from others


@admin.register(Endpoint, site=site)
class EndpointAdmin(Door):
    refusals = (*Door.refusals, UrlRefused)
    form = EndpointForm
    edited = endpoints.EDITED
    fields = ("name", "url", "state", "types", "form", "apps")
    list_display = ("name", "url", "state", "events", "form")
    list_filter = (Deleted,)
    search_fields = ("name", "url")
    actions = ("rotate_secret", "send_test")

    @admin.display(description=_("Event types"), ordering="types")
    def events(self, endpoint: Endpoint) -> str:
        return codes(endpoint.types)

    def has_change_permission(self, request: HttpRequest, obj: Endpoint | None = None) -> bool:
        return obj is None or obj.state != Endpoint.State.DELETED

    def has_delete_permission(self, request: HttpRequest, obj: Endpoint | None = None) -> bool:
        return self.has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Endpoint, form: Any, change: bool) -> None:
        apps, by = form.cleaned_data["apps"], actor(request)
        if not change:
            keep_for_answer(request, gettext("Signing secret"), obj.name, endpoints.create(obj, apps=apps, by=by))
        elif form.has_changed():
            endpoints.change(obj, apps=apps, by=by, expected_version=version_of(request))

    def delete_model(self, request: HttpRequest, obj: Endpoint) -> None:
        endpoints.delete(obj, by=actor(request))

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        return [str(obj) for obj in objs], {}, set(), []  # the row and its deliveries stay

    @admin.action(description=_("Rotate the signing secret of the chosen endpoints"))
    def rotate_secret(self, request: HttpRequest, chosen: QuerySet[Endpoint]) -> HttpResponse | None:
        made = [(endpoint, self._attempt(request, endpoint, endpoints.rotate_secret)) for endpoint in chosen]
        secrets = [NewSecret(gettext("Signing secret"), endpoint.name, secret) for endpoint, secret in made if secret]
        return self.show_secrets(request, secrets) if secrets else None

    @admin.action(description=_("Send a test to the chosen endpoints"))
    def send_test(self, request: HttpRequest, chosen: QuerySet[Endpoint]) -> None:
        for endpoint in chosen:
            if self._attempt(request, endpoint, endpoints.send_test):
                sent = gettext(
                    "A test was queued for “%(endpoint)s”. A paused or disabled endpoint receives it "
                    "when it is enabled."
                )
                messages.info(request, sent % {"endpoint": endpoint})

    def _attempt(self, request: HttpRequest, endpoint: Endpoint, verb: Callable[..., Any]) -> Any:
        try:
            return verb(endpoint, by=actor(request))
        except self.refusals as refusal:
            messages.error(request, f"“{endpoint}”: {explain(refusal)}")


class CallbackAddressForm(forms.ModelForm):  # type: ignore[type-arg] # generic in the stubs only
    access_key = forms.CharField(
        label="accessKey",
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "class": "vTextField"}),
        help_text=_(
            "Of the app's account at the detection service. Given, the checksums of its old envelopes are verified. "
            "Empty: as it is."
        ),
    )
    forget_access_key = forms.BooleanField(label=_("Stop verifying checksums"), required=False)


@admin.register(CallbackAddress, site=site)
class CallbackAddressAdmin(Door):
    """To rotate: create a second address, configure it at the detection service, revoke the first."""

    form = CallbackAddressForm
    edited = addresses.EDITED
    list_display = ("name", "app", "hint", "verifies", "created_at", "created_by", "revoked_at")
    list_select_related = ("app", "created_by")
    search_fields = ("name", "hint")
    actions = ("revoke",)

    def get_fields(self, request: HttpRequest, obj: CallbackAddress | None = None) -> Any:
        return ["name", "app", "access_key", *(["forget_access_key"] if obj else [])]

    def get_readonly_fields(self, request: HttpRequest, obj: CallbackAddress | None = None) -> list[str]:
        return ["app"] if obj else []

    def has_change_permission(self, request: HttpRequest, obj: CallbackAddress | None = None) -> bool:
        return obj is None or obj.revoked_at is None

    @admin.display(boolean=True, description=_("verifies checksums"))
    def verifies(self, obj: CallbackAddress) -> bool:
        return bool(obj.sealed_access_key)

    def save_model(self, request: HttpRequest, obj: CallbackAddress, form: Any, change: bool) -> None:
        key, by = form.cleaned_data["access_key"], actor(request)
        if change:
            kept = "" if form.cleaned_data["forget_access_key"] else None
            expected = version_of(request)
            addresses.change(obj, name=obj.name, access_key=key or kept, by=by, expected_version=expected)
            return
        row, secret = addresses.create(name=obj.name, app=obj.app, access_key=key, by=by)
        obj.pk, obj.hint = row.pk, row.hint
        url = request.build_absolute_uri(reverse("callback", args=[secret]))
        keep_for_answer(request, gettext("Callback address"), obj.name, url)

    @admin.action(description=_("Revoke the chosen addresses"))
    def revoke(self, request: HttpRequest, chosen: QuerySet[CallbackAddress]) -> None:
        for address in chosen.select_related("app"):
            addresses.revoke(address, by=actor(request))
            self.message_user(
                request, gettext("%(address)s is revoked and accepts no more calls.") % {"address": address}
            )
