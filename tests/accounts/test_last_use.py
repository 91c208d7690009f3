"""When a key was last used: written once a minute at most, and never in the way of a call."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import access_keys, last_use
from accounts.models import AccessKey
from tests.world import World


def use(client: Client, world: World) -> int:
    return client.get("/api/v1/results/none", headers=world.bearer).status_code


def written(client: Client, world: World) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert use(client, world) == 404
    return len([one for one in queries if "last_used_at = " in one["sql"]])


def last_used(world: World) -> Any:
    return AccessKey.objects.get(pk=world.key.pk).last_used_at


def test_a_call_is_recorded_once_a_minute_by_each_process(client: Client, world: World) -> None:
    assert last_used(world) is None
    assert [written(client, world) for _ in range(3)] == [1, 0, 0]
    assert timezone.now() - last_used(world) < timedelta(minutes=1)


def test_another_process_writes_nothing_within_the_minute(client: Client, world: World) -> None:
    use(client, world)
    seen = last_used(world)
    access_keys.LAST_USE._due.clear()  # as in another process
    assert written(client, world) == 1  # it asks
    assert last_used(world) == seen
    long_ago = timezone.now() - timedelta(minutes=2)
    AccessKey.objects.filter(pk=world.key.pk).update(last_used_at=long_ago)
    access_keys.LAST_USE._due.clear()
    use(client, world)
    assert last_used(world) > long_ago + timedelta(minutes=1)


def test_a_wrong_key_is_no_use(client: Client, world: World) -> None:
    wrong = {"Authorization": world.bearer["Authorization"].replace("Bearer", "Basic")}
    assert client.get("/api/v1/results/none", headers=wrong).status_code == 401
    assert last_used(world) is None


def test_a_database_that_refuses_it_refuses_no_call(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Refusing:
        def rows(self, **_: Any) -> None:
            raise DatabaseError("read-only")

    monkeypatch.setattr(access_keys.LAST_USE, "_statement", Refusing())
    assert use(client, world) == 404


def test_what_is_remembered_has_a_bound(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(last_use, "MOST_REMEMBERED", 3)
    for pk in range(10**9, 10**9 + 10):
        access_keys.LAST_USE.record(pk)
    assert len(access_keys.LAST_USE._due) <= 3
