"""The language of a person's pages is theirs, in every browser."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts import people
from accounts.models import User
from tests.world import World


def test_pages_are_in_the_persons_language_whatever_the_browser_asks_for(client: Client, world: World) -> None:
    people.choose_language(world.alice, "zh-hans")
    client.force_login(world.alice)
    shown = client.get("/accounts/zone/", headers={"Accept-Language": "en"})
    assert '<html lang="zh-hans"' in shown.content.decode()
    assert shown["Content-Language"] == "zh-hans"


def test_the_menu_sets_it_for_every_browser(world: World) -> None:
    here, there = Client(), Client()
    here.force_login(world.alice)
    there.force_login(world.alice)
    assert here.post("/i18n/setlang/", {"language": "zh-hans", "next": "/accounts/zone/"}).status_code == 302
    assert User.objects.get(pk=world.alice.pk).language == "zh-hans"
    assert '<html lang="zh-hans"' in there.get("/accounts/zone/").content.decode()


def test_a_visitors_choice_is_the_browsers(client: Client, world: World) -> None:
    client.post("/i18n/setlang/", {"language": "zh-hans"})
    assert '<html lang="zh-hans"' in client.get("/accounts/login/").content.decode()


def test_an_unknown_language_is_refused(client: Client, world: World) -> None:
    with pytest.raises(ValueError, match="xx"):
        people.choose_language(world.alice, "xx")
    client.force_login(world.alice)
    client.post("/i18n/setlang/", {"language": "xx"})
    assert User.objects.get(pk=world.alice.pk).language == ""
