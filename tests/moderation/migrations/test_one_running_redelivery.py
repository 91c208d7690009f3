"""Of redeliveries that were under way for the same filters, the first goes on."""

from __future__ import annotations

from importlib import import_module

from django.db import connection

from moderation.models import Redelivery
from tests.world import World


def test_repeats_are_cancelled(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX redelivery_running_once")
        for state in ("dead", "dead", "delivered"):
            job = {"filters": {"state": state}, "counted": 1, "last_id": 1, "created_by": world.dave}
            Redelivery.objects.create(**job)
        cursor.execute(import_module("moderation.migrations.0028_one_running_redelivery")._CANCEL_REPEATS)
    states = Redelivery.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["running", "cancelled", "running"]
