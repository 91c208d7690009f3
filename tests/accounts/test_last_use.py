"""When a key was last used: written with the counts of the process, and never by a call."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import access_keys
from accounts.models import AccessKey
from tests.world import World


def use(client: Client, world: World) -> int:
    return client.get("/api/v1/results/none", headers=world.bearer).status_code


def last_used(world: World) -> datetime | None:
    return AccessKey.objects.get(pk=world.key.pk).last_used_at


def test_a_call_writes_nothing_and_is_recorded_later(client: Client, world: World) -> None:
    access_keys.LAST_USE.buffer.flush()
    with CaptureQueriesContext(connection) as queries:
        assert use(client, world) == 404
    assert not [one for one in queries if "last_used_at" in one["sql"]]
    assert last_used(world) is None
    access_keys.LAST_USE.buffer.flush()
    used = last_used(world)
    assert used is not None
    assert timezone.now() - used < timedelta(minutes=1)


def test_a_process_that_writes_late_takes_nothing_back(client: Client, world: World) -> None:
    newer = timezone.now() + timedelta(minutes=1)
    AccessKey.objects.filter(pk=world.key.pk).update(last_used_at=newer)
    use(client, world)
    access_keys.LAST_USE.buffer.flush()
    assert last_used(world) == newer


def test_a_key_that_is_gone_keeps_no_other_from_being_recorded(client: Client, world: World) -> None:
    access_keys.LAST_USE.record(10**12)
    use(client, world)
    access_keys.LAST_USE.buffer.flush()
    assert last_used(world) is not None


def test_a_wrong_key_is_no_use(client: Client, world: World) -> None:
    wrong = {"Authorization": world.bearer["Authorization"].replace("Bearer", "Basic")}
    assert client.get("/api/v1/results/none", headers=wrong).status_code == 401
    access_keys.LAST_USE.buffer.flush()
    assert last_used(world) is None
