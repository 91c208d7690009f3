"""Put a profile into a policy: the numbers and flags of one section, everything else as it was."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any

from moderation.policy.body_parts import MAX_NAME_CHARACTERS
from moderation.policy.parse import read
from moderation.policy.policy import Policy
from moderation.policy.profiles.profile import Profile
from moderation.policy.sections import Scope, Section
from moderation.policy.serialize import write

USUAL = Section("")  # its flags are those that nobody has set


def apply(body: Any, profile: Profile, *, scope: Scope, name: str) -> dict[str, Any]:
    """The body with the profile in the section of that scope, which is made with this name where there is none. Labels
    that the profile does not speak of keep their thresholds, and a flag that somebody has set stays as it is.

    Raises PolicyRefused for a body that cannot be read. What is returned may be refused: for a scope that would be as
    specific as another that fits the same results.
    """
    policy = read(0, body)
    sections = [_put(section, profile) if section.scope == scope else section for section in policy.sections]
    if all(section.scope != scope for section in policy.sections):
        sections.append(_put(Section(_free(name, policy), scope), profile))
    return write(Policy(rules=policy.rules, boosts=policy.boosts, sections=tuple(sections)))


def _put(section: Section, profile: Profile) -> Section:
    thresholds = dict(section.thresholds) | {number.label: number.threshold for number in profile.numbers}
    return replace(
        section,
        thresholds=MappingProxyType(thresholds),
        otherwise=profile.otherwise if section.otherwise == USUAL.otherwise else section.otherwise,
        after_reject=profile.after_reject if section.after_reject == USUAL.after_reject else section.after_reject,
    )


def _free(name: str, policy: Policy) -> str:
    """The name, with a number where another section has it."""
    taken = {section.name.casefold() for section in policy.sections}
    numbers = ("" if n == 1 else f" {n}" for n in range(1, len(taken) + 2))
    names = (f"{name[: MAX_NAME_CHARACTERS - len(number)].rstrip()}{number}" for number in numbers)
    return next(one for one in names if one.casefold() not in taken)
