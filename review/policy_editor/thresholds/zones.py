"""Which scores pass, are reviewed, are rejected: what the bars of the thresholds are drawn from. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from moderation.policy import Threshold

END = 1001  # behind the highest score


@dataclass(frozen=True, slots=True)
class Zones:
    """Scores below `passed` pass, those up to `reviewed` are reviewed, the rest is rejected."""

    passed: int
    reviewed: int

    @property
    def review_width(self) -> int:
        return self.reviewed - self.passed

    @property
    def reject_width(self) -> int:
        return END - self.reviewed


def zones(threshold: Threshold | None) -> Zones | None:
    if threshold is None:
        return None
    reviewed = END if threshold.reject is None else threshold.reject
    return Zones(min(reviewed, END if threshold.review is None else threshold.review), reviewed)
