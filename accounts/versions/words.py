"""One change in words, for the person whose form is older: `active: yes → no`, `Members: + bob@example.test`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.translation import gettext

from accounts import times

Thing = models.Model | type[models.Model]

LONGEST = 120  # characters of one value in the sentence


def change_in_words(thing: Thing, labels: Mapping[str, Any], name: str, before: Any, now: Any) -> str:
    label = f"{labels[name] if name in labels else label_of(thing, name)}: "
    if isinstance(now, dict) and isinstance(before, dict | None):
        return label + ", ".join(_set_changes(before or {}, now))
    return f"{label}{value_in_words(thing, name, before)} → {value_in_words(thing, name, now)}"


def _set_changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    for key in dict.fromkeys((*before, *now)):
        if key not in before:
            yield f"+ {_named(key, now[key])}"
        elif key not in now:
            yield f"− {_named(key, before[key])}"
        elif before[key] != now[key]:
            yield f"{_named(key, before[key])} → {_named(key, now[key])}"


def _named(key: str, value: Any) -> str:
    """A chosen thing by its name, a row by its key and fields."""
    return f"{key} ({', '.join(str(one) for one in value.values() if one)})" if isinstance(value, dict) else str(value)


def label_of(thing: Thing, name: str) -> str:
    """The name of a field as its form has it; of what is no field, the name itself."""
    try:
        found = thing._meta.get_field(name)
    except FieldDoesNotExist:
        return name
    return str(getattr(found, "verbose_name", name))


def value_in_words(thing: Thing, name: str, value: Any) -> str:
    """A JSON value as its form shows it, "–" for none."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if value in (None, "", []):
        return "–"
    if isinstance(value, list):
        return ", ".join(_choice(thing, name, one) for one in value)
    text = _choice(thing, name, value)
    return f"“{text[:LONGEST]}…”" if len(text) > LONGEST else text


def _choice(thing: Thing, name: str, value: Any) -> str:
    """The value as the form shows it."""
    try:
        found: Any = thing._meta.get_field(name)
    except FieldDoesNotExist:
        return str(value)
    if isinstance(found, models.DateTimeField):
        return _moment(str(value))
    choices = dict(getattr(getattr(found, "base_field", found), "flatchoices", ()))
    return str(choices.get(value, value))


def _moment(value: str) -> str:
    """In the reader's zone; one without a zone is in it already."""
    try:
        at = datetime.fromisoformat(value)
        return times.text(at) if at.tzinfo else f"{at:%Y-%m-%d %H:%M}"
    except (ValueError, OverflowError):
        return value
