"""The scopes of a policy, most specific first, each with what one label counts as there and where that comes from."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext

from moderation.policy import Policy, Scope, Section, Threshold
from moderation.policy.inheritance import Origin, inheritance, section_of
from moderation.policy.sections import ANY_LABEL
from review.policy_editor.thresholds.labelled import labelled
from review.policy_editor.thresholds.place import Place, scope_fields
from review.policy_editor.thresholds.zones import Zones, zones
from review.presentation.scopes import scope_title, threshold_title

MOST_OFFERED = 8


@dataclass(frozen=True, slots=True)
class ScopeRow:
    """`numbers` is the threshold in short, `origin` where it comes from. `section` is None for a scope that has none
    of its own yet. `fields` are the scope as a form sends it.
    """

    scope: Scope
    title: str
    section: Section | None
    numbers: str
    zones: Zones | None
    origin: str
    is_own: bool
    is_new: bool
    is_chosen: bool
    query: str

    @property
    def fields(self) -> dict[str, str]:
        return scope_fields(self.scope)


def scope_list(draft: Policy, in_force: Policy, place: Place) -> list[ScopeRow]:
    """The default scope is always among them, and the one that is looked at."""
    scopes = {section.scope: None for section in draft.sections} | {place.scope: None, Scope(): None}
    return [_row(draft, in_force, place, scope) for scope in sorted(scopes, key=_order)]


@dataclass(frozen=True, slots=True)
class Offered:
    """A place that results come from, for which there is no section yet."""

    title: str
    count: int
    query: str


def offered_scopes(seen: Mapping[tuple[str, str], int], listed: Collection[Scope], place: Place) -> list[Offered]:
    """`seen` is how many results each app and event brought, the most first."""
    scopes = ((Scope(app=app, event=event), count) for (app, event), count in seen.items())
    others = [(scope, count) for scope, count in scopes if scope not in listed]
    return [Offered(scope_title(scope), count, place.at(scope=scope)) for scope, count in others[:MOST_OFFERED]]


def where_from(origin: Origin | None, scope: Scope, key: str, flags: Section) -> str:
    """Where a threshold comes from, seen from a label in a scope."""
    if origin is None:
        return _without_threshold(flags)
    there = origin.section.scope if origin.section else scope
    label = labelled(origin.key).name
    if there == scope:
        return gettext("own") if origin.key == key else gettext("from %(label)s, here") % {"label": label}
    if origin.key == key:
        return gettext("from %(scope)s") % {"scope": scope_title(there)}
    return gettext("from %(label)s, %(scope)s") % {"label": label, "scope": scope_title(there)}


def _without_threshold(flags: Section) -> str:
    if flags.otherwise == "machine":
        return gettext("no threshold: the machine's own level")
    return gettext("no threshold: %(level)s") % {"level": flags.otherwise}


def _row(draft: Policy, in_force: Policy, place: Place, scope: Scope) -> ScopeRow:
    key = place.label or ANY_LABEL
    now, then = inheritance(draft, scope, key), inheritance(in_force, scope, key)
    own, own_then = _own(draft, scope, key), _own(in_force, scope, key)
    is_new = own != own_then
    origin = where_from(now.decided, scope, key, now.flags)
    threshold = now.decided.threshold if now.decided else None
    return ScopeRow(
        scope,
        scope_title(scope),
        section_of(draft, scope),
        threshold_title(threshold),
        zones(threshold),
        _changed(origin, then.decided, scope, key, then.flags) if is_new else origin,
        is_own=own is not None,
        is_new=is_new,
        is_chosen=scope == place.scope,
        query=place.at(scope=scope),
    )


def _own(policy: Policy, scope: Scope, key: str) -> Threshold | None:
    section = section_of(policy, scope)
    return section.thresholds.get(key) if section else None


def _changed(origin: str, before: Origin | None, scope: Scope, key: str, flags: Section) -> str:
    """ "own in this draft, was 400 · 850 from default"."""
    told = {"now": origin, "then": threshold_title(before.threshold) if before else ""}
    told["from"] = where_from(before, scope, key, flags)
    if before and before.key == key and before.section and before.section.scope == scope:
        return gettext("%(now)s in this draft, was %(then)s") % told
    if before is None:
        return gettext("%(now)s in this draft, before: %(from)s") % told
    return gettext("%(now)s in this draft, was %(then)s %(from)s") % told


def _order(scope: Scope) -> tuple[int, str]:
    return -scope.specificity, scope_title(scope).casefold()
