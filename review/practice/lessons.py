"""The five practice pictures, in order: the machine result of each and the answers that agree with the guideline."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from moderation.contract import json_text
from moderation.contract.parse import read_stored
from moderation.contract.placement import Placed
from moderation.contract.values import Result

DRAWN = Path(__file__).with_name("drawn.json")
"""Written by `python -m demo.draw_practice`: {lesson: {"width", "height", "result": image v4}}, sizes in pixels."""
# Above any real task's id, and still exact in a browser.
FIRST_TASK = 9_000_000_000_000_000


@dataclass(frozen=True, slots=True)
class Answer:
    """`act` is pass, reject or escalate; a rejection without a reason is "as the machine suggests"."""

    act: str
    reason: str = ""

    def __str__(self) -> str:
        return f"{self.act}:{self.reason}" if self.reason else self.act


@dataclass(frozen=True, slots=True)
class Lesson:
    """`right` are the answers that agree with the guideline, the one to learn first."""

    name: str
    right: tuple[Answer, ...]
    task_id: int


_RIGHT: dict[str, tuple[Answer, ...]] = {
    "beach": (Answer("pass"),),
    "contact": (Answer("reject", "contact-ad"), Answer("reject")),
    "code": (Answer("reject"), Answer("reject", "code-away")),
    "toy": (Answer("pass"),),
    "document": (Answer("escalate"),),
}
LESSONS = tuple(Lesson(name, right, FIRST_TASK + nth) for nth, (name, right) in enumerate(_RIGHT.items(), start=1))

# code, label path
REASONS: tuple[tuple[str, tuple[str, str]], ...] = (
    ("nudity", ("porn", "female_nudity")),
    ("contact-ad", ("ad", "contact_information")),
    ("code-away", ("qrcode", "other")),
    ("weapon", ("ban", "military_weapons")),
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """Width and height in pixels; `raw` is the machine result as it would be received, `result` the same parsed."""

    width: int
    height: int
    raw: dict[str, Any]
    result: Result

    @property
    def placed(self) -> list[Placed]:
        return [Placed(box, box.location, clamped=False, polygon=box.polygon) for box in self.result.evidence.boxes]


@cache
def drawn() -> dict[str, Drawn]:
    found = json.loads(DRAWN.read_text())
    return {name: _read(**facts) for name, facts in found.items()}


def of_task(task_id: int) -> Lesson | None:
    return next((lesson for lesson in LESSONS if lesson.task_id == task_id), None)


def _read(width: int, height: int, result: dict[str, Any]) -> Drawn:
    return Drawn(width, height, result, read_stored(json_text.loads(json.dumps(result).encode())))
