"""A choice among rows that are read once, to check what was chosen and to list them all."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms.models import ModelChoiceIterator
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe


class _PlainSelect(forms.Select):
    """Django renders a template for each option, which takes 20 ms for two hundred people."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = set(self.format_value(value) or [""])
        options = ((key, mark_safe(" selected") if str(key) in chosen else "", label) for key, label in self.choices)
        known = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        inside = format_html_join("", '<option value="{}"{}>{}</option>', options)
        return format_html("<select{}>{}</select>", flatatt(known), inside)


class _Choices(ModelChoiceIterator):  # type: ignore[type-arg] # takes no parameter at run time
    field: KnownRow

    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        for row in self.field.rows:
            yield self.choice(row)


class KnownRow(forms.ModelChoiceField):  # type: ignore[type-arg] # takes no parameter at run time
    """As its base, which asks for the chosen row and then for all of them. `to_field_name` has to be given."""

    iterator = _Choices
    widget = _PlainSelect

    @cached_property
    def rows(self) -> list[Any]:
        return list(self.queryset) if self.queryset is not None else []

    def to_python(self, value: Any) -> Model | None:
        if value in self.empty_values:
            return None
        for row in self.rows:
            if getattr(row, str(self.to_field_name)) == value:
                return row  # type: ignore[no-any-return] # of whichever model
        raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params={"value": value})
