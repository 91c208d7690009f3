"""Which stored scores one threshold decides about: its label's and those below it that have none of their own, in the
results that its scope fits and no narrower one decides.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from moderation.policy import Policy, Scope, Section, Taxonomy
from moderation.policy.inheritance import above, section_of
from moderation.policy.sections import keys, path_of_key

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

    def named(self) -> tuple[str, list[Any]]:
        """That `s` is of one of the labels. A single one is compared, so that its newest scores are read in the order
        of the index, and no others.
        """
        if len(self.labels) == 1:
            return "s.label = %s", [self.labels[0]]
        return "s.label = ANY (%s)", [list(self.labels)]

    def condition(self) -> tuple[str, list[Any]]:
        """For a statement in which `s` are scores and `f` the facts of their results."""
        text, values = fits(self.scope)
        for one in self.elsewhere:
            inner, more = fits(one.scope)
            text += f" AND (s.label = ANY (%s) AND {inner}) IS NOT TRUE"
            values += [list(one.labels), *more]
        return text, values


def asked(policy: Policy, scope: Scope, key: str, known: Collection[str], taxonomy: Taxonomy) -> Asked:
    """`known` are the labels that may have scores, as they are stored: an alias under its own path."""
    looked_up = {one: _keys(one, taxonomy) for one in dict.fromkeys((key, *known))}
    labels = _under(key, looked_up, own=section_of(policy, scope))
    narrower = ((one.scope, _decided_by(one, labels, looked_up)) for one in above(policy, scope))
    return Asked(tuple(labels), scope, tuple(Elsewhere(there, its) for there, its in narrower if its))


def fits(scope: Scope) -> tuple[str, list[Any]]:
    """The same as `Scope.fits`, for facts `f` as they are stored."""
    parts = [(text, getattr(scope, name)) for name, text in _FIELDS if getattr(scope, name)]
    if scope.level:
        parts.append(("f.level = ANY (%s)", list(scope.level)))
    return " AND ".join(["TRUE", *(text for text, _ in parts)]), [value for _, value in parts]


Keys = Mapping[str, tuple[str, ...]]


def _keys(label: str, taxonomy: Taxonomy) -> tuple[str, ...]:
    """Where the threshold of a stored label is looked for."""
    return keys(path_of_key(label), taxonomy)


def _under(key: str, looked_up: Keys, *, own: Section | None) -> list[str]:
    """The label and what is below it, unless a threshold of its own stands in between."""
    stops = {key, *(own.thresholds if own else ())}
    return [label for label, its in looked_up.items() if _first(its, stops) == key]


def _first(its: Iterable[str], among: Collection[str]) -> str | None:
    return next((key for key in its if key in among), None)


def _decided_by(section: Section, labels: Iterable[str], looked_up: Keys) -> tuple[str, ...]:
    return tuple(label for label in labels if _first(looked_up[label], section.thresholds) is not None)
