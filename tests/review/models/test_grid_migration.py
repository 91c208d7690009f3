"""What the migration makes of tasks that waited before there was a grid."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.apps import apps

from review.models import Queue, ReviewTask
from tests.factories import grids
from tests.factories.grids import LABEL, entered, label
from tests.world import World

MIGRATION: Any = import_module("review.migrations.0008_grid")


def test_open_tasks_are_rated_by_what_the_machine_said_and_critical_queues_have_no_grid(world: World) -> None:
    entered(world.web), entered(world.web, LABEL, label("minor")), entered(world.web, "unheard-of")
    grids.waiting(world.nudity, app=world.web, count=3)
    ReviewTask.objects.update(severity="")
    MIGRATION.AT_ONCE, before = 2, MIGRATION.AT_ONCE
    try:
        MIGRATION.rate_open_tasks(apps, None)
    finally:
        MIGRATION.AT_ONCE = before
    rated = list(ReviewTask.objects.order_by("pk").values_list("severity", flat=True))
    assert rated == ["moderate", "critical", "", "moderate", "moderate", "moderate"]
    assert set(Queue.objects.values_list("slug", "grid")) == {("default", False), ("nudity", True)}
