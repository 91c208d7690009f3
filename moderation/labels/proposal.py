"""What an import of labels would change, as a value that goes to the page and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.utils.translation import gettext

from moderation.labels.catalogue_file import path_text
from moderation.policy.taxonomy import Key, Named

_SALT = "labels.proposal"


class ImportRefused(ValueError):
    """Nothing was written. `faults` are the first of `total`, as sentences."""

    def __init__(self, told: str, faults: Sequence[str] = (), total: int = 0) -> None:
        super().__init__(told)
        self.faults, self.total = tuple(faults), total


@dataclass(frozen=True, slots=True)
class Change:
    """One label: as it was, None when it is new, and what the file says, where "" and None leave what there is. `raw`
    is level 1 as the file has it.
    """

    key: Key
    raw: str
    before: Named | None
    wanted: Named

    @property
    def path(self) -> str:
        return path_text(self.key)

    @property
    def after(self) -> Named:
        had, wanted = self.before or Named(), self.wanted
        return Named(
            wanted.name_en or had.name_en,
            wanted.name_zh or had.name_zh,
            wanted.severity or had.severity,
            wanted.aliases or had.aliases,
        )

    @property
    def is_renamed(self) -> bool:
        had, has = self.before, self.after
        return had is not None and (had.name_en, had.name_zh) != (has.name_en, has.name_zh)

    @property
    def is_aliased(self) -> bool:
        return self.before is not None and self.before.aliases != self.after.aliases

    @property
    def is_rated(self) -> bool:
        return self.before is not None and self.before.severity != self.after.severity


@dataclass(frozen=True, slots=True)
class Proposal:
    """What an import would change. `unchanged` labels of the file already are as it says."""

    changes: tuple[Change, ...]
    unchanged: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """A label with another name, other aliases and another severity counts as all three."""
        return {
            "new": sum(change.before is None for change in self.changes),
            "renamed": sum(change.is_renamed for change in self.changes),
            "aliased": sum(change.is_aliased for change in self.changes),
            "rated": sum(change.is_rated for change in self.changes),
            "unchanged": self.unchanged,
        }

    def token(self) -> str:
        """The proposal for `apply`, signed."""
        rows = [(*one.key, one.raw, _values(one.before), _values(one.wanted)) for one in self.changes]
        return signing.dumps([self.unchanged, rows], salt=_SALT, compress=True)


class Overtaken(ValueError):
    """Somebody changed labels after they were proposed. Nothing was written. `differences` are the labels as they were
    and as they are; `proposal` is what the file would change now.
    """

    def __init__(self, differences: Sequence[tuple[str, Named, Named]], proposal: Proposal) -> None:
        super().__init__(gettext("Nothing was saved. Below is what the file would change now."))
        self.differences, self.proposal = tuple(differences), proposal


def _values(named: Named | None) -> list[Any] | None:
    return [named.name_en, named.name_zh, named.severity, list(named.aliases)] if named else None


def _named(values: Sequence[Any]) -> Named:
    name_en, name_zh, severity, aliases = values
    return Named(name_en, name_zh, severity, tuple(aliases))


def read_token(token: str) -> Proposal:
    try:
        unchanged, rows = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        raise ImportRefused(gettext("The form did not arrive whole. Nothing was changed.")) from None
    changes = [
        Change((one, two, three), raw, _named(before) if before else None, _named(wanted))
        for one, two, three, raw, before, wanted in rows
    ]
    return Proposal(tuple(changes), unchanged)
