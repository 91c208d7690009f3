"""One label in one scope: its threshold in the draft beside the one in force, and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from moderation.policy import Policy, Section, Threshold
from moderation.policy.edit import Way, way_of
from moderation.policy.inheritance import Inheritance, Origin, inheritance, section_of
from review.policy_editor.thresholds.labelled import Labelled, labelled
from review.policy_editor.thresholds.place import Place
from review.presentation.scopes import NEVER, scope_title, threshold_title

USUAL = Threshold(500, 900)
"""What "by score" begins with where nothing is inherited."""


@dataclass(frozen=True, slots=True)
class Step:
    """A place on the way to the threshold that decides, in words."""

    place: str
    said: str
    decides: bool


@dataclass(frozen=True, slots=True)
class LabelHere:
    """`own` is the label's own threshold in the draft, `counts` the one that counts there, `before` the one in force;
    None is the machine's own level. `flags` is the section whose flags apply in the draft, `flags_before` the one of
    the policy in force.
    """

    label: Labelled
    place: Place
    title: str
    own: Threshold | None
    counts: Threshold | None
    before: Threshold | None
    inherits: Threshold | None
    flags: Section
    flags_before: Section
    steps: tuple[Step, ...]

    @property
    def way(self) -> Way:
        return way_of(self.own)

    def by_score(self, review: int | None, reject: int | None) -> Threshold:
        """The numbers as given; where they are those of another way, the inherited ones, or usual ones."""
        given = Threshold(review, reject)
        if given != self.own or self.way in ("score", "inherit"):
            return given
        is_number = self.inherits is not None and way_of(self.inherits) == "score"
        return self.inherits if is_number and self.inherits else USUAL


def label_here(draft: Policy, in_force: Policy, place: Place) -> LabelHere:
    key, scope = place.label, place.scope
    now, then = inheritance(draft, scope, key), inheritance(in_force, scope, key)
    section = section_of(draft, scope)
    own = section.thresholds.get(key) if section else None
    others = [one for one in now.steps if one.threshold is not None and not _is_own(one, section, key)]
    return LabelHere(
        labelled(key),
        place,
        scope_title(scope),
        own,
        _counts(now),
        _counts(then),
        others[-1].threshold if others else None,
        now.flags,
        then.flags,
        tuple(_step(one, section, now.decided, key) for one in now.steps),
    )


def _counts(found: Inheritance) -> Threshold | None:
    """In numbers: what is reviewed without a threshold is so from 0."""
    if found.decided is not None:
        return found.decided.threshold
    return {"PASS": Threshold(), "REVIEW": Threshold(review=0)}.get(found.flags.otherwise)


def _is_own(origin: Origin, section: Section | None, key: str) -> bool:
    return origin.section is section and origin.key == key


def _step(origin: Origin, section: Section | None, decided: Origin | None, key: str) -> Step:
    name = labelled(origin.key).name
    if origin.section is not section and origin.section:
        place = f"{name} › {scope_title(origin.section.scope)}"
    else:
        place = gettext("this label") if origin.key == key else gettext("here %(label)s") % {"label": name}
    said = threshold_title(origin.threshold) or NEVER
    return Step(place, said, origin == decided)
