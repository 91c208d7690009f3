"""The rows of the table of found cases, read for a whole page at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F

from moderation import labels
from moderation.contract.values import LabelPath
from moderation.models import Case, MachineResult
from review.models import Decision, ReviewTask
from review.presentation.label_names import label_name
from review.presentation.origins import OriginWords, in_words


@dataclass(frozen=True, slots=True)
class SearchRow:
    """`machine` is the result that the case stands on, without its body, and `label` the name of its worst; `task` the
    latest round; `decision` the last that stands; `origin` how the open task came to where it is.
    """

    case: Case
    machine: MachineResult | None
    task: ReviewTask | None
    decision: Decision | None
    label: str = ""
    origin: OriginWords | None = None

    @property
    def path(self) -> str:
        """The label's identifiers."""
        return str(_path(self.machine)) if self.machine else ""


def rows(cases: Sequence[Case]) -> list[SearchRow]:
    """In the order given; three queries for any number of cases, and three more where some were handed on."""
    machine = {one.case_id: one for one in _standing_results(cases)}
    tasks = {one.case_id: one for one in _rounds(cases)}
    decisions = {one.task.case_id: one for one in _standing(cases)}
    taxonomy = labels.in_force()
    names = {pk: label_name(str(_path(one)), taxonomy) for pk, one in machine.items()}
    came = in_words(list(tasks.values()))
    origins = {task.case_id: came.get(task.pk) for task in tasks.values()}
    return [
        SearchRow(
            case,
            machine.get(case.pk),
            tasks.get(case.pk),
            decisions.get(case.pk),
            names.get(case.pk, ""),
            origins.get(case.pk),
        )
        for case in cases
    ]


def _path(machine: MachineResult) -> LabelPath:
    return LabelPath(machine.risk_label1, machine.risk_label2, machine.risk_label3)


def _standing_results(cases: Sequence[Case]) -> Sequence[MachineResult]:
    standing = MachineResult.objects.filter(case__in=cases, revision=F("case__stands_on"))
    return list(standing.defer("raw", "merged", "route", "listed"))


def _rounds(cases: Sequence[Case]) -> Sequence[ReviewTask]:
    return list(ReviewTask.objects.filter(case__in=cases).select_related("queue", "case").order_by("round"))


def _standing(cases: Sequence[Case]) -> Sequence[Decision]:
    decisions = Decision.objects.filter(task__case__in=cases, undone_at=None).select_related("by", "task")
    return list(decisions.order_by("task__round"))
