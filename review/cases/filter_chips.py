"""The filters of a search as chips, each with the search without it, and what was typed as a new filter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from django.forms import ChoiceField, ModelChoiceField
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext

from accounts.models import User
from moderation import labels
from review.cases import find
from review.cases.find import Found
from review.cases.search_form import SearchForm
from review.presentation.label_names import label_name, level_names


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set: its name, its value in words, and the search without it."""

    name: str
    value: str
    without: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A filter that what was typed may mean, and the search with it."""

    kind: str
    value: str
    url: str


def chips(form: SearchForm, query: str) -> list[Chip]:
    set_ = QueryDict(query)
    return [
        Chip(str(form[name].label), _in_words(form, name, str(set_[name])), narrowed(query, {name: ""}))
        for name in set_
    ]


def suggestions(typed: str, query: str, *, user: User) -> list[Suggestion]:
    """What the typed text may mean, the likeliest first; "name:value" means just that."""
    name, colon, value = typed.partition(":")
    if colon and name.strip() in SearchForm.base_fields and value.strip():
        field, said = name.strip(), value.strip()
        return [Suggestion(str(SearchForm.base_fields[field].label or field), said, narrowed(query, {field: said}))]
    return list(_meant(typed.strip(), query, find.find(typed, user=user)))


def _meant(typed: str, query: str, found: Found) -> Iterator[Suggestion]:
    if found.cases:
        yield Suggestion(gettext("Id"), typed, narrowed(query, {"q": typed}))
    for queue in found.queues:
        yield Suggestion(gettext("Queue"), str(queue), narrowed(query, {"queue": queue.slug}))
    for label in found.labels:
        name = " › ".join(level_names(label.path, labels.in_force()))
        yield Suggestion(gettext("Label"), name, narrowed(query, {"label": str(label.path)}))
    for person in found.people:
        yield Suggestion(gettext("Decided by"), str(person), narrowed(query, {"decidedBy": person.email}))


def _in_words(form: SearchForm, name: str, value: str) -> str:
    field: Any = form.fields[name]
    if name == "label":
        return label_name(value.strip("/ "), labels.in_force()) or value
    if isinstance(field, ModelChoiceField):
        chosen = form.cleaned_data.get(name) if form.is_valid() else None
        return str(chosen or value)
    if isinstance(field, ChoiceField):
        return str(dict(cast(Any, field.choices)).get(value, value))
    return value


def narrowed(query: str, changes: dict[str, str]) -> str:
    """The address of the search with other filters; "" takes one away."""
    asked = QueryDict(query, mutable=True)
    for name, value in changes.items():
        asked.pop(name, None)
        if value:
            asked[name] = value
    said = asked.urlencode()
    return f"{reverse('review:cases')}?{said}" if said else reverse("review:cases")
