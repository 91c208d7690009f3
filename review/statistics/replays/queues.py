"""What each queue gets a day, before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from review.policy_editor.shared_draft import queue_names


@dataclass(frozen=True, slots=True)
class QueueRow:
    """Cases and staff minutes a day, on average."""

    name: str
    slug: str
    before: float
    after: float
    seconds: float

    @property
    def minutes_before(self) -> float:
        return self.before * self.seconds / 60

    @property
    def minutes_after(self) -> float:
        return self.after * self.seconds / 60


def queue_rows(report: Mapping[str, Any]) -> list[QueueRow]:
    names, seconds = queue_names(), report["staff"]["secondsPerCase"]
    return [_row(one, names.get(one["queue"], one["queue"]), seconds.get(one["queue"], 0.0)) for one in report["load"]]


def _row(one: Mapping[str, Any], name: str, seconds: float) -> QueueRow:
    before, after = (sum(hour[side] for hour in one["hours"]) for side in ("before", "after"))
    return QueueRow(name, one["queue"], before, after, seconds)
