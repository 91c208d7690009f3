"""What is said of a queue's pace: idle, draining and growing are three things, and few events are no pace."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from review.models import ReportCount
from review.statistics import throughput
from review.statistics.forecast import POINTS, Course, Forecast, Window, forecast, wait_of_next, windows
from review.statistics.reports.slots import slot_of
from review.statistics.throughput import Count
from tests.world import World

HALF, HOUR, DAY = 1800, 3600, 86_400


def of(*counted: tuple[int, int, int], in_line: int = 10) -> Forecast:
    return forecast([Window(*one) for one in counted], in_line=in_line, now=timezone.now())


@pytest.mark.parametrize(
    ("came", "went", "in_line", "course"),
    [
        (30, 5, 10, Course.GROWING),
        (5, 30, 10, Course.DRAINING),
        (0, 30, 10, Course.DRAINING),
        (15, 13, 10, Course.STEADY),  # chance alone makes such a difference
        (30, 0, 10, Course.IDLE),  # nobody works: that is not growing
        (0, 0, 10, Course.IDLE),
        (2, 1, 10, Course.UNSURE),
        (30, 5, 0, Course.EMPTY),
    ],
)
def test_the_course(came: int, went: int, in_line: int, course: Course) -> None:
    assert of((DAY, came, went), in_line=in_line).course == course


def test_the_shortest_window_with_enough_is_taken() -> None:
    """A quiet half hour after a morning's rush says nothing; the hours do."""
    found = of((HALF, 3, 0), (HOUR, 6, 2), (2 * HOUR, 8, 40), (DAY, 400, 100))
    assert (found.course, found.window.seconds) == (Course.DRAINING, 2 * HOUR)


def test_a_batch_that_came_at_once_is_no_pace() -> None:
    now = timezone.now()
    batch = Window(HALF, 30, 5, [0, 0, -2, 30, -3, 0])
    steadily = Window(HALF, 30, 5, [4, 5, 3, 5, 4, 4])
    assert forecast([batch], in_line=30, now=now).course == Course.UNEVEN
    assert forecast([steadily], in_line=30, now=now).course == Course.GROWING
    day = Window(DAY, 40, 80, [-2] * 23 + [6])
    assert forecast([batch, day], in_line=30, now=now).course == Course.DRAINING


def test_a_growing_queue_says_by_how_much_and_a_draining_one_when_it_is_empty() -> None:
    assert of((2 * HOUR, 60, 20)).per_hour == 20
    now = timezone.now()
    found = forecast([Window(HOUR, 0, 60)], in_line=30, now=now)
    assert found.at == now + timedelta(minutes=30)
    assert of((2 * HOUR, 60, 0)).per_hour == 30


def test_the_wait_of_what_comes_now() -> None:
    assert wait_of_next(of((HOUR, 10, 30)), in_line=60) == timedelta(hours=2)
    assert wait_of_next(of((HOUR, 1, 2)), in_line=60) is None
    assert wait_of_next(of((HOUR, 30, 0)), in_line=60) is None


def test_the_long_windows_are_the_same_in_every_zone(world: World) -> None:
    """Where midnight lies half an hour beside everybody else's, hours do too."""
    ReportCount.objects.create(queue=world.nudity, slot=slot_of(timezone.now()), arrived=30, cases=40)
    with timezone.override("Asia/Kolkata"):
        *_, last = windows(throughput.flow(), {world.nudity.pk: [Count()] * POINTS})[world.nudity.pk]
    assert (last.arrived, last.decided) == (30, 40)
