"""When a person was last here: to the minute, and not with every request."""

from __future__ import annotations

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.auth import presence
from accounts.models import User
from tests.accounts.auth.test_guesses import sign_in
from tests.world import World


def test_it_is_written_once_a_minute(client: Client, world: World) -> None:
    sign_in(client)
    long_ago = timezone.now() - timedelta(hours=1)
    User.objects.filter(pk=world.alice.pk).update(last_login=long_ago, seen_at=long_ago)
    UserSession.objects.update(last_seen_at=long_ago)
    client.get("/accounts/zone/")
    seen = User.objects.get(pk=world.alice.pk).seen_at
    assert seen is not None
    assert seen > timezone.now() - timedelta(seconds=10)
    assert UserSession.objects.get().last_seen_at > timezone.now() - timedelta(seconds=10)
    with CaptureQueriesContext(connection) as queries:
        client.get("/accounts/zone/")
    assert not [query for query in queries if "UPDATE" in query["sql"]]


def test_a_visitor_is_nobody(client: Client, world: World) -> None:
    assert client.get("/accounts/login/").status_code == 200
    assert not User.objects.exclude(seen_at=None).exists()


def test_who_is_here(world: World) -> None:
    world.alice.seen_at = timezone.now() - timedelta(minutes=2)
    world.bob.seen_at = timezone.now() - timedelta(minutes=10)
    assert presence.is_here(world.alice)
    assert not presence.is_here(world.bob)
    assert not presence.is_here(world.carol)
    world.alice.is_active = False
    assert not presence.is_here(world.alice)
