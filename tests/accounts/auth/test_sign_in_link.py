"""The operator's way to let somebody in: `manage.py sign_in_link`."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from accounts import people
from accounts.models import AuditEvent
from moderation.runtime.logs import without_secrets
from tests.accounts.auth.test_guesses import gets_in, guess
from tests.world import World, build


def link(email: str = "alice@example.test") -> str:
    out = io.StringIO()
    call_command("sign_in_link", email, host="http://testserver/", stdout=out)
    return out.getvalue().strip()


def is_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def test_it_lets_in_while_strangers_keep_a_new_browser_out(client: Client, world: World) -> None:
    for n in range(12):
        guess(6, at=f"198.51.100.{n}")
    assert not gets_in(Client())
    url = link()
    assert url.startswith("http://testserver/accounts/link/")
    shown = client.get(url)
    assert "<bdi>Alice</bdi>" in shown.content.decode()
    assert not is_in(client)  # opening it changes nothing
    assert client.post(url)["Location"] == "/"
    assert is_in(client)
    client.post("/accounts/logout/")
    assert gets_in(client)  # the browser is known from now on


def test_it_works_once(client: Client, world: World) -> None:
    url = link()
    client.post(url)
    assert Client().post(url).status_code == 404
    assert "has been used, or is older than 15 minutes" in Client().get(url).content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_use_it_at_once_one_gets_in() -> None:
    build()
    url = link()
    both = Barrier(2)

    def use(_: int) -> int:
        with closing(connection):
            both.wait()
            return Client().post(url).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(use, range(2))) == [302, 404]


def test_who_signs_in_by_it_is_recorded(client: Client, world: World) -> None:
    client.post(link(), REMOTE_ADDR="198.51.100.7")
    (event,) = AuditEvent.objects.filter(action="user.signed-in")
    assert (event.by, event.details) == (world.alice, {"address": "198.51.100.7", "way": "link"})


def test_it_works_for_a_quarter_of_an_hour(client: Client, world: World) -> None:
    now = datetime.now(UTC)
    with time_machine.travel(now, tick=False):
        url = link()
    with time_machine.travel(now + timedelta(minutes=14), tick=False):
        assert client.get(url).status_code == 200
    with time_machine.travel(now + timedelta(minutes=16), tick=False):
        assert client.post(url).status_code == 404


def test_a_new_password_a_new_role_and_a_deactivation_end_it(client: Client, world: World) -> None:
    links = [link() for _ in range(3)]
    people.set_password(world.alice, "a new long battery", by=world.dave)
    assert client.post(links[0]).status_code == 404
    links = [link()]
    people.change(world.alice, by=world.dave, name="Alice", role="lead", is_active=True)
    assert client.post(links[0]).status_code == 404
    links = [link()]
    people.change(world.alice, by=world.dave, name="Alice", role="lead", is_active=False)
    assert client.post(links[0]).status_code == 404
    with pytest.raises(CommandError, match="no active person"):
        link()


@pytest.mark.parametrize("token", ["x", "eyJ1c2VyIjoxfQ:1a:b", "%00", "%ff"])
def test_a_made_up_link_is_none(client: Client, world: World, token: str) -> None:
    assert client.post(f"/accounts/link/{token}/").status_code == 404


def test_it_is_audited_and_logged_nowhere(client: Client, world: World) -> None:
    url = link()
    event = AuditEvent.objects.get(action="user.sign-in-link-made")
    assert (event.by_name, event.on_id) == ("command line", str(world.alice.pk))
    token = url.removeprefix("http://testserver/accounts/link/").rstrip("/")
    assert token not in str(list(AuditEvent.objects.values()))
    assert token not in without_secrets(f"GET {url} 500")


def test_a_form_from_elsewhere_is_refused(world: World) -> None:
    assert Client(enforce_csrf_checks=True).post(link()).status_code == 403
