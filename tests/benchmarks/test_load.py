"""The report of a run under load, from what its actors wrote down: made up here, so that each figure is known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.load import calls, report
from benchmarks.load.calls import NO_ANSWER, Call
from benchmarks.load.options import Load, read
from benchmarks.load.samples import Sample

SECONDS, BEGUN = 100, 1_000_000.0


def run(
    *, spent: float = 100.0, status: int = 200, oldest: float = 0.0, late: float = 0.0, at: float = 55.0
) -> report.Run:
    """A decision and a batch each second for a hundred seconds; at one of them they are as the arguments say."""
    made = []
    for second in range(SECONDS + 1):
        is_that = second == round(at)
        made.append(Call(BEGUN + second, "decide", spent if is_that else 100.0, status if is_that else 200))
        made.append(Call(BEGUN + second, "batch", 300.0, 200))
    samples = [
        Sample(BEGUN + second, 7, 3, oldest if second == round(at) else 0.0, {"web": 0.5}, {"web": 200.0 + second})
        for second in range(0, SECONDS, 5)
    ]
    return report.Run(Load(), made, [(BEGUN + at, late)] if late else [], samples, [0.1, 0.2, 0.3], 50, "nothing")


def test_nothing_gave_way() -> None:
    assert report.gave_way(run()) == "nothing gave way"


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"spent": 5000.0}, "first to give way, by minute 1.0: decide p95, ms"),
        ({"status": 503}, "first to give way, by minute 1.0: answers that are no success: 1, limit 0"),
        ({"status": NO_ANSWER}, "first to give way, by minute 1.0: answers that are no success: 1, limit 0"),
        ({"oldest": 12.0}, "first to give way, by minute 1.0: oldest due delivery, s: 12, limit 5"),
        ({"late": 3.0}, "first to give way, by minute 1.0: lateness of a burst, s: 3, limit 1"),
        ({"late": 3.0, "oldest": 500.0}, "oldest due delivery, s: 500, limit 5 (and lateness of a burst, s)"),
        ({"oldest": 12.0, "at": 5.0}, "first to give way, by minute 0.2: oldest due delivery"),
    ],
)
def test_what_gave_way_first_is_named_with_when_and_how_much(facts: dict[str, float], expected: str) -> None:
    assert expected in report.gave_way(run(**facts))  # type: ignore[arg-type]


def test_what_came_earlier_is_named_though_what_came_later_was_worse() -> None:
    both = replace(run(oldest=500.0), late=run(late=2.0, at=15.0).late)
    assert report.gave_way(both).startswith("first to give way, by minute 0.3: lateness of a burst, s: 2")


def test_throughput_and_waits() -> None:
    told = "\n".join(report.lines(run(status=503)))
    assert "results taken: 10,100, 101/s" in told
    assert "cases decided: 100, 1.0/s" in told, "the one that was refused is not counted"
    assert "answers that are no success: 1 (503 1 times)" in told
    assert "answers that are no success: 1 (none 1 times)" in "\n".join(report.lines(run(status=NO_ANSWER)))
    assert [row.split() for row in told.splitlines() if row.startswith("release to")] == [
        ["release", "to", "first", "attempt", "100", "200", "300", "50"]
    ]


def test_percentiles_of_a_hundred_numbers() -> None:
    assert report.percentiles([float(number) for number in range(101)]) == (50, 95, 99)


def test_a_process_is_told_with_its_share_of_processors_and_its_growth() -> None:
    assert ["web", "0.50", "200", "295"] in report.processes(run().samples)


def test_what_actors_write_is_what_is_read(tmp_path: Path) -> None:
    caller = calls.Caller("http://127.0.0.1:9", {}, tmp_path / "calls")
    assert caller.post("batch", "/", b"") == (NO_ANSWER, b"")
    (made,) = calls.read(tmp_path / "calls")
    assert (made.what, made.status, made.is_good) == ("batch", NO_ANSWER, False)
    load = Load(minutes=0.5, results=500, burst_seconds=2, sessions=[{"Cookie": "a"}])
    load.write(tmp_path)
    assert read(tmp_path) == load
    assert (load.seconds, load.batches_in_burst) == (30, 10)
