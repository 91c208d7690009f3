"""What may be in a grid: waiting tasks of one queue that are suspected of one label, with nothing critical."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from moderation import labels
from moderation.models import MachineResult
from moderation.policy.taxonomy import CRITICAL
from review.models import Queue, ReviewTask, Verdict
from review.refusals import NotForGrid

MOST = 24  # of a page: what four rows of six show without scrolling


@dataclass(frozen=True, slots=True)
class GridPosition:
    """Where a picture was when it was judged: the `tile`-th, from 1, of a page about `label` in `queue` (slug)."""

    page_id: UUID
    queue: str
    label: str
    tile: int


def offers(queue: Queue) -> bool:
    """Whether this queue has a grid: there, unmarked pictures pass, marked ones are rejected, without notes."""
    return queue.grid and set(queue.allowed_verdicts) == set(Verdict.values) and not queue.note_required


def is_suspicion(label: str) -> bool:
    """Whether a `top_label` names something that people could look for on a page."""
    return label.partition("/")[0] not in ("", "normal")


def label_of(machine: MachineResult) -> str:
    """The machine's label path, in the form of a task's `top_label`."""
    return "/".join(filter(None, labels.in_force().key(machine.path)))


def check_may_stand(
    task: ReviewTask, machines: list[MachineResult], grid_position: GridPosition, *, shown: int
) -> None:
    """Raises NotForGrid. `machines` are the machine results of the task and of those decided with it, the task's own
    first; `shown` is the revision that the person has been shown.
    """
    if not offers(task.queue) or task.queue.slug != grid_position.queue or task.state != ReviewTask.State.WAITING:
        raise NotForGrid("not-offered")
    if task.severity == CRITICAL or labels.critical_label(machines):
        raise NotForGrid("critical")
    if (
        label_of(machines[0]) != grid_position.label
        or not is_suspicion(grid_position.label)
        or shown != task.machine_revision
    ):
        raise NotForGrid("changed")
