"""Where the marks of charts stand: checked against coordinates computed by hand."""

from __future__ import annotations

import pytest

from review.statistics.charts import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, bars, lines

FLOOR = HEIGHT - BOTTOM


def test_bars_reach_as_high_as_their_share_of_the_axis() -> None:
    chart = bars([("a", 0), ("b", 5), ("c", 10)])
    heights = [mark.height for mark in chart.marks]
    assert heights == [0, (FLOOR - TOP) / 2, FLOOR - TOP]
    assert [mark.y + mark.height for mark in chart.marks] == [FLOOR] * 3
    assert chart.marks[1].title == "b: 5"
    assert [tick.text for tick in chart.heights] == ["0", "5", "10"]


@pytest.mark.parametrize(("highest", "top"), [(0, "1"), (1, "1"), (7, "10"), (23, "25"), (99, "100"), (101, "200")])
def test_an_axis_ends_at_a_number_that_reads_well(highest: float, top: str) -> None:
    assert bars([("a", highest)]).heights[-1].text == top


@pytest.mark.parametrize("count", [0, 1, 7, 24, 30, 400])
def test_everything_stays_inside_and_names_have_room(count: int) -> None:
    chart = bars([(f"{n:02}", n) for n in range(count)])
    assert all(mark.x >= LEFT and mark.x + mark.width <= WIDTH - RIGHT + 0.1 for mark in chart.marks)
    assert len(chart.names) <= 7
    assert not count or chart.names[-1].text == f"{count - 1:02}"


def test_a_day_without_figures_is_a_gap_in_the_line() -> None:
    chart = lines(["1", "2", "3", "4"], [("p50", [10, None, 20, 30]), ("p95", [None, None, None, None])], limit=100)
    (_, p50), (_, p95) = chart.lines
    assert [len(run.split()) for run in p50] == [1, 2]
    assert p95 == ()
    assert len(chart.marks) == 3
    assert chart.limit == TOP
