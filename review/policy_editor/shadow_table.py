"""What the draft in shadow would have done, as a table: outcomes before and after, altogether and over time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from django.utils.translation import gettext

from moderation import labels
from moderation.models import ShadowDifference
from moderation.policy_versions import shadow
from moderation.policy_versions.shadow import Figures, Minute
from moderation.replay.statement import OUTCOMES
from review.policy_editor.shared_draft import queue_names
from review.presentation import policy_changes

STEPS = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), timedelta(days=1))
ROWS = 12
LISTED = 8


@dataclass(frozen=True, slots=True)
class Cell:
    """So many results had this outcome before, and so many after."""

    outcome: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class StepRow:
    """The results from `at` on, for one step."""

    at: datetime | None
    results: int
    different: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A result that the draft would have judged otherwise, and where it went and would have gone."""

    row: ShadowDifference
    before: str
    after: str
    label: str


@dataclass(frozen=True, slots=True)
class ShadowTable:
    """`rows` are the newest steps first, at most ROWS."""

    figures: Figures
    total: StepRow
    rows: Sequence[StepRow]
    newest: Sequence[Difference]

    @classmethod
    def of(cls, figures: Figures) -> Self:
        outcomes = [one for one in OUTCOMES if any(one in pair for pair in figures.counts)]
        rows = [_row(at, some, outcomes) for at, some in _by_step(figures.minutes)]
        return cls(figures, _row(None, figures.minutes, outcomes), rows, _newest(figures))


def table() -> ShadowTable:
    return ShadowTable.of(shadow.figures())


def outcome_name(outcome: str) -> str:
    return {"recorded": gettext("no review"), "failed": gettext("failed")}.get(outcome, outcome)


def _by_step(minutes: Sequence[Minute]) -> list[tuple[datetime, list[Minute]]]:
    """The newest first, by the shortest step of which not more than ROWS are needed."""
    if not minutes:
        return []
    span = minutes[-1].at - minutes[0].at
    step = next((step for step in STEPS if span < step * (ROWS - 1)), STEPS[-1])
    found: dict[datetime, list[Minute]] = {}
    for one in minutes:
        found.setdefault(_floor(one.at, step), []).append(one)
    return sorted(found.items(), reverse=True)[:ROWS]


def _floor(at: datetime, step: timedelta) -> datetime:
    epoch = datetime.fromtimestamp(0, UTC)
    return epoch + (at - epoch) // step * step


def _row(at: datetime | None, minutes: Iterable[Minute], outcomes: Sequence[str]) -> StepRow:
    before, after, results, different = Counter[str](), Counter[str](), 0, 0
    for one in minutes:
        before[one.before] += one.count
        after[one.after] += one.count
        results += one.count
        different += one.count if one.before != one.after else 0
    return StepRow(at, results, different, tuple(Cell(outcome_name(one), before[one], after[one]) for one in outcomes))


def _newest(figures: Figures) -> list[Difference]:
    names, taxonomy = queue_names(), labels.in_force()
    return [
        Difference(
            one,
            names.get(one.queue_before, outcome_name(one.before)),
            names.get(one.queue_after, outcome_name(one.after)),
            policy_changes.label(one.label, taxonomy) if one.label else "",
        )
        for one in shadow.differences(LISTED, of=figures.compared)
    ]
