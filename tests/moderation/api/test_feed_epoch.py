"""After a restore the events are numbered anew: a cursor of before is refused, with the one to go on with."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from accounts.models import AuditEvent
from moderation.api import cursors
from moderation.models import FeedEpoch, FinalResult
from moderation.results import feed_epoch
from tests.moderation.api.test_events import EVENTS, decided, events
from tests.races.crowd import at_once
from tests.world import World


def ask(client: Client, world: World, after: str) -> Any:
    return client.get(EVENTS, {"after": after}, headers=world.bearer)


def new_epoch() -> None:
    call_command("new_feed_epoch", stdout=StringIO())


def restored_elsewhere() -> None:
    """The dump was made in another cluster than the one it is in now."""
    FeedEpoch.objects.update(system_identifier=FeedEpoch.objects.get().system_identifier ^ 1)


@pytest.mark.parametrize("restore", [new_epoch, restored_elsewhere])
def test_an_old_cursor_is_refused_and_the_oldest_named(client: Client, world: World, restore: Any) -> None:
    first = decided(world)
    old = events(client, world.bearer)["next"]
    FinalResult.objects.filter(decision_id=first).update(event_number=None, event_app=None)  # as the backup has it
    restore()
    answer = ask(client, world, old)
    assert (answer.status_code, answer["Content-Type"]) == (410, "application/problem+json")
    told = answer.json()
    assert "restored" in told["detail"]
    second = decided(world)
    items = ask(client, world, told["oldest"]).json()["items"]
    assert [one["decisionId"] for one in items] == [first, second], "what has the old number now is not missed"
    assert ask(client, world, items[0]["cursor"]).status_code == 200


def test_it_is_replaced_once_and_on_the_record(client: Client, world: World) -> None:
    events(client, world.bearer)
    restored_elsewhere()
    nexts = {events(client, world.bearer)["next"] for _ in range(3)}
    assert len(nexts) == 1
    assert AuditEvent.objects.filter(action="feed.epoch-replaced").count() == 1
    new_epoch()
    assert events(client, world.bearer)["next"] not in nexts
    assert AuditEvent.objects.filter(action="feed.epoch-replaced").count() == 2


def test_a_failover_keeps_every_cursor(client: Client, world: World) -> None:
    """The standby has the primary's system identifier and every row."""
    decided(world)
    before = events(client, world.bearer)["next"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT system_identifier FROM pg_control_system()")
        (identifier,) = cursor.fetchone()
    assert FeedEpoch.objects.get().system_identifier == identifier
    assert ask(client, world, before).json()["items"] == []


def test_a_database_that_does_not_tell_who_it_is_keeps_its_epoch(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = events(client, world.bearer)["next"]
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE curious")
        cursor.execute("REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC")
        cursor.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO curious")
        cursor.execute("SET LOCAL ROLE curious")
    assert feed_epoch._system_identifier() == 0
    assert ask(client, world, before).status_code == 200


def test_a_cursor_from_before_there_were_epochs_is_refused_too(client: Client, world: World) -> None:
    answer = ask(client, world, cursors.sealed("events", 1))
    assert answer.status_code == 410
    assert ask(client, world, answer.json()["oldest"]).status_code == 200


@pytest.mark.parametrize("numbers", [(), (1, 2, 3), (-1, 0)])
def test_what_never_was_a_cursor_is_still_an_error(client: Client, world: World, numbers: tuple[int, ...]) -> None:
    assert ask(client, world, cursors.sealed("events", *numbers)).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_readers_at_the_same_moment_get_one_epoch(transactional_db: None) -> None:
    assert len(set(at_once([feed_epoch.current] * 8))) == 1
    restored_elsewhere()
    assert len(set(at_once([feed_epoch.current] * 8))) == 1
    assert AuditEvent.objects.filter(action="feed.epoch-replaced").count() == 1
