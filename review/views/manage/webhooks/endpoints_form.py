"""The form of an endpoint, with a row for each of its headers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import App
from accounts.versions.edited import Conflict
from accounts.versions.forms import merge, merge_rows
from moderation.models import Endpoint
from moderation.models.webhooks.endpoint import EventType
from moderation.webhooks import custom_headers
from moderation.webhooks.custom_headers import Header

HEADERS = "headers"


class EndpointForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=150)
    url = forms.CharField(
        label=_("Address"),
        max_length=2048,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "placeholder": "https://"}),
    )
    types = forms.MultipleChoiceField(
        label=_("Events"),
        choices=[(kind.value, kind.label) for kind in EventType if kind != EventType.TEST],
        widget=forms.CheckboxSelectMultiple,
    )
    apps = forms.ModelMultipleChoiceField(
        label=_("Apps"),
        queryset=App.objects.order_by("app_id"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: every app. Events about queues are of no app and always sent."),
    )
    form = forms.ChoiceField(label=_("Body form"), choices=Endpoint.Form.choices, widget=forms.RadioSelect)


class HeaderForm(forms.Form):
    name = forms.CharField(label=_("Header"), required=False, max_length=custom_headers.LONGEST_NAME)
    value = forms.CharField(label=_("Value"), required=False, max_length=custom_headers.LONGEST_VALUE, strip=True)
    secret = forms.BooleanField(label=_("secret"), required=False)

    def clean(self) -> dict[str, Any]:
        """A name that was emptied removes its header, with the value that is still there."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("value") and not cleaned.get("name") and not self.initial.get("name"):
            self.add_error("name", gettext("A value needs a name."))
        return cleaned


_Rows = formset_factory(HeaderForm, extra=2, max_num=custom_headers.MOST, validate_max=True, can_delete=True)
NEW = {"types": [EventType.FINAL, EventType.CORRECTED], "form": Endpoint.Form.STANDARD}


class BothForms:
    """The endpoint's form and its headers', which are sent together."""

    def __init__(self, endpoint: Endpoint | None, sent: QueryDict | None = None) -> None:
        self.main = EndpointForm(sent, initial=_initial(endpoint) if endpoint else NEW)
        rows = custom_headers.in_a_form(endpoint.headers) if endpoint else {}
        initial = [{"name": name, "value": row["value"], "secret": bool(row["secret"])} for name, row in rows.items()]
        self.headers: BaseFormSet[HeaderForm] = _Rows(sent, initial=initial, prefix=HEADERS)

    def is_valid(self) -> bool:
        return all([self.main.is_valid(), self.headers.is_valid()])

    def filled(self) -> list[tuple[HeaderForm, Header]]:
        """The headers that are wanted, each with the row that it was written in."""
        rows = [(form, form.cleaned_data) for form in self.headers.forms]
        return [
            (form, Header(told["name"].strip(), told["value"], told["secret"]))
            for form, told in rows
            if told.get("name") and not told.get("DELETE")
        ]


def merged(sent: QueryDict, conflict: Conflict) -> QueryDict:
    """What the person changed, and everything else as it is now."""
    typed = merge(sent, EndpointForm.base_fields, conflict)
    if not (conflict.now[HEADERS] or conflict.before.get(HEADERS)):
        return typed
    return merge_rows(typed, HEADERS, conflict, key="name", ids={name: name for name in conflict.now[HEADERS]})


def _initial(endpoint: Endpoint) -> dict[str, Any]:
    return {
        "name": endpoint.name,
        "url": endpoint.url,
        "types": endpoint.types,
        "apps": list(endpoint.apps.values_list("pk", flat=True)),
        "form": endpoint.form,
    }
