"""Keys, signing secrets and callback addresses are shown once, in the answer to the form that made them, and left
nowhere else: no cookie, no session, no log line, no row, no page that follows.
"""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.sessions.models import Session
from django.test import Client, RequestFactory

from accounts.admin_site import site
from moderation.models import Endpoint
from moderation.runtime.logs import without_secrets
from moderation.webhooks import endpoints
from tests.pages import inline_code, submit
from tests.world import World

URL = "https://shop.example/hook"
SECRET = re.compile(r"\bsl_[\w-]{43}|whsec_[\w+/=-]{32,}|http://testserver/callbacks/[\w-]{43}")


def add_key(admin: Client, world: World) -> Any:
    sent = {"name": "Theirs", "app": world.web.pk, "scopes": ["ingest", "read"]}
    return submit(admin, "/admin/accounts/accesskey/add/", "accesskey_form", sent)


def add_endpoint(admin: Client, world: World) -> Any:
    return submit(admin, "/admin/moderation/endpoint/add/", "endpoint_form", {"name": "Theirs", "url": URL})


def add_address(admin: Client, world: World) -> Any:
    sent = {"name": "Theirs", "app": world.web.pk, "access_key": "the-key-of-the-account"}
    return submit(admin, "/admin/moderation/callbackaddress/add/", "callbackaddress_form", sent)


def rotate(admin: Client, world: World) -> Any:
    endpoint = Endpoint(name="Theirs", url=URL, types=["result.final"])
    endpoints.create(endpoint, apps=[], by=world.dave)
    sent = {"action": "rotate_secret", "_selected_action": [endpoint.pk]}
    return admin.post("/admin/moderation/endpoint/", sent)


MAKE: dict[str, Callable[[Client, World], Any]] = {
    "accesskey add": add_key,
    "endpoint add": add_endpoint,
    "callbackaddress add": add_address,
    "endpoint rotate_secret": rotate,
}
NONE_MADE = {"user add", "app add", "queue add", "accesskey revoke", "callbackaddress revoke", "endpoint send_test"}


def told_by_cookies(client: Client) -> str:
    """Every cookie, and the messages in theirs, which are compressed."""
    request = RequestFactory().get("/")
    request.COOKIES = {name: cookie.value for name, cookie in client.cookies.items()}
    told, _ = CookieStorage(request)._get()  # type: ignore[attr-defined] # not in the stubs
    return str([cookie.value for cookie in client.cookies.values()]) + str([str(one) for one in told or []])


def rows() -> str:
    return str([list(model._base_manager.values()) for model in apps.get_models()])


def following(admin: Client, kind: str) -> str:
    pages = [f"/admin/accounts/{kind}/", f"/admin/moderation/{kind}/", "/admin/accounts/auditevent/", "/admin/", "/"]
    return "".join(admin.get(page, follow=True).content.decode() for page in pages)


@pytest.mark.parametrize("made_by", MAKE)
def test_a_secret_is_in_the_answer_and_nowhere_else(
    admin: Client, world: World, made_by: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = MAKE[made_by](admin, world)
    assert answer.status_code == 200  # no redirect that carries it
    (secret,) = set(SECRET.findall(html.unescape(answer.content.decode())))
    assert "no-store" in answer["Cache-Control"]
    assert inline_code(answer.content.decode()) == []
    sessions = str([session.get_decoded() for session in Session.objects.all()])
    value = secret.rpartition("/")[2].removeprefix("whsec_")
    for place in (told_by_cookies(admin), sessions, caplog.text, rows(), following(admin, made_by.split()[0])):
        assert value not in place
        assert "the-key-of-the-account" not in place


def test_every_page_and_action_that_makes_one_is_walked(admin: Client) -> None:
    request = admin.get("/admin/").wsgi_request
    found = set()
    for model, door in site._registry.items():
        name = str(model._meta.model_name)
        found |= {f"{name} add"} if door.has_add_permission(request) else set()
        found |= {f"{name} {action}" for action in door.get_actions(request)}
    assert found == set(MAKE) | NONE_MADE


def test_the_page_says_what_it_is_and_leads_back(admin: Client, world: World) -> None:
    shown = add_key(admin, world).content.decode()
    assert "It is shown on this page only" in shown
    assert "Access key: <bdi>Theirs</bdi>" in shown
    assert 'href="/admin/accounts/accesskey/"' in shown


def test_rotating_several_shows_each_and_tells_the_refused(admin: Client, world: World) -> None:
    made = [Endpoint(name=name, url=URL, types=["result.final"]) for name in ("One", "<b>Two</b>", "Gone")]
    for endpoint in made:
        endpoints.create(endpoint, apps=[], by=world.dave)
    endpoints.delete(made[2], by=world.dave)
    sent = {"action": "rotate_secret", "_selected_action": [endpoint.pk for endpoint in made]}
    answers = [admin.post(f"/admin/moderation/endpoint/{query}", sent) for query in ("", "?deleted=yes")]
    shown = answers[0].content.decode()
    assert len(set(SECRET.findall(html.unescape(shown)))) == 2
    assert "<bdi>&lt;b&gt;Two&lt;/b&gt;</bdi>" in shown
    assert "This endpoint is deleted" in admin.get("/admin/moderation/endpoint/").content.decode()


@pytest.mark.parametrize("secret", ["sl_" + "a1_-" * 11, "whsec_" + "aB3+/" * 8 + "=="])
def test_a_log_line_shows_no_secret_that_somebody_put_into_an_address(secret: str) -> None:
    line = without_secrets(f"GET /api/v1/results?key={secret} 500")
    assert secret[8:] not in line
    assert line.endswith(f"{secret.partition('_')[0]}_[secret] 500")
