"""The forms of word lists, for administrators. They only parse; the rules are in moderation.word_lists."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from moderation.models import WordList
from moderation.word_lists.patterns import TEXT_LIMIT
from moderation.word_lists.refusals import WordListRefused

_ROWS = {"rows": 5, "spellcheck": "false", "dir": "auto"}


class Form(forms.Form):
    """A form that shows why an action was refused, and keeps the typed text."""

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.auto_id, self.label_suffix = f"{type(self).__name__.lower()}-%s", ""

    def refuse(self, refusal: WordListRefused) -> None:
        self.add_error(None, str(refusal))


class NewList(Form):
    name = forms.CharField(label=_("Name"), max_length=100)
    kind = forms.ChoiceField(label=_("Finds its entries as"), choices=WordList.Kind.choices)


class Rename(Form):
    name = forms.CharField(label=_("Name"), max_length=100)


class Words(Form):
    words = forms.CharField(label=_("Words to add, one on each line"), widget=forms.Textarea(attrs=_ROWS))

    def lines(self) -> list[str]:
        return [line for line in self.cleaned_data["words"].splitlines() if line.strip()]


class Import(Form):
    file = forms.FileField(
        label=_("CSV file"),
        help_text=_(
            "UTF-8; one column (word) or two (list, word); up to 8 MiB. Other separators than the comma need a header."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )
    replace = forms.BooleanField(label=_("Replace the words that are there"), required=False)


class TryText(Form):
    text = forms.CharField(
        label=_("Text"), max_length=TEXT_LIMIT, strip=False, widget=forms.Textarea(attrs={**_ROWS, "rows": 3})
    )
