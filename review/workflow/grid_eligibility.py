"""What may stand in a grid: waiting tasks of one queue that are suspected of one label, with nothing critical."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from moderation import labels
from moderation.contract import json_text
from moderation.contract.parse import read_result, root
from moderation.contract.values import LabelPath
from moderation.models import MachineResult
from moderation.policy import worst_label
from moderation.policy.taxonomy import Severity
from review.models import Queue, ReviewTask, Verdict
from review.refusals import NotForGrid

CRITICAL = "critical"
MOST = 24  # of a page: what four rows of six show without scrolling


@dataclass(frozen=True, slots=True)
class GridPosition:
    """Where a picture stood when it was judged: as the `tile`-th, from 1, of a page about `label` in `queue` (slug)."""

    page_id: UUID
    queue: str
    label: str
    tile: int


def offers(queue: Queue) -> bool:
    """Whether this queue has a grid at all: unmarked pictures pass, marked ones are rejected, nobody writes notes."""
    return queue.grid and set(queue.allowed_verdicts) == set(Verdict.values) and not queue.note_required


def is_suspicion(label: str) -> bool:
    """Whether a `top_label` names something that people could look for on a page."""
    return label.partition("/")[0] not in ("", "normal")


def worst_of(machine: MachineResult) -> tuple[LabelPath, Severity] | None:
    """The most severe label of a result, as labels are rated now; None when none is rated."""
    return worst_label(read_result(root(json_text.loads(machine.raw.encode()))), labels.in_force())


def critical_label(machines: Iterable[MachineResult]) -> LabelPath | None:
    """A critical label that one of these results names; None when there is none."""
    found = (worst for machine in machines if (worst := worst_of(machine)))
    return next((path for path, severity in found if severity == CRITICAL), None)


def path_of(machine: MachineResult) -> LabelPath:
    return LabelPath(machine.risk_label1, machine.risk_label2, machine.risk_label3)


def label_of(machine: MachineResult) -> str:
    """The machine's label path as a task's `top_label` has it."""
    return "/".join(filter(None, labels.in_force().key(path_of(machine))))


def check_may_stand(
    task: ReviewTask, machines: list[MachineResult], grid_position: GridPosition, *, shown: int
) -> None:
    """Raises NotForGrid. `machines` are what the task and those decided with it stand for, the task's own first;
    `shown` is the revision that the person has been shown.
    """
    if not offers(task.queue) or task.queue.slug != grid_position.queue or task.state != ReviewTask.State.WAITING:
        raise NotForGrid("not-offered")
    if task.severity == CRITICAL or critical_label(machines):
        raise NotForGrid("critical")
    if (
        label_of(machines[0]) != grid_position.label
        or not is_suspicion(grid_position.label)
        or shown != task.machine_revision
    ):
        raise NotForGrid("changed")
