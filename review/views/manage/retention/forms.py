"""The forms of the pages of retention."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import App
from moderation.erasure.kinds import Kind
from moderation.labels.catalogue_file import levels_of, path_text
from moderation.policy.taxonomy import CATEGORIES
from review.models import Queue, RetentionRule
from review.models.retention import LONGEST_DAYS
from review.retention import subjects
from review.retention.clocks import FOR_EVER
from review.retention.rules import COLUMNS

KEPT = ("keep", "保留")  # what may be typed in either language
USUAL_DAYS = (7, 30, 90, 180, 365, 730)


class DaysField(forms.CharField):
    """A number of days, “keep” for ever, or nothing: then a less specific rule says it."""

    def __init__(self, label: Any, help_text: Any = "") -> None:
        attrs = {"list": "usual-days", "autocomplete": "off", "size": 8}
        super().__init__(label=label, help_text=help_text, max_length=20, required=False, widget=forms.TextInput(attrs))

    def prepare_value(self, value: Any) -> Any:
        return gettext("keep") if value in (FOR_EVER, str(FOR_EVER)) else value

    def clean(self, value: Any) -> int | None:
        text = str(value or "").strip().lower()
        if not text:
            return None
        if text in KEPT:
            return FOR_EVER
        if not (text.isascii() and text.isdecimal() and len(text) < 6 and 1 <= int(text) <= LONGEST_DAYS):
            refused = gettext("Write a number of days from 1 to {most}, or “{keep}”.")
            raise forms.ValidationError(refused.format(most=LONGEST_DAYS, keep=gettext("keep")))
        return int(text)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.clean(data) != initial)
        except forms.ValidationError:
            return True


class RuleForm(forms.Form):
    pictures_days = DaysField(_("Pictures, days"), _("The picture and all copies of it."))
    bodies_days = DaysField(_("Texts, days"), _("Requests, recognised text, boxes, webhook bodies, notes."))
    records_days = DaysField(
        _("Records, days"), _("Who the subject was, scores and attempts. Pictures and texts go with them.")
    )

    def __init__(self, sent: QueryDict | None, rule: RetentionRule) -> None:
        super().__init__(sent, initial={column: getattr(rule, column) for column in COLUMNS.values()})

    @property
    def days(self) -> Mapping[Kind, int | None]:
        return {kind: self.cleaned_data[column] for kind, column in COLUMNS.items()}


class NewRuleForm(RuleForm):
    queue = forms.ModelChoiceField(
        label=_("Queue"),
        queryset=Queue.objects.order_by("name"),
        required=False,
        to_field_name="slug",
        empty_label=_("every queue"),
    )
    label = forms.CharField(
        label=_("Label"),
        required=False,
        max_length=400,
        help_text=_("A path like porn/nudity; with all below it. Empty: every label."),
        widget=forms.TextInput({"list": "some-labels", "autocomplete": "off", "dir": "ltr"}),
    )
    field_order = ("queue", "label")

    def clean_label(self) -> str:
        text = self.cleaned_data["label"]
        levels = levels_of(text)
        if levels is None:
            raise forms.ValidationError(gettext("Write a path of at most three levels, like porn/nudity."))
        return path_text(levels) if any(levels) else ""

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if not found.get("queue") and not found.get("label") and not self.errors:
            raise forms.ValidationError(gettext("Choose a queue or a label. For everything there is a rule already."))
        return found


class SubjectForm(forms.Form):
    app = forms.ModelChoiceField(
        label=_("App"),
        queryset=App.objects.order_by("name"),
        required=False,
        to_field_name="app_id",
        empty_label=_("every app"),
    )
    token_id = forms.CharField(
        label="tokenId",
        max_length=subjects.LONGEST_TOKEN,
        widget=forms.TextInput({"autocomplete": "off", "dir": "ltr"}),
    )


def some_labels() -> list[str]:
    """Offered while a label is typed."""
    return [category.risk_label1 for category in CATEGORIES]
