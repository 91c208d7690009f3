"""Endpoints, for administrators."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin_site import Door, actor, explain, site
from moderation.models import Endpoint
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
        widgets = {"url": forms.TextInput(attrs={"class": "vLargeTextField"})}

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
    fields = ("name", "url", "state", "types", "form", "apps")
    filter_horizontal = ("apps",)
    list_display = ("name", "url", "state", "types", "form")
    list_filter = (Deleted,)
    search_fields = ("name", "url")
    actions = ("rotate_secret", "send_test")

    def has_change_permission(self, request: HttpRequest, obj: Endpoint | None = None) -> bool:
        return obj is None or obj.state != Endpoint.State.DELETED

    def has_delete_permission(self, request: HttpRequest, obj: Endpoint | None = None) -> bool:
        return self.has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Endpoint, form: Any, change: bool) -> None:
        apps, by = form.cleaned_data["apps"], actor(request)
        if not change:
            _show(request, obj, endpoints.create(obj, apps=apps, by=by))
        elif form.has_changed():
            endpoints.change(obj, apps=apps, by=by)

    def delete_model(self, request: HttpRequest, obj: Endpoint) -> None:
        endpoints.delete(obj, by=actor(request))

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        return [str(obj) for obj in objs], {}, set(), []  # its row and its deliveries stay

    @admin.action(description=_("Rotate the signing secret of the chosen endpoints"))
    def rotate_secret(self, request: HttpRequest, chosen: QuerySet[Endpoint]) -> None:
        for endpoint in chosen:
            secret = self._attempt(request, endpoint, endpoints.rotate_secret)
            if secret:
                _show(request, endpoint, secret)

    @admin.action(description=_("Send a test to the chosen endpoints"))
    def send_test(self, request: HttpRequest, chosen: QuerySet[Endpoint]) -> None:
        for endpoint in chosen:
            if self._attempt(request, endpoint, endpoints.send_test):
                sent = gettext("A test is on its way to “%(endpoint)s”; one that is not enabled gets it once it is.")
                messages.info(request, sent % {"endpoint": endpoint})

    def _attempt(self, request: HttpRequest, endpoint: Endpoint, verb: Callable[..., Any]) -> Any:
        try:
            return verb(endpoint, by=actor(request))
        except self.refusals as refusal:
            messages.error(request, f"“{endpoint}”: {explain(refusal)}")


def _show(request: HttpRequest, endpoint: Endpoint, secret: str) -> None:
    shown = gettext("The signing secret of “%(endpoint)s”, shown only now: %(secret)s")
    messages.warning(request, shown % {"endpoint": endpoint, "secret": secret})
