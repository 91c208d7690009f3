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

from accounts.models import AccessKey
from moderation.callbacks import addresses
from moderation.models import CallbackAddress
from moderation.runtime.logs import without_secrets
from tests.pages import inline_code, submit
from tests.world import World

SECRET = re.compile(r"\bsl_[\w-]{43}|whsec_[\w+/=-]{32,}|http://testserver/callbacks/[\w-]{43}")


def add_key(admin: Client, world: World) -> Any:
    sent = {"name": "Theirs", "app": str(world.web.pk), "scopes": ["ingest", "read"]}
    return submit(admin, "/manage/apps/keys/new/", "new_key", sent)


def rotate_key(admin: Client, world: World) -> Any:
    return admin.post(f"/manage/apps/keys/{world.key.pk}/rotate/", {"overlap": "24"})


def add_address(admin: Client, world: World) -> Any:
    sent = {"name": "Theirs", "app": str(world.web.pk), "access_key": "the-key-of-the-account"}
    return submit(admin, "/manage/apps/addresses/new/", "new_address", sent)


def rotate_address(admin: Client, world: World) -> Any:
    made, _ = addresses.create(name="Theirs", app=world.web, access_key="the-key-of-the-account", by=world.dave)
    return admin.post(f"/manage/apps/addresses/{made.pk}/rotate/", {"overlap": "0"})


MAKE: dict[str, Callable[[Client, World], Any]] = {
    "key": add_key,
    "key again": rotate_key,
    "address": add_address,
    "address again": rotate_address,
}


def told_by_cookies(client: Client) -> str:
    """Every cookie, and the messages in theirs, which are compressed."""
    request = RequestFactory().get("/")
    request.COOKIES = {name: cookie.value for name, cookie in client.cookies.items()}
    told, _ = CookieStorage(request)._get()  # type: ignore[attr-defined] # not in the stubs
    return str([cookie.value for cookie in client.cookies.values()]) + str([str(one) for one in told or []])


def rows() -> str:
    return str([list(model._base_manager.values()) for model in apps.get_models()])


def following(admin: Client) -> str:
    pages = ["/manage/apps/", "/manage/apps/?ended=1", "/manage/", "/"]
    pages += [f"/manage/apps/keys/{key.pk}/" for key in AccessKey.objects.all()]
    pages += [f"/manage/apps/addresses/{address.pk}/" for address in CallbackAddress.objects.all()]
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
    for place in (told_by_cookies(admin), sessions, caplog.text, rows(), following(admin)):
        assert value not in place
        assert "the-key-of-the-account" not in place


def test_the_page_says_what_it_is_and_leads_back(admin: Client, world: World) -> None:
    shown = add_key(admin, world).content.decode()
    made = AccessKey.objects.get(name="Theirs")
    assert "It is shown on this page only" in shown
    assert "Access key: <bdi>Theirs</bdi>" in shown
    assert f'id="stored" href="/manage/apps/keys/{made.pk}/"' in shown


@pytest.mark.parametrize("secret", ["sl_" + "a1_-" * 11, "whsec_" + "aB3+/" * 8 + "=="])
def test_a_log_line_shows_no_secret_that_somebody_put_into_an_address(secret: str) -> None:
    line = without_secrets(f"GET /api/v1/results?key={secret} 500")
    assert secret[8:] not in line
    assert line.endswith(f"{secret.partition('_')[0]}_[secret] 500")
