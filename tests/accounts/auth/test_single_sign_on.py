"""Single sign-on at a real OpenID provider, a process of its own on this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.db import transaction
from django.test import Client

from accounts import people
from accounts.auth.single_sign_on import BEGIN
from accounts.models import AuditEvent, User
from moderation.outbound.addresses import parse_networks
from tests.accounts.test_second_factor import with_app
from tests.processes import free_port
from tests.races.crowd import held_up
from tests.waiting import wait_for
from tests.world import World

LOGIN, CALLBACK = "/accounts/oidc/sign-on/login/", "/accounts/oidc/sign-on/login/callback/"
CLAIMS = (
    {"sub": "a1", "email": "alice@example.test", "email_verified": True, "name": "Alice"},
    {"sub": "n1", "email": "nina@example.test", "email_verified": True, "name": "Nina Novak"},
    {"sub": "u1", "email": "dave@example.test", "email_verified": False, "name": "Not Dave"},
    {"sub": "u2", "email": "dave@example.test", "email_verified": "false", "name": "Not Dave"},
    {"sub": "u3", "email": "dave@example.test", "email_verified": 1, "name": "Not Dave"},
    {"sub": "b1", "email": "bob@example.test", "email_verified": "true", "name": "Bob"},
)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *request: Any) -> None:
        return None


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    port = free_port()
    claims = [part for one in CLAIMS for part in ("--user-claims", json.dumps(one))]
    argv = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), *claims]
    process = subprocess.Popen(
        argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONWARNINGS": "ignore"}
    )
    issuer = f"http://127.0.0.1:{port}"
    try:
        wait_for(lambda: _answers(issuer), what="the provider to answer")
        yield issuer
    finally:
        process.terminate()
        process.wait()


def _answers(issuer: str) -> bool:
    try:
        urllib.request.urlopen(f"{issuer}/.well-known/openid-configuration", timeout=5).close()  # noqa: S310 - our own process
    except OSError:
        return False
    return True


@pytest.fixture
def sign_on(provider: str, settings: Any, world: World) -> str:
    settings.OIDC_ISSUER = settings.OIDC_ORIGIN = provider
    settings.OIDC_NAME, settings.OIDC_NEW_PEOPLE = "login.example.test", ""
    app = {"provider_id": "sign-on", "name": "login", "client_id": "ours", "secret": "shh"}
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [{**app, "settings": {"server_url": provider}}]}
    }
    return provider


def at_provider(client: Client, sub: str) -> str:
    """Go to the provider and sign in there; the address at which it sends the browser back."""
    away = client.post(LOGIN)
    assert away.status_code == 302, away.content
    query = parse_qs(urlsplit(away["Location"]).query)
    assert query["code_challenge_method"] == ["S256"]
    form = urlencode({"sub": sub}).encode()
    try:
        urllib.request.build_opener(NoRedirect).open(away["Location"], data=form, timeout=10)
    except urllib.error.HTTPError as redirect:
        back = urlsplit(redirect.headers["Location"])
        assert back.path == CALLBACK
        return f"{back.path}?{back.query}"
    raise AssertionError("The provider did not send the browser back.")


def is_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def test_a_known_person_comes_in_by_a_verified_address(client: Client, sign_on: str, world: World) -> None:
    shown = client.get("/accounts/login/")
    assert "login.example.test" in shown.content.decode()
    assert f"form-action 'self' {sign_on}" in shown["Content-Security-Policy"]
    client.get(at_provider(client, "a1"))
    assert is_in(client)
    assert SocialAccount.objects.get().user == world.alice
    assert not SocialToken.objects.exists()
    assert AuditEvent.objects.filter(action="user.sign-on-connected", on_id=str(world.alice.pk)).count() == 1
    assert AuditEvent.objects.get(action="user.signed-in").details["way"] == "single sign-on"
    again = Client()
    again.get(at_provider(again, "a1"))
    assert is_in(again)
    assert SocialAccount.objects.count() == 1


def test_somebody_unknown_is_refused(client: Client, sign_on: str) -> None:
    answer = client.get(at_provider(client, "n1"), follow=True)
    assert "Nobody here has this address" in answer.content.decode()
    assert not is_in(client)
    assert not User.objects.filter(email="nina@example.test").exists()


def test_somebody_unknown_gets_the_role_that_the_settings_name(client: Client, sign_on: str, settings: Any) -> None:
    settings.OIDC_NEW_PEOPLE = "moderator"
    client.get(at_provider(client, "n1"))
    assert is_in(client)
    nina = User.objects.get(email="nina@example.test")
    assert (nina.name, nina.role, nina.has_usable_password()) == ("Nina Novak", "moderator", False)


@pytest.mark.parametrize("new_people", ["", "moderator"])
@pytest.mark.parametrize("sub", ["u1", "u2", "u3"])
def test_an_address_that_is_not_verified_is_nobodys(
    client: Client, sign_on: str, settings: Any, new_people: str, sub: str
) -> None:
    settings.OIDC_NEW_PEOPLE = new_people
    client.get(at_provider(client, sub))
    assert not is_in(client)
    assert not SocialAccount.objects.exists()


def test_a_provider_that_says_true_in_a_string_is_understood(client: Client, sign_on: str) -> None:
    client.get(at_provider(client, "b1"))
    assert is_in(client)


def test_a_deactivated_person_stays_out(client: Client, sign_on: str, world: World) -> None:
    client.get(at_provider(client, "a1"))
    people.change(world.alice, by=world.dave, name="Alice", role="moderator", is_active=False)
    assert not is_in(client)
    client.get(at_provider(client, "a1"))
    assert not is_in(client)


def test_the_second_factor_is_asked_for_as_well(client: Client, sign_on: str, world: World) -> None:
    with_app(world.alice)
    assert client.get(at_provider(client, "a1"))["Location"] == "/accounts/2fa/authenticate/"
    assert not is_in(client)


@pytest.mark.django_db(transaction=True)
def test_a_first_sign_in_undoes_no_change_that_is_made_meanwhile(sign_on: str, world: World) -> None:
    browser = Client()
    address = at_provider(browser, "a1")
    demote = partial(people.change, world.alice, by=world.dave, name="Alice", role="auditor", is_active=True)
    held_up(demote, lambda: browser.get(address))
    world.alice.refresh_from_db()
    assert (world.alice.role, world.alice.session_epoch) == ("auditor", 1)


@pytest.mark.django_db(transaction=True)
def test_two_browsers_come_in_for_the_first_time_at_once(sign_on: str, world: World) -> None:
    browsers = [Client(), Client()]
    backs = [partial(browser.get, at_provider(browser, "a1")) for browser in browsers]
    held_up(lambda: User.objects.select_for_update().get(pk=world.alice.pk), *backs)
    assert all(is_in(browser) for browser in browsers)
    assert SocialAccount.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_browsers_of_somebody_new_come_in_at_once(sign_on: str, settings: Any) -> None:
    settings.OIDC_NEW_PEOPLE = "moderator"
    browsers = [Client(), Client()]
    backs = [partial(browser.get, at_provider(browser, "n1")) for browser in browsers]
    add = partial(User.objects.create, email="nina@example.test", name="Nina")
    held_up(add, *backs, meanwhile=lambda: transaction.set_rollback(True))
    assert all(is_in(browser) for browser in browsers)
    assert SocialAccount.objects.count() == 1


def test_a_callback_of_another_browser_is_refused(client: Client, sign_on: str) -> None:
    address = at_provider(client, "a1")
    thief = Client()
    thief.get(address)
    assert not is_in(thief)


@pytest.mark.parametrize("process", ["connect", "redirect"])
def test_it_signs_in_and_does_nothing_else(client: Client, sign_on: str, world: World, process: str) -> None:
    client.force_login(world.bob)
    assert client.post(f"{LOGIN}?process={process}").status_code == 404
    assert client.post(LOGIN, {"process": process}).status_code == 404


def test_the_provider_is_asked_once_to_describe_itself(client: Client, sign_on: str, settings: Any) -> None:
    assert client.post(LOGIN).status_code == 302
    settings.OIDC_ALLOWED_NETWORKS = parse_networks("10.1.0.0/16")  # from here on nothing is asked
    assert client.post(LOGIN)["Location"].startswith(sign_on)


def test_one_address_begins_so_often_and_no_more(client: Client, sign_on: str) -> None:
    begun = 0
    while client.post(LOGIN)["Location"].startswith(sign_on):
        begun += 1
        assert begun < 10 * BEGIN.burst
    assert begun >= BEGIN.burst
    assert "Too many attempts" in client.get("/accounts/login/").content.decode()
    assert client.post(LOGIN, REMOTE_ADDR="192.0.2.77")["Location"].startswith(sign_on)


def test_a_provider_on_a_network_that_is_not_named_is_not_called(client: Client, sign_on: str, settings: Any) -> None:
    settings.OIDC_ALLOWED_NETWORKS = parse_networks("10.1.0.0/16")
    answer = client.post(LOGIN, follow=True)
    assert "did not let you in, or does not answer" in answer.content.decode()


def test_a_dead_provider_is_told(client: Client, sign_on: str, settings: Any) -> None:
    dead = f"http://127.0.0.1:{free_port()}"
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"] = {"server_url": dead}
    answer = client.post(LOGIN, follow=True)
    assert answer.status_code == 200
    assert "did not let you in, or does not answer" in answer.content.decode()


def test_without_a_provider_there_is_no_button(client: Client, world: World, settings: Any) -> None:
    settings.OIDC_NAME = "login.example.test"
    assert "Single sign-on" not in client.get("/accounts/login/").content.decode()
    assert client.post(LOGIN).status_code == 404
