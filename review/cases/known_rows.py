"""A choice among rows that are read once, to check what was chosen and to list them all."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms.models import ModelChoiceIterator


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
