"""The head of one queue as it is, and as it would be by other weights. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from moderation.policy.policy import Boosts
from review.models import Queue, ReviewTask
from review.workflow import ranking

LOOKED_AT = 100  # tasks at the head of the queue
SHOWN = 8
ROW = 40  # height of a row in the drawing that joins the two orders


@dataclass(frozen=True, slots=True)
class PlaceInOrder:
    """A task at its place, from 1. `moved` is by how many places it would move up; below zero down."""

    task: ReviewTask
    place: int
    minutes: float
    moved: int = 0

    @property
    def places(self) -> int:
        return abs(self.moved)


@dataclass(frozen=True, slots=True)
class Stroke:
    """Joins a row of the left list to its row in the right one; units of the drawing."""

    path: str
    is_up: bool


@dataclass(frozen=True, slots=True)
class QueueOrder:
    """The first SHOWN of both orders, of `looked_at` tasks, of which `changed` change places."""

    before: tuple[PlaceInOrder, ...]
    after: tuple[PlaceInOrder, ...]
    strokes: tuple[Stroke, ...]
    looked_at: int
    changed: int

    @property
    def height(self) -> int:
        return ROW * max(len(self.before), len(self.after), 1)


def order(queue: Queue, boosts: Boosts | None = None) -> QueueOrder:
    """`boosts` None: nothing is weighed differently, and the two orders are the same."""
    waiting = ReviewTask.objects.filter(queue=queue, state=ReviewTask.State.WAITING)
    line = list(waiting.select_related("case__picture_fetch__picture").order_by("rank_at", "pk")[:LOOKED_AT])
    minutes = {task.pk: ranking.minutes_of(task.priority) for task in line}
    if boosts is not None:
        minutes |= {pk: ranking.minutes_of(terms) for pk, terms in ranking.anew(line, boosts).items()}
    ranked = sorted(line, key=lambda task: _rank(task, minutes[task.pk]))
    places = {task.pk: place for place, task in enumerate(line, start=1)}
    after = [
        PlaceInOrder(task, place, minutes[task.pk], places[task.pk] - place)
        for place, task in enumerate(ranked, start=1)
    ]
    before = [PlaceInOrder(task, place, ranking.minutes_of(task.priority)) for place, task in enumerate(line, start=1)]
    changed = sum(one.moved != 0 for one in after)
    shown = before[:SHOWN], after[:SHOWN]
    return QueueOrder(tuple(shown[0]), tuple(shown[1]), _strokes(*shown), len(line), changed)


def _rank(task: ReviewTask, minutes: float) -> tuple[datetime, int]:
    return task.due_at - timedelta(minutes=minutes), task.pk


def _strokes(before: Sequence[PlaceInOrder], after: Sequence[PlaceInOrder]) -> tuple[Stroke, ...]:
    left = {one.task.pk: one.place for one in before}
    joined = [(left[one.task.pk], one) for one in after if one.task.pk in left]
    return tuple(Stroke(_path(start, one.place), one.moved > 0) for start, one in joined if start != one.place)


def _path(start: int, end: int) -> str:
    one, two = ((place - 0.5) * ROW for place in (start, end))
    return f"M0 {one:g}C24 {one:g} 24 {two:g} 48 {two:g}"
