"""The interface's description: for everybody in a demo, else for our people and for whoever has a key."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts import access_keys
from tests.moderation.api.test_access import bearer
from tests.world import World

PAGES = ("/api/docs/", "/api/docs/?script=", "/api/schema/", "/api/schema/?format=json")


def test_strangers_do_not_read_it(client: Client, world: World) -> None:
    for page in PAGES:
        answer = client.get(page)
        if page.startswith("/api/docs/"):
            assert (answer.status_code, answer["Location"][:16]) == (302, "/accounts/login/")
        else:
            assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
            assert answer["WWW-Authenticate"].startswith("Bearer")
        assert b"riskLevel" not in answer.content


@pytest.mark.parametrize("scope", ["ingest", "read", "deliver"])
def test_any_live_key_reads_it_and_a_dead_one_does_not(client: Client, world: World, scope: str) -> None:
    headers = bearer(scopes=(scope,))
    assert [client.get(page, headers=headers).status_code for page in PAGES] == [200] * 4
    key = access_keys.find(headers["Authorization"].removeprefix("Bearer "))
    assert key
    access_keys.revoke(key, by="tests")
    assert [client.get(page, headers=headers).status_code for page in PAGES] == [302, 302, 401, 401]


def test_our_people_read_it(client: Client, world: World) -> None:
    for person in (world.alice, world.dave):
        client.force_login(person)
        assert [client.get(page).status_code for page in PAGES] == [200] * 4


def test_in_a_demo_everybody_reads_it(client: Client, world: World, settings: Any) -> None:
    settings.API_PAGE = "public"
    assert [client.get(page).status_code for page in PAGES] == [200] * 4
