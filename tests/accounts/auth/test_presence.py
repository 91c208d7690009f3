"""When a person was last here: written twice a minute, and not with a request."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.auth import presence
from accounts.models import User
from tests.accounts.auth.test_guesses import sign_in
from tests.world import World


def seen_long_ago() -> None:
    """By everybody, in every session."""
    long_ago = timezone.now() - timedelta(hours=1)
    User.objects.update(last_login=long_ago, seen_at=long_ago)
    UserSession.objects.update(last_seen_at=long_ago)
    presence.buffer.flush()


def is_fresh(at: datetime | None) -> bool:
    return at is not None and at > timezone.now() - timedelta(seconds=10)


def test_no_request_writes_it(client: Client, world: World) -> None:
    sign_in(client)
    presence.buffer.flush()
    seen_long_ago()
    with CaptureQueriesContext(connection) as queries:
        client.get("/accounts/zone/")
    assert not any("seen_at = " in query["sql"] for query in queries)
    assert not is_fresh(User.objects.get(pk=world.alice.pk).seen_at)
    presence.buffer.flush()
    assert is_fresh(User.objects.get(pk=world.alice.pk).seen_at)
    assert is_fresh(UserSession.objects.get().last_seen_at)


def test_each_session_has_its_own(world: World) -> None:
    laptop, phone = Client(), Client()
    for browser in (laptop, phone):
        sign_in(browser)
    presence.buffer.flush()
    seen_long_ago()
    laptop.get("/accounts/zone/")
    presence.buffer.flush()
    of_laptop, of_phone = (UserSession.objects.filter(session_key=one.session.session_key) for one in (laptop, phone))
    assert (is_fresh(of_laptop.get().last_seen_at), is_fresh(of_phone.get().last_seen_at)) == (True, False)
    for browser in (laptop, phone):
        browser.get("/accounts/zone/")
    presence.buffer.flush()
    assert is_fresh(of_phone.get().last_seen_at)


def test_a_visitor_is_nobody(client: Client, world: World) -> None:
    assert client.get("/accounts/login/").status_code == 200
    presence.buffer.flush()
    assert not User.objects.exclude(seen_at=None).exists()


def test_who_is_here(world: World) -> None:
    world.alice.seen_at = timezone.now() - timedelta(minutes=2)
    world.bob.seen_at = timezone.now() - timedelta(minutes=10)
    assert presence.is_here(world.alice)
    assert not presence.is_here(world.bob)
    assert not presence.is_here(world.carol)
    world.alice.is_active = False
    assert not presence.is_here(world.alice)
