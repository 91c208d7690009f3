"""Signing in and out in the browser."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from accounts import people
from accounts.models import AuditEvent, User
from tests.world import PASSWORD, World

LOGIN = "/accounts/login/"
TOO_MANY = "Too many wrong passwords"


def sign_in(client: Client, email: str = "alice@example.test", password: str = PASSWORD, **more: Any) -> Any:
    return client.post(LOGIN, {"login": email, "password": password}, **more)


def is_in(client: Client) -> bool:
    return client.get("/").status_code == 200


@pytest.mark.parametrize("email", ["alice@example.test", "ALICE@Example.Test", " alice@example.test "])
def test_the_address_is_read_in_any_case(client: Client, world: World, email: str) -> None:
    assert sign_in(client, email)["Location"] == "/"
    assert is_in(client)


def test_a_session_ends_by_itself(client: Client, world: World) -> None:
    sign_in(client)
    Session.objects.update(expire_date=datetime.now(UTC) - timedelta(seconds=1))
    assert not is_in(client)


def test_who_is_no_longer_active_is_out_at_once(client: Client, world: World) -> None:
    sign_in(client)
    User.objects.filter(pk=world.alice.pk).update(is_active=False)  # by whatever way
    assert not is_in(client)


@pytest.mark.parametrize("email", ["alice@example.test", "nobody@example.test"])
def test_a_wrong_password_and_an_unknown_address_read_alike(client: Client, world: World, email: str) -> None:
    answer = sign_in(client, email, "wrong wrong wrong")
    assert "email address and/or password you specified are not correct" in answer.content.decode()
    assert not is_in(client)


def test_an_address_that_one_claims_for_oneself_counts_for_nothing(client: Client, world: World) -> None:
    for _ in range(5):
        sign_in(client, password="wrong wrong wrong")
    assert TOO_MANY in sign_in(client).content.decode()
    spoofed = sign_in(client, headers={"X-Forwarded-For": "203.0.113.7"})
    assert TOO_MANY in spoofed.content.decode()


def test_behind_a_proxy_people_are_counted_by_their_own_address(client: Client, world: World, settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for n in range(6):  # what they say of themselves comes before what our proxy adds
        sent = {"X-Forwarded-For": f"198.51.100.{n}, 203.0.113.7"}
        answer = sign_in(client, password="wrong wrong wrong", headers=sent)
    assert TOO_MANY in answer.content.decode()
    assert sign_in(client, headers={"X-Forwarded-For": "203.0.113.8"}).status_code == 302


def test_a_deactivated_person_stays_out(client: Client, world: World) -> None:
    people.change(world.alice, by=world.dave, name="Alice", role="moderator", is_active=False)
    answer = sign_in(client, follow=True)
    assert answer.redirect_chain[0][0] == "/accounts/inactive/"
    assert not is_in(client)


def test_a_person_without_a_password_stays_out(client: Client, world: World) -> None:
    people.add(email="new@example.test", name="New", role="moderator", password=None, by=world.dave)
    for password in ("", "None", "!"):
        assert sign_in(client, "new@example.test", password).status_code == 200
    assert not is_in(client)


def test_nobody_signs_up(client: Client, world: World) -> None:
    assert "Sign Up Closed" in client.get("/accounts/signup/").content.decode()
    client.post("/accounts/signup/", {"email": "new@example.test", "password1": PASSWORD})
    assert not User.objects.filter(email="new@example.test").exists()


@pytest.mark.parametrize("path", ["email/", "password/reset/", "password/set/", "login/code/", "confirm-email/"])
def test_the_pages_that_change_addresses_or_send_mail_are_not_there(client: Client, world: World, path: str) -> None:
    client.force_login(world.alice)
    assert client.get(f"/accounts/{path}").status_code == 404


@pytest.mark.parametrize("place", ["/review/", "/manage/?next=/"])
def test_signing_in_leads_where_one_wanted_to_go(client: Client, world: World, place: str) -> None:
    assert client.post(LOGIN, {"login": "dave@example.test", "password": PASSWORD, "next": place})["Location"] == place


@pytest.mark.parametrize(
    "place",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example/",
        "/\\evil.example/",
        "\\\\evil.example/",
        "https:evil.example",
        "javascript:alert(1)",
        "http://testserver@evil.example/",
        " //evil.example/",
        "/\t/evil.example/",
    ],
)
def test_signing_in_and_out_leads_to_no_other_site(client: Client, world: World, place: str) -> None:
    signed_in = client.post(LOGIN, {"login": "alice@example.test", "password": PASSWORD, "next": place})
    assert signed_in["Location"] == "/"
    assert client.get(LOGIN, {"next": place})["Location"] == "/"
    assert client.post(f"/accounts/logout/?next={place}", {"next": place})["Location"] == LOGIN


def test_only_a_post_signs_out(client: Client, world: World) -> None:
    sign_in(client)
    assert client.get("/accounts/logout/").status_code == 200
    assert is_in(client)
    assert client.post("/accounts/logout/")["Location"] == LOGIN
    assert not is_in(client)


@pytest.mark.parametrize("path", [LOGIN, "/accounts/logout/", "/accounts/password/change/"])
def test_a_form_from_elsewhere_is_refused(world: World, path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.alice)
    assert client.post(path, {"login": "alice@example.test", "password": PASSWORD}).status_code == 403


def test_a_password_changed_by_its_owner_is_audited_and_ends_the_other_sessions(client: Client, world: World) -> None:
    elsewhere = Client()
    for browser in (client, elsewhere):
        sign_in(browser)
    new = "a new long battery"
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert (is_in(client), is_in(elsewhere)) == (True, False)
    event = AuditEvent.objects.get(action="user.password-set")
    assert (event.by, event.on_id) == (world.alice, str(world.alice.pk))
    assert sign_in(Client(), password=new).status_code == 302


@pytest.mark.parametrize("weak", ["short", "password1234", "alice@example.test", "123456789012"])
def test_a_weak_password_is_refused(client: Client, world: World, weak: str) -> None:
    sign_in(client)
    answer = client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": weak, "password2": weak})
    assert answer.status_code == 200
    world.alice.refresh_from_db()
    assert world.alice.check_password(PASSWORD)


@pytest.mark.parametrize("path", [LOGIN, "/review/", "/healthz", "/nothing-here"])
def test_no_page_may_use_what_a_browser_could_give_it(client: Client, world: World, path: str) -> None:
    client.force_login(world.alice)
    policy = client.get(path)["Permissions-Policy"]
    assert {"camera=()", "microphone=()", "geolocation=()", "payment=()", "usb=()"} <= set(policy.split(", "))
