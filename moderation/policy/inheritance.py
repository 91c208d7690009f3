"""Where a label's threshold comes from in a scope: which section, under which key. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from moderation.policy.policy import Policy
from moderation.policy.sections import ANY_LABEL, Scope, Section, Threshold

LEVELS = 3  # of a label


@dataclass(frozen=True, slots=True)
class Origin:
    """A threshold with the place it stands at. `section` is None for a step of a scope that has no section yet."""

    section: Section | None
    key: str
    threshold: Threshold | None


@dataclass(frozen=True, slots=True)
class Inheritance:
    """What a label counts as for the results that a scope fits. `steps` lead from the most general place that says
    something to the scope's own levels, those of the scope told also where they say nothing; the last that says
    something decides. `decided` is None where none does: then `flags.otherwise` counts.
    """

    steps: tuple[Origin, ...]
    decided: Origin | None
    flags: Section

    def is_own(self, scope: Scope, key: str) -> bool:
        """Whether the threshold stands at exactly this label in exactly this scope."""
        found = self.decided
        return found is not None and found.key == key and found.section is not None and found.section.scope == scope


def path_keys(key: str) -> tuple[str, ...]:
    """Where a label's threshold is looked for inside a section, from its own key to ANY_LABEL."""
    if key == ANY_LABEL:
        return (ANY_LABEL,)
    found = [key]
    while "/" in found[-1]:
        found.append(found[-1].rpartition("/")[0])
    return (*found, ANY_LABEL)


def covers(general: Scope, special: Scope) -> bool:
    """Whether every result that `special` fits is one that `general` fits."""
    pairs = ((general.app, special.app), (general.event, special.event), (general.type, special.type))
    if any(mine and mine != theirs for mine, theirs in (*pairs, (general.lang, special.lang))):
        return False
    return not general.level or (bool(special.level) and set(special.level) <= set(general.level))


def covering(policy: Policy, scope: Scope) -> list[Section]:
    """The sections that judge every result this scope fits, the scope's own first, then the less specific."""
    return [section for section in policy.by_specificity if covers(section.scope, scope)]


def above(policy: Policy, scope: Scope) -> list[Section]:
    """The sections that are asked before one of this scope, and can be for the same result."""
    return [
        section
        for section in policy.by_specificity
        if section.scope.specificity > scope.specificity and section.scope.overlaps(scope)
    ]


def section_of(policy: Policy, scope: Scope) -> Section | None:
    """The section of exactly this scope; there is at most one."""
    return next((section for section in policy.sections if section.scope == scope), None)


def flags_of(policy: Policy, scope: Scope) -> Section:
    """The section whose flags apply; one with the usual flags where none covers the scope."""
    return next(iter(covering(policy, scope)), Section(""))


def inheritance(policy: Policy, scope: Scope, key: str) -> Inheritance:
    sections = covering(policy, scope)
    here = section_of(policy, scope)
    inherited = [found for section in reversed(sections) if section is not here and (found := _first(section, key))]
    own = [_at(here, one) for one in reversed(path_keys(key))]
    told = [one for one in own if one.threshold is not None or one.key != ANY_LABEL]
    said = [one for one in (*inherited, *told) if one.threshold is not None]
    return Inheritance((*inherited, *told), said[-1] if said else None, flags_of(policy, scope))


def effective(policy: Policy, scope: Scope, key: str) -> Origin | None:
    """The threshold that decides about a label in a scope, without the steps that lead to it."""
    found = (_first(section, key) for section in covering(policy, scope))
    return next((one for one in found if one), None)


def _first(section: Section, key: str) -> Origin | None:
    return next((_at(section, one) for one in path_keys(key) if one in section.thresholds), None)


def _at(section: Section | None, key: str) -> Origin:
    return Origin(section, key, section.thresholds.get(key) if section else None)
