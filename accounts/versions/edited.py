"""The version of a thing that people edit: the values of all that its form shows, signed, in one text.

A form carries the version that it was opened on, and the verb receives it as `expected_version`. The verb locks its row
and calls `check`: when a value is another one by now, nothing is written, and Conflict says what changed and by whom.
Because the version holds the values, and not only their digest, the form can be merged (`accounts.versions.forms`).
No column has to be kept in step, and every way to change a value counts, also one that is no form.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.signing import BadSignature, Signer
from django.db import models
from django.utils.translation import gettext

from accounts import times
from accounts.audit_actions import AuditAction
from accounts.models import AuditEvent
from accounts.versions.words import change_in_words

Values = Mapping[str, Any]
"""JSON values by the name of their form field. A set of chosen things is an object from id to name, a set of rows one
from key to fields."""

_SIGNER = Signer(salt="accounts.versions")


class UnknownVersion(ValueError):
    """The version is none of ours: cut off, made up, or signed with an earlier SECRET_KEY. Reloading the page helps."""


@dataclass(frozen=True, slots=True)
class Change:
    """A value that another person changed. None where there was, or is, no such value."""

    name: str
    before: Any
    now: Any


class Conflict(ValueError):
    """Somebody else changed the thing since its form was opened. Nothing was written. The person decides again."""

    def __init__(self, sentences: Collection[str], *, before: Values, now: Values) -> None:
        super().__init__(" ".join(sentences))
        self.sentences, self.before, self.now = tuple(sentences), before, now


@dataclass(frozen=True, slots=True)
class Edited:
    """What people edit of one kind of thing. `labels` name values that are no field of the model; `recorded_as` are the
    audit actions of their changes.
    """

    values: Callable[[Any], Values]
    recorded_as: Collection[AuditAction]
    labels: Mapping[str, Any] = field(default_factory=dict)

    def version(self, thing: models.Model) -> str:
        """The thing as it is now. Equal for equal values."""
        return _SIGNER.sign_object(_plain(self.values(thing)), compress=True)

    def check(self, expected: str | None, thing: models.Model, *, parts: Collection[str] = ()) -> None:
        """Raises Conflict when a value of the thing is not the expected one any more; `parts` are those that the caller
        writes, default: all. The caller has locked the row. None expects nothing: commands and fixtures.
        """
        if expected is None:
            return
        before, now = _read(expected), _plain(self.values(thing))
        changes = [Change(name, before.get(name), now[name]) for name in now if not parts or name in parts]
        changes = [change for change in changes if change.before != change.now]
        if changes:
            raise Conflict(self._sentences(thing, changes), before=before, now=now)

    def _sentences(self, thing: models.Model, changes: Collection[Change]) -> list[str]:
        """What changed, in words."""
        told = [change_in_words(thing, self.labels, change.name, change.before, change.now) for change in changes]
        merged = gettext(
            "Nothing was saved. What you had changed is still as you typed it, everything else is as it is now: "
            "look through the form, then save it again."
        )
        return [self._opening(thing), *told, merged]

    def _opening(self, thing: models.Model) -> str:
        event = AuditEvent.objects.filter(
            on_type=thing._meta.model_name, on_id=str(thing.pk), action__in=self.recorded_as
        ).last()
        if event is None:
            return gettext("This was changed after you had opened the page.")
        told = gettext("%(who)s changed this at %(at)s, after you had opened the page.")
        return told % {"who": event.by_name, "at": times.text(event.at)}


def _plain(values: Values) -> dict[str, Any]:
    """As JSON reads it again, so that both sides of a comparison are of the same types."""
    plain: dict[str, Any] = json.loads(json.dumps(values))
    return plain


def _read(version: str) -> dict[str, Any]:
    try:
        values = _SIGNER.unsign_object(version)
    except (BadSignature, ValueError):
        raise UnknownVersion(
            gettext("The form does not say which version it was opened on. Reload the page.")
        ) from None
    return dict(values)
