"""What an event changed, as rows of before and after. Events keep `before` beside the new values, or beside `after`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from accounts.audit_actions import AuditAction
from accounts.models import AuditEvent
from accounts.versions.words import label_of, value_in_words
from review.presentation.audit.things import Things, model_of

MOST_IN_SENTENCE = 3
LONGEST_IN_SENTENCE = 40


@dataclass(frozen=True, slots=True)
class Change:
    """`what` is the value's name; an empty `before` or `after` is none."""

    what: str
    before: str
    after: str


def changes(event: AuditEvent, things: Things) -> list[Change]:
    """Empty for an event that does not say what was before."""
    return list(_changes(event, things))


def in_one_line(found: Sequence[Change]) -> str:
    """The first changes, for the sentence; "" for none."""
    told = [f"{one.what} {_cut(one.before)} → {_cut(one.after)}" for one in found[:MOST_IN_SENTENCE]]
    left = len(found) - len(told)
    return "; ".join([*told, *([gettext("{n} more").format(n=left)] if left else [])])


def _cut(value: str) -> str:
    return (value if len(value) <= LONGEST_IN_SENTENCE else f"{value[:LONGEST_IN_SENTENCE]}…") or "–"


def kept_apart(event: AuditEvent) -> set[str]:
    """The names of the details that `changes` tells, not to be told again."""
    before, after = _pair(event)
    return {"before", "after", "added", "removed", "named", "unnamed"} | set(before) | (set(after) & set(before))


def _changes(event: AuditEvent, things: Things) -> Iterator[Change]:
    before, after = _pair(event)
    for name in dict.fromkeys((*before, *after)):
        if before.get(name) != after.get(name):
            yield _change(event, name, before.get(name), after.get(name))
    added, removed = event.details.get("added"), event.details.get("removed")
    if isinstance(added, list) and isinstance(removed, list):
        what = gettext("teams") if event.action == AuditAction.QUEUE_TEAMS_SET else gettext("members")
        yield from _members(what, removed, added, things)
        told = event.details
        yield from _members(gettext("named in person"), told.get("unnamed", []), told.get("named", []), things)


def _pair(event: AuditEvent) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    details = event.details
    before, after = details.get("before"), details.get("after")
    if isinstance(before, dict) and isinstance(after, dict):
        return before, after
    if isinstance(before, dict):
        return before, {name: details[name] for name in before if name in details}
    single = [name for name in ("name", "text", "number", "url", "reasons", "filter") if name in details]
    return ({single[0]: before}, {single[0]: details[single[0]]}) if "before" in details and single else ({}, {})


def _change(event: AuditEvent, name: str, before: Any, after: Any) -> Change:
    model = model_of(event.on_type)
    label = label_of(model, name) if model else name
    if isinstance(before, dict) and isinstance(after, dict):
        gone, new = _differing(before, after), _differing(after, before)
        return Change(label, _set(gone), _set(new))
    return Change(label, _value(model, name, before), _value(model, name, after))


def _differing(some: Mapping[str, Any], others: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in some.items() if key not in others or others[key] != value}


def _set(values: Mapping[str, Any]) -> str:
    return ", ".join(_entry(key, value) for key, value in values.items())


def _entry(key: str, value: Any) -> str:
    """A chosen thing by its name, a row by its key and fields."""
    return f"{key} ({_plain(value)})" if isinstance(value, dict) else str(value)


def _value(model: Any, name: str, value: Any) -> str:
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, dict) or (isinstance(value, list) and any(isinstance(one, dict) for one in value)):
        return _plain(value)
    return value_in_words(model, name, value) if model else str(value)


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return " · ".join(f"{key} {_plain(one)}" for key, one in value.items() if one not in (None, "", [], {}))
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    return str(value)


def _members(what: str, removed: list[Any], added: list[Any], things: Things) -> Iterator[Change]:
    if removed or added:
        yield Change(what, _people(removed, things), _people(added, things))


def _people(keys: list[Any], things: Things) -> str:
    """Older events name members by their keys."""
    return ", ".join(things.person(key) if isinstance(key, int) else str(key) for key in keys)
