"""Signing in with a second factor, and what a person can do who must have one and has none."""

from __future__ import annotations

import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import invitations, second_factor
from accounts.models import AuditEvent, User
from tests.accounts.auth.test_guesses import sign_in
from tests.accounts.test_second_factor import fresh, today, with_app
from tests.world import PASSWORD, World, build

CODES = "/accounts/2fa/authenticate/"
TOO_MANY = "Too many wrong codes. Try again in "


def code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def give(client: Client, code: str, at: str = "192.0.2.1") -> Any:
    return client.post(CODES, {"code": code}, REMOTE_ADDR=at)


def is_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def test_the_password_alone_does_not_let_in(client: Client, world: World) -> None:
    secret = with_app(world.alice)
    assert sign_in(client)["Location"] == CODES
    assert not is_in(client)
    assert give(client, "000000").status_code == 200
    assert not is_in(client)
    assert give(client, code_of(secret)).status_code == 302
    assert is_in(client)
    assert AuditEvent.objects.filter(action="user.second-factor-failed", on_id=str(world.alice.pk)).count() == 1


def test_a_code_is_not_used_twice(world: World) -> None:
    secret = with_app(world.alice)
    code = code_of(secret)
    one, other = Client(), Client()
    sign_in(one)
    give(one, code)
    assert is_in(one)
    sign_in(other)
    give(other, code)
    assert not is_in(other)


def test_guessing_codes_is_slowed_and_the_right_one_works_from_elsewhere(world: World) -> None:
    secret = with_app(world.alice)
    stranger, alice = Client(), Client()
    sign_in(stranger, at="203.0.113.7")
    slowed = [TOO_MANY in give(stranger, f"{n:06}", "203.0.113.7").content.decode() for n in range(50)]
    assert slowed[:5] == [False] * 5
    assert all(slowed[5:])
    give(stranger, code_of(secret), "203.0.113.7")
    assert not is_in(stranger)
    sign_in(alice, at="192.0.2.1")
    give(alice, code_of(secret))
    assert is_in(alice)


def test_who_must_have_one_can_do_nothing_else(client: Client, world: World) -> None:
    second_factor.require({"moderator": today()}, by=world.dave)
    client.force_login(fresh(world.alice))
    for address in ("/", "/review/", "/review/cases/", "/review/my-work/"):
        assert client.get(address)["Location"] == "/accounts/2fa/", address
    assert client.get("/", headers={"HX-Request": "true"})["HX-Redirect"] == "/accounts/2fa/"
    body = {"queues": ["nudity"], "count": 1}
    refused = client.post("/review/api/lease", body, content_type="application/json")
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")
    assert "second factor" in refused.json()["detail"]
    shown = client.get("/accounts/2fa/").content.decode()
    assert "nothing else is open before" in shown
    for address in ("/accounts/logout/", "/accounts/sessions/", "/accounts/zone/"):
        assert client.get(address).status_code == 200


def test_setting_one_up_opens_the_rest(client: Client, world: World) -> None:
    second_factor.require({"moderator": today()}, by=world.dave)
    sign_in(client)
    form = client.get("/accounts/2fa/totp/activate/")
    assert form.status_code == 200
    assert "<svg" in form.content.decode()
    secret = client.session["mfa.totp.secret"]
    with_codes = client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    assert with_codes.status_code == 302
    kinds = set(Authenticator.objects.filter(user=world.alice).values_list("type", flat=True))
    assert kinds == {"totp", "recovery_codes"}


@pytest.mark.django_db(transaction=True)
def test_what_was_set_up_is_noted_on_the_person(client: Client) -> None:
    world = build()
    second_factor.require({"moderator": today()}, by=world.dave)
    sign_in(client)
    client.get("/accounts/2fa/totp/activate/")
    client.post("/accounts/2fa/totp/activate/", {"code": code_of(client.session["mfa.totp.secret"])})
    assert is_in(client)
    assert AuditEvent.objects.filter(action="user.second-factor-added", on_id=str(world.alice.pk)).exists()
    client.post("/accounts/2fa/totp/deactivate/", {})
    assert is_in(client)  # the last factor of a role that needs one stays


def passkey(user: User) -> Authenticator:
    """As the list shows it; nothing signs in with it."""
    made: Authenticator = Authenticator.objects.create(user=user, type="webauthn", data={"name": "Key"})
    second_factor.recount(user)
    return made


def invited(world: World, *, asked: bool) -> User:
    (link,) = invitations.invite(["hana@example.test"], role="moderator", second_factor=asked, by=world.dave)
    return invitations.accept(link.token, name="Hana", password=PASSWORD)


@pytest.mark.parametrize("asked_by", ["rule", "invitation", "nobody"])
def test_the_last_factor_stays_where_one_is_needed(client: Client, world: World, asked_by: str) -> None:
    hana = invited(world, asked=asked_by == "invitation")
    second_factor.require({"moderator": today() if asked_by == "rule" else None}, by=world.dave)
    with_app(hana)
    key = passkey(hana)
    client.force_login(fresh(hana))
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    address = f"/accounts/2fa/webauthn/keys/{key.pk}/remove/"
    client.post("/accounts/2fa/totp/deactivate/", {})  # a passkey is left
    assert not Authenticator.objects.filter(user=hana, type="totp").exists()
    client.post(address)
    assert Authenticator.objects.filter(pk=key.pk).exists() is (asked_by != "nobody")
    if asked_by != "nobody":
        assert client.get(address)["Location"] == "/accounts/2fa/webauthn/"
        assert "cannot deactivate" in client.get("/accounts/2fa/").content.decode()


@pytest.mark.parametrize("asked", [True, False])
def test_so_does_the_app_that_an_invitation_asked_for(client: Client, world: World, asked: bool) -> None:
    hana = invited(world, asked=asked)
    with_app(hana)
    client.force_login(fresh(hana))
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/accounts/2fa/totp/deactivate/", {})
    assert Authenticator.objects.filter(user=hana, type="totp").exists() is asked


def test_a_strangers_passkey_is_not_found(client: Client, world: World) -> None:
    client.force_login(world.alice)
    assert client.post(f"/accounts/2fa/webauthn/keys/{passkey(world.bob).pk}/remove/").status_code == 404


def test_whether_it_is_needed_costs_no_query(client: Client, world: World) -> None:
    client.force_login(world.alice)
    client.get("/accounts/zone/")
    with CaptureQueriesContext(connection) as before:
        client.get("/accounts/zone/")
    User.objects.filter(pk=world.alice.pk).update(second_factor_from=today(), has_second_factor=True)
    with CaptureQueriesContext(connection) as after:
        client.get("/accounts/zone/")
    assert len(after) == len(before)


def test_the_password_is_still_slowed(world: World) -> None:
    with_app(world.alice)
    stranger = Client()
    for _ in range(6):
        sign_in(stranger, password="wrong wrong wrong", at="203.0.113.9")
    answer = sign_in(stranger, password=PASSWORD, at="203.0.113.9").content.decode()
    assert "Too many wrong passwords" in answer
