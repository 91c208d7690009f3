"""What moves, label by label."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from review.policy_editor.thresholds.labelled import Labelled, labelled
from review.statistics.replays.headline import rate_of
from review.statistics.reports.intervals import Rate

OFTEN_PERCENT = 5.0  # percent; from there on people contradict it too often to be passed over


@dataclass(frozen=True, slots=True)
class Side:
    before: int
    after: int

    @property
    def moves(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Move:
    """`to` has how many go to PASS, REVIEW and REJECT. `is_flagged`: a critical label is rejected less."""

    label: Labelled | None
    path: str
    sections: str
    review: Side
    reject: Side
    to: Mapping[str, int]
    contradicted: Rate

    @property
    def moved(self) -> int:
        return sum(self.to.values())

    @property
    def is_critical(self) -> bool:
        return self.label is not None and self.label.severity == "critical"

    @property
    def is_flagged(self) -> bool:
        return self.is_critical and self.reject.after < self.reject.before

    @property
    def is_bad(self) -> bool:
        """People contradict it often, and enough of them have decided."""
        return not self.contradicted.is_few and (self.contradicted.percent or 0) >= OFTEN_PERCENT


def rows(report: Mapping[str, Any]) -> list[Move]:
    """The labels of the report in its order: what moves most comes first."""
    return [_row(one) for one in report["labels"]]


def _row(one: Mapping[str, Any]) -> Move:
    path = one["label"]
    review, reject = (Side(one["before"][outcome], one["after"][outcome]) for outcome in ("REVIEW", "REJECT"))
    label = labelled(path) if path else None
    return Move(label, path, ", ".join(one["sections"]), review, reject, one["to"], rate_of(one))
