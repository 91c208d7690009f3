"""A starting policy as frozen values. Its texts are marked for translation and are English here."""

from __future__ import annotations

from dataclasses import dataclass

from moderation.policy.sections import AfterReject, Otherwise, Threshold


@dataclass(frozen=True, slots=True)
class Number:
    """From which score a label is reviewed and rejected, and why. None is never; neither is that it is allowed."""

    label: str
    review: int | None
    reject: int | None
    why: str

    @property
    def threshold(self) -> Threshold:
        return Threshold(self.review, self.reject)


@dataclass(frozen=True, slots=True)
class Profile:
    """`key` names it in an address; `why` is the reason of `otherwise` and `after_reject`, where they are unusual."""

    key: str
    name: str
    about: str
    numbers: tuple[Number, ...]
    otherwise: Otherwise = "machine"
    after_reject: AfterReject = "final"
    why: str = ""

    def why_of(self, label: str) -> str:
        return next((number.why for number in self.numbers if number.label == label), "")
