"""Which stored scores one threshold decides about: its label's and those below it that have none of their own, in the
results that its scope fits and no narrower one decides.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from moderation.policy import Policy, Scope, Section
from moderation.policy.inheritance import above, path_keys, section_of

_FIELDS = (
    ("app", "f.app_id = (SELECT id FROM accounts_app WHERE app_id = %s)"),
    ("event", "f.event = %s"),
    ("type", "%s = ANY (string_to_array(f.type, '_'))"),
    ("lang", "f.lang = %s"),
)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A narrower scope that decides about some of the labels itself."""

    scope: Scope
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    labels: tuple[str, ...]
    scope: Scope
    elsewhere: tuple[Elsewhere, ...] = ()

    def condition(self) -> tuple[str, list[Any]]:
        """For a statement in which `s` are scores and `f` the facts of their results."""
        text, values = fits(self.scope)
        for one in self.elsewhere:
            inner, more = fits(one.scope)
            text += f" AND (s.label = ANY (%s) AND {inner}) IS NOT TRUE"
            values += [list(one.labels), *more]
        return text, values


def asked(policy: Policy, scope: Scope, key: str, known: Collection[str]) -> Asked:
    """`known` are the keys of the labels that may have scores."""
    labels = _under(key, known, own=section_of(policy, scope))
    narrower = ((one.scope, _decided_by(one, labels)) for one in above(policy, scope))
    return Asked(tuple(labels), scope, tuple(Elsewhere(there, its) for there, its in narrower if its))


def fits(scope: Scope) -> tuple[str, list[Any]]:
    """The same as `Scope.fits`, for facts `f` as they are stored."""
    parts = [(text, getattr(scope, name)) for name, text in _FIELDS if getattr(scope, name)]
    if scope.level:
        parts.append(("f.level = ANY (%s)", list(scope.level)))
    return " AND ".join(["TRUE", *(text for text, _ in parts)]), [value for _, value in parts]


def _under(key: str, known: Iterable[str], *, own: Section | None) -> list[str]:
    """The label and what is below it, unless a threshold of its own stands in between."""
    others = {one for one in (own.thresholds if own else ()) if one != key}
    return [one for one in dict.fromkeys((key, *known)) if _first(one, {*others, key}) == key]


def _first(label: str, keys: Collection[str]) -> str | None:
    return next((key for key in path_keys(label) if key in keys), None)


def _decided_by(section: Section, labels: Iterable[str]) -> tuple[str, ...]:
    return tuple(label for label in labels if _first(label, section.thresholds) is not None)
