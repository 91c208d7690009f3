"""Where the score that decided lies on its label's threshold, for a drawing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from moderation.models import MachineResult
from moderation.policy import Threshold, read
from review.policy_editor.thresholds.zones import END, zones

WIDTH = 248
"""Of the drawing, from score 0 to 1000."""


@dataclass(frozen=True, slots=True)
class Pin:
    """`passed` and `reviewed` are where those parts end. A number is None for never."""

    score: int
    review: int | None
    reject: int | None
    x: float
    passed: float
    reviewed: float

    @property
    def review_width(self) -> float:
        return self.reviewed - self.passed

    @property
    def reject_width(self) -> float:
        return WIDTH - self.reviewed


def pin_of(machine: MachineResult | None) -> Pin | None:
    """None where no score of a label decided, or not by a threshold of the policy."""
    link = _deciding(machine.route.get("chain") or []) if machine else None
    threshold = _threshold(machine, link) if machine and link else None
    drawn = zones(threshold)
    if link is None or threshold is None or drawn is None:
        return None
    x, passed, reviewed = (WIDTH * at / END for at in (link["score"], drawn.passed, drawn.reviewed))
    return Pin(link["score"], threshold.review, threshold.reject, x, passed, reviewed)


def _deciding(chain: list[dict[str, Any]]) -> dict[str, Any] | None:
    """A REJECT that a person confirms was decided by the link after it."""
    links = [link for link in chain if link["by"] != "confirm"][:1]
    return next((link for link in links if link["by"] == "threshold" and link["threshold"]), None)


def _threshold(machine: MachineResult, link: dict[str, Any]) -> Threshold | None:
    version = machine.policy_version
    if version is None:
        return None
    sections = read(version.number, version.body).sections
    section = next((one for one in sections if one.name == link["section"]), None)
    return section.thresholds.get(link["threshold"]["label"]) if section else None
