"""What a label counts by in a scope, whether or not a threshold is found. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from moderation.policy.inheritance import path_keys
from moderation.policy.sections import Otherwise, Section, Threshold


@dataclass(frozen=True, slots=True)
class Effective:
    """`threshold` is found under `key` in `section`. It is None where no section has one: then `otherwise` of the most
    specific section applies, and where that is None too no section covers the scope.
    """

    threshold: Threshold | None = None
    section: str = ""
    key: str = ""
    otherwise: Otherwise | None = None

    @property
    def counts_as(self) -> Threshold | None:
        """The same in numbers: what is always reviewed is so from 0. None is the machine's own level."""
        if self.threshold is None and self.otherwise in ("PASS", "REVIEW"):
            return Threshold(review=0 if self.otherwise == "REVIEW" else None)
        return self.threshold


def effective_in(sections: Sequence[Section], label: str) -> Effective:
    """`sections` are those that cover one scope, the most specific first; `label` is a key as thresholds have."""
    if not sections:
        return Effective()
    hits = ((section, key) for section in sections for key in path_keys(label) if key in section.thresholds)
    if hit := next(hits, None):
        section, key = hit
        return Effective(section.thresholds[key], section.name, key, sections[0].otherwise)
    return Effective(otherwise=sections[0].otherwise)
