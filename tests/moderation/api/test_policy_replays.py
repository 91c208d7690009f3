"""Replays over the API: started, read while they run and when they are over, refused where they cannot be."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from moderation.models import ReplayReport
from tests.factories import replays
from tests.moderation.api.calls import pointers
from tests.moderation.api.test_access import bearer
from tests.moderation.api.test_policy import POLICY, call
from tests.world import World


@pytest.fixture
def headers(world: World) -> dict[str, str]:
    return bearer(scopes=("policy",))


def test_a_replay_is_started_watched_and_read(client: Client, world: World, headers: dict[str, str]) -> None:
    past = replays.past(world)
    replays.decided(past[2], "PASS")
    replays.drafted(world)
    started = call(client, "post", "/draft/replay", {"last": 4}, headers, 202)
    assert (started["state"], started["last"], started["inForce"], started["report"]) == ("running", 4, 1, None)
    assert call(client, "post", "/draft/replay", {"last": 4}, headers, 202)["url"] == started["url"]
    path = started["url"].removeprefix(POLICY)
    assert call(client, "get", path, None, headers) == started
    replays.finish()
    told = call(client, "get", path, None, headers)
    assert (told["state"], told["percent"], len(told["sha256"])) == ("finished", 100, 64)
    assert told["report"]["results"] == 4
    (case,) = told["report"]["contradicted"]["cases"]
    assert (case["appId"], case["requestId"], case["verdict"]) == ("web", str(past[2]), "PASS")
    assert "case" not in case


def test_without_a_body_a_million_cases_are_replayed(client: Client, world: World, headers: dict[str, str]) -> None:
    replays.past(world)
    replays.drafted(world)
    answer = client.post(f"{POLICY}/draft/replay", "", content_type="application/json", headers=headers)
    assert (answer.status_code, answer["Location"]) == (202, answer.json()["url"])
    job = ReplayReport.objects.get()
    assert (job.last, job.created_by) == (1_000_000, None)


@pytest.mark.parametrize("last", [0, -1, 10_000_001, 1.5, "many", True, [1]])
def test_what_is_no_number_of_cases_is_pointed_at(
    client: Client, world: World, headers: dict[str, str], last: Any
) -> None:
    replays.drafted(world)
    assert pointers(client.post(f"{POLICY}/draft/replay", {"last": last}, "application/json", headers=headers)) == {
        "/last"
    }
    assert not ReplayReport.objects.exists()


def test_without_a_draft_nothing_is_replayed(client: Client, world: World, headers: dict[str, str]) -> None:
    assert call(client, "post", "/draft/replay", None, headers, 409)["outcome"] == "nothing-drafted"


@pytest.mark.parametrize("number", ["1", "9" * 18, "9" * 25])
def test_what_does_not_exist_is_a_404(client: Client, world: World, headers: dict[str, str], number: str) -> None:
    assert client.get(f"{POLICY}/replays/{number}", headers=headers).status_code == 404


def test_it_needs_the_scope_and_a_key_for_every_app(client: Client, world: World, headers: dict[str, str]) -> None:
    path = f"{POLICY}/replays/{replays.replayed(world).pk}"
    others = bearer(scopes=("ingest", "read", "deliver")), bearer(app=world.web, scopes=("policy",))
    anybody: tuple[dict[str, str], ...] = ({}, *others, headers)
    statuses = [client.get(path, headers=one).status_code for one in anybody]
    assert statuses == [401, 403, 403, 200]
