"""Edit the sections of a policy, one change at a time: a policy in, a policy out. Pure.

Nothing is checked here that `parse.read` checks: whoever stores an edited policy writes and reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Literal, get_args

from moderation.policy.body_parts import MAX_NAME_CHARACTERS
from moderation.policy.inheritance import covering, section_of
from moderation.policy.policy import Policy
from moderation.policy.sections import FLAGS, Flag, Scope, Section, Threshold

Way = Literal["score", "allow", "review", "block", "inherit"]

WAYS: tuple[Way, ...] = get_args(Way)
ALLOW, REVIEW, BLOCK = Threshold(), Threshold(review=0), Threshold(reject=0)
_OF_WAY: Mapping[Way, Threshold | None] = {"allow": ALLOW, "review": REVIEW, "block": BLOCK, "inherit": None}
_FIELDS = {"otherwise": "otherwise", "afterReject": "after_reject", "intermediate": "intermediate"}


def way_of(threshold: Threshold | None) -> Way:
    """How a label's own threshold reads; None is inherited."""
    if threshold is None:
        return "inherit"
    return next((way for way, one in _OF_WAY.items() if one == threshold), "score")


def threshold_of(way: Way, *, review: int | None = None, reject: int | None = None) -> Threshold | None:
    """The threshold that a way stands for; None is inherited. The numbers count only by score."""
    return Threshold(review, reject) if way == "score" else _OF_WAY[way]


def set_threshold(policy: Policy, scope: Scope, key: str, threshold: Threshold | None) -> Policy:
    """Give a label a threshold of its own in a scope; None takes it back. A scope without a section is given one."""

    def edited(section: Section) -> Section:
        others = {name: one for name, one in section.thresholds.items() if name != key}
        own = {} if threshold is None else {key: threshold}
        return replace(section, thresholds=MappingProxyType(_in_order(section.thresholds, others | own)))

    if threshold is None and section_of(policy, scope) is None:
        return policy
    return _edited(policy, scope, edited)


def set_flag(policy: Policy, scope: Scope, flag: Flag, value: str) -> Policy:
    """Change how a scope treats what its thresholds leave open. Raises ValueError for what is no flag or no value."""
    if value not in FLAGS.get(flag, ()):
        raise ValueError(f"{flag}: {value}")
    return _edited(policy, scope, lambda section: replace(section, **{_FIELDS[flag]: value}))  # type: ignore[arg-type]


def add_scope(policy: Policy, scope: Scope) -> Policy:
    """With the flags of the section that its results had before: without thresholds it is to change nothing."""
    return policy if section_of(policy, scope) else replace(policy, sections=(*policy.sections, _new(policy, scope)))


def remove_scope(policy: Policy, scope: Scope) -> Policy:
    return replace(policy, sections=tuple(one for one in policy.sections if one.scope != scope))


def change_scope(policy: Policy, scope: Scope, to: Scope) -> Policy:
    """The same thresholds for other results. A name that was made of the scope follows it."""

    def moved(section: Section) -> Section:
        made = section.name == scope_name(scope)
        return replace(section, scope=to, name=_free_name(policy, to) if made else section.name)

    return _edited(policy, scope, moved) if section_of(policy, scope) else policy


def scope_name(scope: Scope) -> str:
    """ "web / live · EROTIC · zh · level 0, 1"; "default" is for all."""
    place = " / ".join(filter(None, (scope.app, scope.event)))
    level = f"level {', '.join(map(str, scope.level))}" if scope.level else ""
    return " · ".join(filter(None, (place, scope.type, scope.lang, level))) or "default"


def _edited(policy: Policy, scope: Scope, edit: Callable[[Section], Section]) -> Policy:
    """The policy with the section of this scope edited, in its place; made first where there is none."""
    with_it = add_scope(policy, scope)
    return replace(with_it, sections=tuple(edit(one) if one.scope == scope else one for one in with_it.sections))


def _new(policy: Policy, scope: Scope) -> Section:
    name, more_general = _free_name(policy, scope), covering(policy, scope)
    if not more_general:
        return Section(name, scope)
    return replace(more_general[0], name=name, scope=scope, thresholds=MappingProxyType({}))


def _free_name(policy: Policy, scope: Scope) -> str:
    """The scope in words, with a number where another section has that name."""
    taken = {section.name.casefold() for section in policy.sections if section.scope != scope}
    name = scope_name(scope)[: MAX_NAME_CHARACTERS - len(" (100)")]
    numbered = (name if n == 1 else f"{name} ({n})" for n in range(1, len(taken) + 2))
    return next(one for one in numbered if one.casefold() not in taken)


def _in_order(before: Mapping[str, Threshold], after: Mapping[str, Threshold]) -> dict[str, Threshold]:
    """Those that stood before in their old order, a new one last: a changed number moves nothing."""
    kept = {key: after[key] for key in before if key in after}
    return kept | {key: one for key, one in after.items() if key not in kept}
