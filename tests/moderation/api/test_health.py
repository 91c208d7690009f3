"""Alive, ready, and what is answered while the database is not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import OperationalError, connection
from django.test import Client

from moderation.models import Case
from moderation.webhooks.dispatcher_lease import DispatcherLease
from tests.factories import bodies
from tests.moderation.api.calls import post
from tests.stage import signed_in
from tests.world import World


def test_alive_asks_nobody(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "alive"}


def test_ready_asks_the_dependencies(client: Client, db: None) -> None:
    DispatcherLease().take()
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ready",
        "postgresql": "answers",
        "redis": "answers",
        "notReady": [],
        "degraded": [],
        "found": [],
    }


def test_without_redis_we_are_ready_and_say_that_it_is_away(client: Client, db: None, settings: Any) -> None:
    DispatcherLease().take()
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["redis"]) == (200, "does not answer")
    assert (answer.json()["status"], answer.json()["degraded"]) == ("degraded", ["redis"])


def test_figures_are_for_a_private_address_or_a_key_that_reads(client: Client, world: World) -> None:
    direct = [client.get("/metrics", REMOTE_ADDR=address).status_code for address in ("10.0.0.7", "9.9.9.9")]
    through_a_proxy = client.get("/metrics", REMOTE_ADDR="10.0.0.7", headers={"X-Forwarded-For": "9.9.9.9"})
    assert (direct, through_a_proxy.status_code) == ([200, 403], 403), "whose proxy it is tells nothing of who asks"
    keyed = client.get("/metrics", REMOTE_ADDR="9.9.9.9", headers=world.bearer)
    assert keyed.status_code == 200
    bare = {"Authorization": world.bearer["Authorization"].removeprefix("Bearer ")}
    assert client.get("/metrics", REMOTE_ADDR="9.9.9.9", headers=bare).status_code == 403


def test_monitors_may_ask_for_the_head_alone(client: Client, db: None) -> None:
    assert [client.head(path).status_code for path in ("/healthz", "/readyz")] == [200, 200]


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_they_are_only_asked(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405


@pytest.mark.django_db(transaction=True)
def test_while_the_database_is_read_only_nothing_is_acknowledged(client: Client, world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    try:
        answer = post(client, bodies.envelope(), world.bearer)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET default_transaction_read_only = off")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer["Content-Type"] == "application/problem+json"
    assert not Case.objects.exists()
    assert post(client, bodies.envelope(), world.bearer).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_while_the_database_is_down_it_is_a_503_and_it_recovers_by_itself(client: Client, world: World) -> None:
    with unreachable():
        answers = [post(client, bodies.envelope(), world.bearer), client.get("/readyz")]
    assert [answer.status_code for answer in answers] == [503, 503]
    assert answers[0]["Retry-After"] == "5"
    assert answers[1].json()["postgresql"].startswith("the database does not answer")
    assert answers[1].json()["notReady"] == ["postgresql"]
    assert post(client, bodies.envelope(), world.bearer).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_who_is_signed_in_is_told_to_try_again_meanwhile(world: World) -> None:
    """The person's zone is read before the view is."""
    signed = signed_in(world.alice)
    with unreachable():
        answers = [signed.get("/review/my-work/"), signed.get("/healthz")]
    assert [answer.status_code for answer in answers] == [503, 200]
    assert answers[0]["Retry-After"] == "5"
    assert signed.get("/review/my-work/").status_code == 200


@contextmanager
def unreachable() -> Iterator[None]:
    """Nobody listens where the database should be, and there is no pool to wait for."""
    connection.close()
    kept = connection.settings_dict
    options = {name: value for name, value in kept["OPTIONS"].items() if name != "pool"}
    connection.settings_dict = kept | {"HOST": "127.0.0.1", "PORT": "9", "OPTIONS": options}
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = kept


@pytest.mark.django_db(transaction=True)
def test_a_session_that_cannot_be_saved_is_an_outage_too(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sessions are saved after the view, where no view's error is seen."""

    def down(*_: Any, **__: Any) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(SessionMiddleware, "process_response", down)
    client.raise_request_exception = False
    answer = client.get("/accounts/login/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
