"""Of replays that were under way for the same policies and cases, the first goes on."""

from __future__ import annotations

from importlib import import_module

from django.db import connection

from moderation.models import ReplayReport
from tests.world import World


def test_repeats_are_cancelled(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX replay_running_once")
        for last in (10, 10, 20):
            sums = {"body": {}, "body_sha256": "a", "in_force": 1, "in_force_body": {}, "figures": {}}
            ReplayReport.objects.create(**sums, last=last, cursor=1, created_by=world.dave)
        cursor.execute(import_module("moderation.migrations.0042_replays_that_end")._CANCEL_REPEATS)
    assert list(ReplayReport.objects.order_by("pk").values_list("state", flat=True)) == [
        "running",
        "cancelled",
        "running",
    ]
