"""What a benchmark found: `row("policy", 38.2)` holds it against its limit. What is found is printed, and kept for the
table in the file that `BENCH_ROWS` names.

The benchmark goes on after a row that missed its limit; its process then ends with LIMIT_MISSED (see conftest.py).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.table.goals import ELSEWHERE, GOALS, Goal

FILE = "BENCH_ROWS"
LIMIT_MISSED = 64
"""What pytest ends with when nothing failed and a row missed its limit."""
OK, MISSED, NOT_RUN = "ok", "missed", "not run"
missed: list[str] = []
"""Keys of the rows of this process that missed their limit."""


@dataclass(frozen=True, slots=True)
class Row:
    """`measured` is None for what was not run; `note` says why, or what else is worth knowing."""

    key: str
    measured: float | None = None
    note: str = ""

    @property
    def goal(self) -> Goal:
        return GOALS[self.key]

    @property
    def state(self) -> str:
        if self.measured is None:
            return NOT_RUN
        return OK if self.goal.is_met(self.measured) else MISSED

    @property
    def measured_in_words(self) -> str:
        return "–" if self.measured is None else f"{rounded(self.measured)} {self.goal.unit}"


@dataclass(frozen=True, slots=True)
class Point:
    """Of a curve: `y`, in `unit`, with `x` tasks waiting."""

    curve: str
    x: int
    y: float
    unit: str


def row(key: str, measured: float, note: str = "") -> None:
    """Raises KeyError for a key that is not in the table."""
    found = Row(key, float(measured), note)
    if found.state == MISSED:
        missed.append(key)
    print(f"{found.goal.what}: {found.measured_in_words} (limit {found.goal.limit_in_words}): {found.state}")
    _keep("row", found)


def not_run(key: str, why: str) -> None:
    """`why` says what is missing and how to have it."""
    found = Row(key, note=why)
    print(f"{found.goal.what}: not run: {why}")
    _keep("row", found)


def point(curve: str, x: int, y: float, unit: str) -> None:
    _keep("point", Point(curve, x, float(y), unit))


def size(table: str, bytes_a_case: float) -> None:
    """How much one case takes in a table, with its indexes."""
    _keep("size", {"table": table, "bytes": bytes_a_case})


def _keep(kind: str, found: Any) -> None:
    if path := os.environ.get(FILE):
        facts = found if isinstance(found, dict) else asdict(found)
        with Path(path).open("a") as file:
            file.write(json.dumps({"kind": kind, **facts}) + "\n")


@dataclass(frozen=True, slots=True)
class Found:
    """All that benchmarks wrote down: one row for each goal, in the order of the goals; curves; sizes of tables."""

    rows: list[Row]
    points: list[Point]
    sizes: dict[str, float]

    @property
    def missed(self) -> list[Row]:
        return [one for one in self.rows if one.state == MISSED]


def read(lines: Iterable[str], failed: Iterable[str] = (), ran: Iterable[str] = ()) -> Found:
    """`failed` and `ran` are names of parts. Of a row that was measured twice the worse one counts."""
    told: dict[str, list[dict[str, Any]]] = {"row": [], "point": [], "size": []}
    for line in lines:
        facts = json.loads(line)
        told[facts.pop("kind")].append(facts)
    rows = [Row(**facts) for facts in told["row"]]
    return Found(
        list(_one_each(rows, set(failed), set(ran))),
        [Point(**facts) for facts in told["point"]],
        {one["table"]: one["bytes"] for one in told["size"]},
    )


def _one_each(rows: list[Row], failed: set[str], ran: set[str]) -> Iterator[Row]:
    for key, goal in GOALS.items():
        own = [one for one in rows if one.key == key]
        measured = sorted((one for one in own if one.measured is not None), key=_badness)
        if measured:
            yield measured[-1]
        else:
            yield own[-1] if own else Row(key, note=_why(key, goal.part, failed, ran))


def _badness(found: Row) -> float:
    assert found.measured is not None
    return -found.measured if found.goal.is_least else found.measured


def _why(key: str, part: str, failed: set[str], ran: set[str]) -> str:
    if part in failed:
        return "the benchmark failed: see above"
    if part in ran:
        return "the benchmark was skipped: see above"
    return ELSEWHERE.get(key) or f"not asked for: ONLY={part}"


def rounded(number: float) -> str:
    """Three digits that count: 0.59, 12.3, 1,234."""
    if number == int(number) or abs(number) >= 100:
        return f"{number:,.0f}"
    return f"{number:.1f}" if abs(number) >= 10 else f"{number:.2f}"
