from __future__ import annotations

from dataclasses import dataclass

import pytest
from django_prometheus.middleware import Metrics

from accounts import people
from accounts.models import User
from accounts.roles import Role
from review.queues import configure
from tests.world import World, build

PEOPLE = 16


@dataclass(frozen=True)
class Floor:
    """The cast, and sixteen moderators of *nudity* besides."""

    world: World
    moderators: list[User]


@pytest.fixture(scope="session", autouse=True)
def figures_are_registered() -> None:
    """As a process that serves has done before its first request; fifty clients at once would each begin to."""
    Metrics.get_instance()


@pytest.fixture
def floor(transactional_db: None) -> Floor:
    world = build()
    moderators = [
        people.add(email=f"m{n}@example.test", name=f"M {n}", role=Role.MODERATOR, password=None, by="tests")
        for n in range(PEOPLE)
    ]
    configure.set_members(world.nudity, [world.alice, world.bob, world.carol, *moderators], by="tests")
    return Floor(world, moderators)
