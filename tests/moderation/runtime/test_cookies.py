"""Two installations on one host keep their people signed in: cookies know no ports."""

from __future__ import annotations

from http.cookies import SimpleCookie

import pytest
from django.conf import settings
from django.test import Client

from moderation.runtime.cookies import cookie_prefix
from tests.accounts.auth.test_login import sign_in
from tests.world import World


def test_another_installation_has_other_names() -> None:
    assert cookie_prefix("one", https=False) == cookie_prefix("one", https=False) != cookie_prefix("two", https=False)


def test_over_https_browsers_hold_the_cookies_to_this_host() -> None:
    assert cookie_prefix("one", https=True) == "__Host-" + cookie_prefix("one", https=False)


def test_every_cookie_that_we_set_has_our_name(client: Client, world: World) -> None:
    client.get("/accounts/login/")
    client.post("/i18n/setlang/", {"language": "en"})
    sign_in(client)
    named = {name for name in client.cookies if name != "messages"}
    assert {name.rpartition("_")[2] for name in named} == {"sessionid", "csrftoken", "language", "device"}
    assert all(name.startswith(cookie_prefix(settings.SECRET_KEY, https=False)) for name in named)


@pytest.mark.parametrize("name", ["sessionid", "csrftoken", "django_language"])
def test_what_another_installation_set_on_this_host_is_not_ours(client: Client, world: World, name: str) -> None:
    sign_in(client)
    client.cookies.load(SimpleCookie({name: "somebody else's"}))
    assert client.get("/").status_code == 200
    assert client.cookies[name].value == "somebody else's"


def test_pages_tell_scripts_where_the_token_is(client: Client, world: World) -> None:
    client.force_login(world.alice)
    assert f'<meta name="csrf-cookie" content="{settings.CSRF_COOKIE_NAME}">' in client.get("/review/").content.decode()
