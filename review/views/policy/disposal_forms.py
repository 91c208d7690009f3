"""The forms of the customer's own labels. They only parse; the rules are in moderation.disposal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from moderation.disposal.entries import DisposalRefused
from moderation.disposal.in_force import FIELDS
from moderation.disposal.mapping import Own
from moderation.models import OwnLabel
from moderation.models.label import MAX_IDENTIFIER_CHARACTERS
from moderation.models.own_label import MAX_DESCRIPTION_CHARACTERS

_PLAIN = {"autocomplete": "off", "spellcheck": "false", "dir": "auto"}


class Form(forms.Form):
    """A form that shows why an action was refused, and keeps what was typed."""

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.auto_id, self.label_suffix = f"{type(self).__name__.lower()}-%s", ""

    def refuse(self, refusal: DisposalRefused) -> None:
        self.add_error(None, str(refusal))


class Change(Form):
    risk_label1 = forms.CharField(
        label="riskLabel1", max_length=MAX_IDENTIFIER_CHARACTERS, widget=forms.TextInput(attrs=_PLAIN)
    )
    risk_label2 = forms.CharField(
        label="riskLabel2", max_length=MAX_IDENTIFIER_CHARACTERS, required=False, widget=forms.TextInput(attrs=_PLAIN)
    )
    risk_label3 = forms.CharField(
        label="riskLabel3", max_length=MAX_IDENTIFIER_CHARACTERS, required=False, widget=forms.TextInput(attrs=_PLAIN)
    )
    risk_description = forms.CharField(
        label="riskDescription",
        max_length=MAX_DESCRIPTION_CHARACTERS,
        required=False,
        widget=forms.TextInput(attrs=_PLAIN),
        help_text=_("Empty: their labels, joined by colons."),
    )
    risk_level = forms.ChoiceField(label="riskLevel", required=False, choices=OwnLabel.Level.choices)

    @classmethod
    def of(cls, sent: QueryDict | None, row: OwnLabel) -> Change:
        return cls(sent, initial={name: getattr(row, name) for name in FIELDS})

    def own(self) -> Own:
        return Own(**{name: self.cleaned_data[name] for name in FIELDS})


class Add(Change):
    label = forms.CharField(
        label=_("Our label"),
        max_length=3 * MAX_IDENTIFIER_CHARACTERS,
        widget=forms.TextInput(attrs={**_PLAIN, "list": "unmapped-labels"}),
        help_text=_("As in porn/nudity; it counts for the labels below it too. “*” is every other label."),
    )
    field_order = ["label"]


class Import(Form):
    file = forms.FileField(
        label=_("CSV file"),
        help_text=_("UTF-8, up to 4 MiB."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )
    replace = forms.BooleanField(label=_("Remove what the file does not name"), required=False)
