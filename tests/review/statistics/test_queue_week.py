"""A queue's last week beside its SLA."""

from __future__ import annotations

from itertools import groupby

import pytest
from django.core.cache import caches

from review.statistics import queue_week
from tests.factories import tasks
from tests.factories.verdicts import decide, take_lease
from tests.world import World


@pytest.mark.parametrize(("warn", "fine", "late"), [(None, 10, 4), (30, 7, 7)])
def test_a_wait_is_late_from_the_warning_on(world: World, warn: int | None, fine: int, late: int) -> None:
    """Twenty bars of four and a half minutes; the queue promises an hour."""
    caches["process"].clear()
    tasks.waiting(world.nudity, app=world.web)
    decide(take_lease(world.nudity, by=world.alice), by=world.alice)
    world.nudity.warn_minutes = warn
    bars = queue_week.week(world.nudity).bars
    kinds = [(kind, len(list(some))) for kind, some in groupby(bar.kind for bar in bars)]
    assert kinds == [("fine", fine), ("late", late), ("over", 6)]
