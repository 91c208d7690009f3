"""How long people take for a case, by queue."""

from __future__ import annotations

import pytest

from review.models import Decision
from review.policy_editor import handling
from tests.factories import tasks
from tests.factories.verdicts import decide, take_lease
from tests.world import World


def decided(world: World, *seconds: float) -> None:
    tasks.waiting(world.nudity, app=world.web, count=len(seconds))
    for one in seconds:
        made = decide(take_lease(world.nudity, by=world.alice), by=world.alice)
        Decision.objects.filter(pk=made.pk).update(elapsed_ms=int(one * 1000))


def test_the_median_of_each_queue_else_of_all(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handling, "FEWEST", 3)
    decided(world, 2, 8, 9000)
    found = handling.queues()
    assert found.default == world.default.slug
    assert (found.seconds["nudity"], found.seconds["default"]) == (8.0, 8.0)
    monkeypatch.setattr(handling, "IDLE_SECONDS", 5.0)
    assert handling.queues().seconds["nudity"] == 5.0


def test_without_decisions(world: World) -> None:
    assert set(handling.queues().seconds.values()) == {0.0}
