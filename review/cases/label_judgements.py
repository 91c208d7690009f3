"""Each label of a case with the machine's score and what people said about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from moderation import labels
from moderation.contract.values import LabelPath
from moderation.policy import Taxonomy
from review.models import Decision
from review.presentation.case_state import MARKS
from review.presentation.label_names import last_level_name
from review.presentation.task_schema import LabelJson


@dataclass(frozen=True, slots=True)
class SaidByPerson:
    """`verdict` is confirmed, wrong or absent."""

    verdict: str
    by: str


@dataclass(frozen=True, slots=True)
class LabelJudgement:
    """`probability` is None for a label without a score; `is_machines` False for one that people added."""

    path: LabelPath
    name: str
    severity: str | None
    level: str
    mark: str
    probability: float | None
    people: Sequence[SaidByPerson]
    is_machines: bool = True


def of(machine: Sequence[LabelJson], decisions: Iterable[Decision], *, hidden: bool = False) -> list[LabelJudgement]:
    """In the machine's order, those that people added behind. `hidden`: for whoever is still to give an opinion."""
    said = {} if hidden else _said(decisions)
    taxonomy = labels.in_force()
    known = [_of_machine(label, said.pop(_path(label), [])) for label in machine]
    return known + [_added(path, people, taxonomy) for path, people in said.items()]


def _said(decisions: Iterable[Decision]) -> dict[LabelPath, list[SaidByPerson]]:
    """By label, the latest of each person last."""
    found: dict[LabelPath, dict[str, SaidByPerson]] = {}
    for decision in decisions:
        if decision.undone_at is None:
            for label in decision.labels:
                by = str(decision.by)
                found.setdefault(_path(label), {})[by] = SaidByPerson(str(label.get("verdict", "")), by)
    return {path: list(people.values()) for path, people in found.items()}


def _of_machine(label: LabelJson, people: Sequence[SaidByPerson]) -> LabelJudgement:
    level = label["riskLevel"] or ""
    mark = MARKS.get(level, "–")
    return LabelJudgement(_path(label), label["name"], label["severity"], level, mark, label["probability"], people)


def _added(path: LabelPath, people: Sequence[SaidByPerson], taxonomy: Taxonomy) -> LabelJudgement:
    name, severity = last_level_name(path, taxonomy), taxonomy.severity(path)
    return LabelJudgement(path, name, severity, "", "+", None, people, is_machines=False)


def _path(label: Any) -> LabelPath:
    return LabelPath(*(str(label.get(name) or "") for name in ("riskLabel1", "riskLabel2", "riskLabel3")))
