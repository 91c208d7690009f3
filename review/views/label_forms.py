"""The forms of labels: to filter their list, to name one, to import many."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from moderation import labels
from moderation.contract.values import LabelPath
from moderation.models import Label
from moderation.models.label import MAX_IDENTIFIER_CHARACTERS, MAX_NAME_CHARACTERS
from moderation.policy import Taxonomy
from review.presentation.label_names import category_names


class Filters(forms.Form):
    """Read from the query string. Invalid values filter nothing."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Name or identifier"), "autocomplete": "off"}),
    )
    category = forms.CharField(
        label=_("Category"), required=False, max_length=MAX_IDENTIFIER_CHARACTERS, widget=forms.Select
    )
    severity = forms.ChoiceField(
        label=_("Severity"),
        required=False,
        choices=[("", _("Any")), *Label.Severity.choices, (labels.NO_SEVERITY, _("none"))],
    )
    unnamed = forms.BooleanField(label=_("Without a name"), required=False)
    seen = forms.BooleanField(label=_("Not from the product"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].widget.choices = self._categories()

    def narrowing(self) -> dict[str, Any]:
        """Arguments of `labels.listed`."""
        self.is_valid()
        said: dict[str, Any] = {name: value for name, value in self.cleaned_data.items() if value}
        typed = {"typed": said.pop("q")} if "q" in said else {}
        if "category" in said:
            said["category"] = labels.in_force().canonical(said["category"])
        return said | typed

    def _categories(self) -> list[tuple[str, Any]]:
        """The product's eight; of the many others only the selected one."""
        names = dict(category_names(labels.in_force()))
        asked = str(self["category"].value() or "")
        return [("", _("Any")), *names.items(), *([(asked, asked)] if asked and asked not in names else [])]


class LabelForm(forms.Form):
    name_en = forms.CharField(label=_("English name"), required=False, max_length=MAX_NAME_CHARACTERS)
    name_zh = forms.CharField(
        label=_("Chinese name"),
        required=False,
        max_length=MAX_NAME_CHARACTERS,
        widget=forms.TextInput(attrs={"lang": "zh"}),
    )
    severity = forms.ChoiceField(label=_("Severity"), required=False, choices=[("", ""), *Label.Severity.choices])
    aliases = forms.CharField(
        label=_("Aliases, one on each line"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "dir": "auto"}),
    )

    @classmethod
    def of(cls, sent: QueryDict | None, label: Label) -> LabelForm:
        """Filled in from the label, or from the form as sent."""
        form = cls(sent, initial=dict(labels.EDITED.values(label)))
        severity = form.fields["severity"]
        severity.choices = [("", _inherited(label, labels.in_force())), *Label.Severity.choices]  # type: ignore[attr-defined] # a choice field
        return form

    def clean(self) -> dict[str, Any]:
        if any(name not in self.data for name in self.fields):  # an empty value clears; a missing one was not sent
            raise forms.ValidationError(gettext("The form did not arrive whole. Nothing was changed."))
        return self.cleaned_data

    def named(self) -> dict[str, Any]:
        """Arguments of `labels.name`."""
        said = self.cleaned_data
        aliases = [line for line in said["aliases"].splitlines() if line.strip()]
        return said | {"severity": said["severity"] or None, "aliases": aliases}


class LabelImport(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("UTF-8, up to 4 MiB and 20,000 labels."),
        widget=forms.FileInput(attrs={"accept": ".csv,.json,text/csv,application/json"}),
    )


def _inherited(label: Label, taxonomy: Taxonomy) -> str:
    """The choice for a label without a severity of its own."""
    above = replace(label.path, risk_label3="") if label.risk_label3 else LabelPath(label.risk_label1)
    rated = taxonomy.rated(above) if label.risk_label2 or label.risk_label3 else None
    if rated is None:
        return gettext("none")
    level, severity = rated
    facts = {"severity": Label.Severity(severity).label, "label": LabelPath(*level)}
    return gettext("%(severity)s, as %(label)s has it") % facts
