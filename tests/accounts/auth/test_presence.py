"""When a person was last here: to the minute, and not with every request."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.auth import presence
from accounts.models import User
from tests.accounts.auth.test_guesses import sign_in
from tests.waiting import PATIENCE_SECONDS
from tests.world import World, build


def seen_long_ago() -> None:
    """By everybody, in every session; and this process has written nothing lately."""
    long_ago = timezone.now() - timedelta(hours=1)
    User.objects.update(last_login=long_ago, seen_at=long_ago)
    UserSession.objects.update(last_seen_at=long_ago)
    presence._SEEN._due.clear()


def is_fresh(at: datetime | None) -> bool:
    return at is not None and at > timezone.now() - timedelta(seconds=10)


def writes(client: Client) -> int:
    with CaptureQueriesContext(connection) as queries:
        client.get("/accounts/zone/")
    return sum("last_seen_at = " in query["sql"] for query in queries)


def test_it_is_written_once_a_minute(client: Client, world: World) -> None:
    sign_in(client)
    assert writes(client) == 0  # the sign-in says it
    seen_long_ago()
    assert [writes(client) for _ in range(3)] == [1, 0, 0]
    assert is_fresh(User.objects.get(pk=world.alice.pk).seen_at)
    assert is_fresh(UserSession.objects.get().last_seen_at)


def test_each_session_has_its_own(world: World) -> None:
    laptop, phone = Client(), Client()
    for browser in (laptop, phone):
        sign_in(browser)
    seen_long_ago()
    writes(laptop)
    of_laptop, of_phone = (UserSession.objects.filter(session_key=one.session.session_key) for one in (laptop, phone))
    assert (is_fresh(of_laptop.get().last_seen_at), is_fresh(of_phone.get().last_seen_at)) == (True, False)
    person = User.objects.get(pk=world.alice.pk).seen_at
    writes(phone)
    assert is_fresh(of_phone.get().last_seen_at)
    assert User.objects.get(pk=world.alice.pk).seen_at == person  # within the minute


@pytest.mark.django_db(transaction=True)
def test_a_row_that_is_locked_costs_nobody_their_page() -> None:
    world, client = build(), Client()
    sign_in(client)
    seen_long_ago()

    def page() -> int:
        try:
            return client.get("/accounts/zone/").status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as browser, transaction.atomic():
        User.objects.select_for_update().get(pk=world.alice.pk)
        assert browser.submit(page).result(timeout=PATIENCE_SECONDS) == 200


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
