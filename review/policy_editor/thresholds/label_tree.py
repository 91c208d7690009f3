"""The labels of the page of the thresholds: as a tree by severity, or what is found by typing, each with what it counts
as in one scope.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from moderation import labels
from moderation.policy import Policy
from moderation.policy.inheritance import effective, section_of
from moderation.policy.sections import ANY_LABEL, Section, levels_of_key
from moderation.policy.taxonomy import CATEGORIES, CRITICAL, SEVERITIES
from review.policy_editor.thresholds.labelled import Labelled, labelled, of_found, severity_name
from review.policy_editor.thresholds.place import Place, read_label
from review.policy_editor.thresholds.zones import Zones, zones

MOST_FOUND = 50
MOST_ROWS = 400  # of the tree; a longer list is narrowed by typing
_CATEGORIES = [one.risk_label1 for one in CATEGORIES]


@dataclass(frozen=True, slots=True)
class LabelRow:
    """`count` is how often the label, or one below it, was seen; `query` leads to it, `toggle` opens or closes what is
    below it. `is_own`: the scope has a threshold for exactly this label; `is_new`: and the draft changes that.
    """

    label: Labelled
    count: int
    zones: Zones | None
    is_own: bool
    is_new: bool
    is_chosen: bool
    has_more: bool
    is_open: bool
    query: str
    toggle: str

    @property
    def is_locked(self) -> bool:
        """Rated critical by itself, so that loosening it is confirmed."""
        return self.label.severity == CRITICAL and self.label.is_rated and self.label.depth > 1


@dataclass(frozen=True, slots=True)
class Group:
    """The categories of one severity with what stands open below them; "" for those without one."""

    severity: str
    rows: tuple[LabelRow, ...]

    @property
    def severity_name(self) -> str:
        return severity_name(self.severity)


@dataclass(frozen=True, slots=True)
class LabelTree:
    """`counts` are how many labels each filter shows; `is_cut` where not all that fit are listed."""

    groups: tuple[Group, ...]
    counts: Mapping[str, int]
    shown: str
    is_cut: bool
    new_path: str = ""

    @property
    def rows(self) -> list[LabelRow]:
        return [row for group in self.groups for row in group.rows]


def label_tree(draft: Policy, in_force: Policy, place: Place, seen: Mapping[str, int]) -> LabelTree:
    """`seen` is how often each label was seen, by key."""
    tree = _Tree(draft, in_force, place, seen)
    if place.typed.strip():
        return tree.found()
    return tree.branches()


class _Tree:
    def __init__(self, draft: Policy, in_force: Policy, place: Place, seen: Mapping[str, int]) -> None:
        self.draft, self.place = draft, place
        self.own, self.own_in_force = (_own(policy, place) for policy in (draft, in_force))
        self.known = labels.everything()
        self.counts = _with_those_above(seen)
        self.sets = {
            "seen": {key for key in seen if key},
            "all": set(self.known),
            "own": set(self.own) | {key for key in self.own_in_force if key not in self.own},
            "unnamed": {key for key in {*self.known, *seen} if key and not _is_named(self.known.get(key))},
        }
        self.shown = place.shown or ("seen" if self.sets["seen"] else "all")

    def found(self) -> LabelTree:
        """Those that match what is typed, the best first; a path that nothing is called can be chosen all the same."""
        matches = labels.matching(self.place.typed, at_most=MOST_FOUND + 1)
        keys = dict.fromkeys(labels.threshold_key(one.path, labels.in_force()) for one in matches[:MOST_FOUND])
        rows = tuple(self._row(labelled(key), has_more=False) for key in keys)
        return self._made((Group("", rows),), is_cut=len(matches) > MOST_FOUND, new_path=self._new_path(keys))

    def _new_path(self, found: Mapping[str, None]) -> str:
        """What is typed, where it reads as a path that nothing is called."""
        typed = read_label(self.place.typed)
        return typed if typed not in self.known and ("/" in typed or not found) else ""

    def branches(self) -> LabelTree:
        listed = self._listed()
        children = _children(listed)
        rows = list(self._below("", children))
        by_severity: dict[str, list[LabelRow]] = {one: [] for one in (*reversed(SEVERITIES), "")}
        severity = ""
        for row in rows[:MOST_ROWS]:
            severity = row.label.severity if row.label.depth == 1 else severity
            by_severity[severity].append(row)
        groups = (Group(one, tuple(found)) for one, found in by_severity.items() if found)
        return self._made(tuple(groups), is_cut=len(rows) > MOST_ROWS)

    def _made(self, groups: tuple[Group, ...], *, is_cut: bool, new_path: str = "") -> LabelTree:
        counts = {name: len(keys) for name, keys in self.sets.items()}
        return LabelTree(groups, counts, self.shown, is_cut, new_path)

    def _listed(self) -> set[str]:
        """The labels of the filter, the chosen one, and those above them."""
        wanted = self.sets[self.shown] | {self.place.label, ANY_LABEL}
        return {above for key in wanted if key for above in _and_above(key)}

    def _below(self, key: str, children: Mapping[str, list[str]]) -> Iterable[LabelRow]:
        for one in self._ordered(children.get(key, ())):
            row = self._row(self._named(one), has_more=one in children)
            yield row
            if row.is_open:
                yield from self._below(one, children)

    def _ordered(self, keys: Iterable[str]) -> list[str]:
        """Categories as the product names them, below them what was seen most."""
        return sorted(keys, key=lambda key: (_place_of(key), -self.counts[key], key))

    def _named(self, key: str) -> Labelled:
        found = self.known.get(key)
        return of_found(key, found) if found else labelled(key)

    def _row(self, label: Labelled, *, has_more: bool) -> LabelRow:
        key, chosen = label.key, self.place.label
        origin = effective(self.draft, self.place.scope, key)
        is_narrow = self.shown in ("own", "unnamed")  # a short list: everything in it is seen at once
        return LabelRow(
            label,
            self.counts[key],
            zones(origin.threshold) if origin else None,
            is_own=key in self.own,
            is_new=self.own.get(key) != self.own_in_force.get(key),
            is_chosen=key == chosen,
            has_more=has_more,
            is_open=has_more and (is_narrow or key in self.place.opened or _is_above(key, chosen) or key == chosen),
            query=self.place.at(label=key),
            toggle=self.place.toggled(key),
        )


def _is_named(found: labels.Found | None) -> bool:
    return found is not None and bool(found.name_en or found.name_zh)


def _own(policy: Policy, place: Place) -> dict[str, object]:
    section: Section | None = section_of(policy, place.scope)
    return dict(section.thresholds) if section else {}


def _and_above(key: str) -> list[str]:
    """A label and those above it."""
    levels = levels_of_key(key)
    return ["/".join(levels[:nth]) for nth in range(1, len(levels) + 1)]


def _is_above(key: str, other: str) -> bool:
    return other.startswith(f"{key}/")


def _with_those_above(seen: Mapping[str, int]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for key, count in seen.items():
        for one in _and_above(key):
            counts[one] += count
    return counts


def _children(listed: Iterable[str]) -> dict[str, list[str]]:
    children: dict[str, list[str]] = {}
    for key in listed:
        children.setdefault("/".join(levels_of_key(key)[:-1]), []).append(key)
    return children


def _place_of(key: str) -> int:
    return _CATEGORIES.index(key) if key in _CATEGORIES else len(_CATEGORIES)
