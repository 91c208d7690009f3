"""Where one policy is milder than another about critical labels: what somebody has to confirm by typing a number. Pure.

Compared are the labels of the catalogue and those that thresholds name, for every set of sections that can judge one
result: in the scopes of both policies, and where they overlap.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from moderation.policy.changes import Effective, effective_in
from moderation.policy.policy import Policy
from moderation.policy.sections import ANY_LABEL, Scope, Section, label_key, path_of_key
from moderation.policy.taxonomy import CRITICAL, Severity, Taxonomy

Kind = Literal["rejects-less", "any-loosens"]
_NEVER = 1001  # above every score


@dataclass(frozen=True, slots=True)
class Loosened:
    """A critical label that the newer policy rejects less (`rejects-less`), or about which its `*` is milder than what
    counted before (`any-loosens`). `section` is the newer policy's most specific one for the scope, "" for none.
    """

    kind: Kind
    label: str
    scope: Scope
    section: str
    before: Effective
    after: Effective


@dataclass(frozen=True, slots=True)
class _Region:
    """The results that several scopes fit. `types` are the parts that their `type` has, `level` is empty for any."""

    app: str = ""
    event: str = ""
    lang: str = ""
    level: frozenset[int] = frozenset()
    types: frozenset[str] = frozenset()

    @classmethod
    def of(cls, scope: Scope) -> _Region:
        types = frozenset((scope.type,) if scope.type else ())
        return cls(scope.app, scope.event, scope.lang, frozenset(scope.level), types)

    def within(self, scope: Scope) -> _Region | None:
        """Those of them that the scope fits too; None where there are none."""
        other = _Region.of(scope)
        pairs = ((self.app, other.app), (self.event, other.event), (self.lang, other.lang))
        level = self.level & other.level if self.level and other.level else self.level | other.level
        if any(one and two and one != two for one, two in pairs) or (self.level and other.level and not level):
            return None
        app, event, lang = (one or two for one, two in pairs)
        return _Region(app, event, lang, level, self.types | other.types)

    def as_scope(self) -> Scope:
        return Scope(self.app, self.event, "_".join(sorted(self.types)), self.lang, tuple(sorted(self.level)))


def loosened(before: Policy, after: Policy, taxonomy: Taxonomy) -> tuple[Loosened, ...]:
    labels = critical_labels((before, after), taxonomy)
    regions = _regions(section.scope for policy in (after, before) for section in policy.sections)
    return tuple(found for region in regions for found in _in_region(region, before, after, labels))


def _regions(scopes: Iterable[Scope]) -> Collection[_Region]:
    """Everything, every scope, and wherever some of them overlap. They stay few: of one policy, sections that overlap
    differ in how specific they are.
    """
    found: dict[_Region, None] = {_Region(): None}
    for scope in dict.fromkeys(scopes):
        found |= {inside: None for region in tuple(found) if (inside := region.within(scope))}
    return found


def critical_labels(policies: Sequence[Policy], taxonomy: Taxonomy) -> list[str]:
    """Keys of the critical labels that the catalogue or a threshold names, in an order that does not change."""
    severities = _severities(taxonomy)
    named = (key for policy in policies for section in policy.sections for key in section.thresholds)
    known = {*severities, *(key for key in named if key != ANY_LABEL)}
    return sorted(key for key in known if _severity(key, severities, taxonomy) == CRITICAL)


def _in_region(region: _Region, before: Policy, after: Policy, labels: Sequence[str]) -> Iterator[Loosened]:
    old, new = _judging(before, region), _judging(after, region)
    if old == new:
        return
    for label in labels:
        was, now = effective_in(old, label), effective_in(new, label)
        if kind := _kind(was, now, old, new):
            yield Loosened(kind, label, region.as_scope(), new[0].name if new else "", was, now)


def _judging(policy: Policy, region: _Region) -> list[Section]:
    """The sections that judge every result of the region, the most specific first."""
    return [section for section in policy.by_specificity if region.within(section.scope) == region]


def _kind(was: Effective, now: Effective, old: Sequence[Section], new: Sequence[Section]) -> Kind | None:
    before, after = _rejects_from(was, old), _rejects_from(now, new)
    if before != _NEVER and after != before and (after is None or (before is not None and after > before)):
        return "rejects-less"
    if before is None and after == _NEVER:
        return "rejects-less"
    return "any-loosens" if now.key == ANY_LABEL and _is_milder(was, now) else None


def _rejects_from(found: Effective, sections: Sequence[Section]) -> int | None:
    """The score from which policy alone rejects; None is where the machine does."""
    if not sections or sections[0].after_reject == "confirm":
        return _NEVER
    counts = found.counts_as
    if counts is None:
        return None
    return _NEVER if counts.reject is None else counts.reject


def _is_milder(was: Effective, now: Effective) -> bool:
    """Whether a score may count milder than it did; of the machine's own level that is so unless all are blocked."""
    before, after = was.counts_as, now.counts_as
    if before is None or after is None:
        return after is not None and after.reject != 0
    pairs = ((before.review, after.review), (before.reject, after.reject))
    return any(_number(now) > _number(was) for was, now in pairs) and after != before


def _number(threshold: int | None) -> int:
    return _NEVER if threshold is None else threshold


def _severities(taxonomy: Taxonomy) -> Mapping[str, Severity]:
    """What has a severity of its own, by the key that its threshold has."""
    rated = ((key, named.severity) for key, named in taxonomy.labels.items() if named.severity)
    return {label_key([level for level in key if level], taxonomy): severity for key, severity in rated}


def _severity(label: str, severities: Mapping[str, Severity], taxonomy: Taxonomy) -> Severity | None:
    """Its own, or that of the level above; an alias has that of the label it stands for."""
    meant = label_key([level for level in taxonomy.key(path_of_key(label)) if level], taxonomy)
    while meant and meant not in severities:
        meant = meant.rpartition("/")[0]
    return severities.get(meant)
