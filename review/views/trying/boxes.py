"""What is drawn on a picture that was tried."""

from __future__ import annotations

from typing import Any

from moderation.contract.listed_boxes import boxes_of_listed
from moderation.contract.placement import place
from moderation.contract.values import TextLine
from moderation.gateway.asked import Step
from moderation.models import MachineResult
from review.cases.tried_way import Way
from review.presentation import evidence, task_json


def boxes_of(way: Way) -> list[dict[str, Any]]:
    """The evidence as reviewers see it, and every line of recognised text."""
    if way.machine is None or not way.is_moderated:
        return []
    found = task_json.said_by_machine(way.case, way.machine)["evidence"] if way.case else _of_no_case(way, way.machine)
    lines = way.machine.result.evidence.text.lines
    taken = {tuple(one["location"]) for one in found if one["location"]}
    drawn = [_line(number, one) for number, one in enumerate(lines) if tuple(one.outline.location) not in taken]
    return [*found, *drawn]


def _of_no_case(way: Way, machine: MachineResult) -> list[Any]:
    """Engines of ours look at the upright picture."""
    size, said = way.steps[Step.FETCHED], machine.result.evidence
    boxes = (*said.boxes, *boxes_of_listed(said, machine.listed)[0])
    placed = place(boxes, width=size["width"], height=size["height"], orientation=1, declared="upright")
    return [evidence.box_of(one) for one in placed]


def _line(number: int, line: TextLine) -> dict[str, Any]:
    outline = line.outline
    polygon = {"polygon": list(outline.polygon)} if outline.polygon else {}
    return {"id": f"line-{number}", "kind": "text", "name": line.text, "location": list(outline.location), **polygon}
