"""The policy over the API: in shadow, published, rolled back; and that what is answered is as described."""

from __future__ import annotations

from django.test import Client
from jsonschema import Draft202012Validator

from accounts.models import AuditEvent
from moderation.contract import parse_submission
from moderation.intake.accept import accept
from moderation.policy_versions import store
from moderation.replay import jobs
from tests.factories import bodies
from tests.factories.policies import never_in_force
from tests.factories.policy_decisions import scored
from tests.moderation.api.test_policy import MILDER, POLICY, STRICTER, call, headers, put, with_porn
from tests.world import World

__all__ = ["headers"]


def test_a_draft_is_in_shadow_until_it_is_stopped(client: Client, world: World, headers: dict[str, str]) -> None:
    assert call(client, "post", "/draft/shadow", None, headers, 409)["outcome"] == "nothing-drafted"
    put(client, headers, STRICTER)
    assert call(client, "post", "/draft/shadow", None, headers)["since"]
    accept(parse_submission(bodies.envelope(requestId="r1", **scored(0.82))), app=world.web, by=world.key)
    told = call(client, "get", "/draft/shadow", None, headers)
    assert told["counts"] == [{"before": "REVIEW", "after": "REJECT", "count": 1}]
    assert (told["newest"][0]["requestId"], told["newest"][0]["score"], told["different"]) == ("r1", 820, 1)
    stopped = call(client, "delete", "/draft/shadow", None, headers)
    assert (stopped["since"], stopped["results"]) == (None, 1)


def test_a_draft_is_replayed_and_its_report_is_told(client: Client, world: World, headers: dict[str, str]) -> None:
    assert call(client, "post", "/draft/replay", None, headers, 409)["outcome"] == "nothing-drafted"
    accept(parse_submission(bodies.envelope(requestId="r1", **scored(0.82))), app=world.web, by=world.key)
    put(client, headers, STRICTER)
    begun = call(client, "post", "/draft/replay", {"last": 500}, headers, 202)
    assert (begun["state"], begun["last"], begun["inForce"], begun["report"]) == ("running", 500, 1, None)
    assert call(client, "post", "/draft/replay", {"last": 500}, headers, 202)["id"] == begun["id"], "under way already"
    jobs.work()
    told = client.get(begun["url"], headers=headers).json()
    assert (told["state"], told["percent"], told["results"]) == ("finished", 100, 1)
    assert told["report"]["flows"] == [{"from": "REVIEW", "to": "REJECT", "count": 1}]
    call(client, "get", f"/replays/{10**30}", None, headers, 404)


def test_a_draft_is_published(client: Client, headers: dict[str, str]) -> None:
    assert call(client, "post", "/draft/publish", None, headers, 409)["outcome"] == "nothing-drafted"
    version = put(client, headers, STRICTER)["version"]
    told = call(client, "post", "/draft/publish", {"version": version}, headers)
    assert (told["number"], store.in_force()[1].number) == (2, 2)
    assert AuditEvent.objects.filter(action="policy.put-in-force").latest("pk").by_name.startswith("key k (")
    assert call(client, "get", "", None, headers) == told


def test_another_draft_than_the_one_that_is_meant_is_not(client: Client, headers: dict[str, str]) -> None:
    put(client, headers, STRICTER)
    refused = call(client, "post", "/draft/publish", {"version": 9}, headers, 409)
    assert (refused["outcome"], refused["version"]) == ("draft-changed", 1)


def test_what_has_to_be_confirmed_names_its_number_and_why(client: Client, headers: dict[str, str]) -> None:
    put(client, headers, MILDER)
    for sent in (None, {}, {"confirm": 1}):
        refused = call(client, "post", "/draft/publish", sent, headers, 409)
        assert (refused["outcome"], refused["confirm"]) == ("needs-confirmation", 2)
        assert refused["reasons"][0] | {"labels": [], "count": 0} == {
            "reason": "rejects-less", "section": "all", "labels": [], "count": 0,
        }  # fmt: skip
        assert "porn" in refused["reasons"][0]["labels"]
    assert call(client, "post", "/draft/publish", {"confirm": refused["confirm"]}, headers)["number"] == 2


def test_a_queue_that_is_gone_by_then_is_a_409_that_points_at_it(
    client: Client, world: World, headers: dict[str, str]
) -> None:
    put(client, headers, STRICTER)
    world.nudity.reasons.all().delete()
    world.nudity.delete()
    refused = call(client, "post", "/draft/publish", {}, headers, 409)
    assert (refused["outcome"], refused["errors"][0]["pointer"]) == ("refused", "/policy/rules/0/queue")


def test_an_earlier_policy_is_rolled_back_to(client: Client, world: World, headers: dict[str, str]) -> None:
    store.put_in_force(STRICTER, by=world.dave)
    assert call(client, "post", "/rollback", {"number": 1}, headers)["number"] == 1
    assert store.in_force()[1].number == 1
    assert AuditEvent.objects.latest("pk").action == "policy.rolled-back"
    assert call(client, "post", "/rollback", {"number": 1}, headers)["number"] == 1, "as it is"


def test_one_that_was_never_in_force_is_not(client: Client, headers: dict[str, str]) -> None:
    never_in_force(STRICTER)
    refused = call(client, "post", "/rollback", {"number": 2}, headers, 422)
    assert refused["errors"][0]["pointer"] == "/number"


def test_what_is_answered_fits_its_description(client: Client, world: World, headers: dict[str, str]) -> None:
    document = client.get("/api/schema/?format=json", headers=world.bearer).json()
    put(client, headers, with_porn(review=1) | {"rules": []})
    answers = {
        ("get", ""): call(client, "get", "", None, headers),
        ("get", "/draft"): call(client, "get", "/draft", None, headers),
        ("post", "/draft/shadow"): call(client, "post", "/draft/shadow", None, headers),
        ("get", "/draft/shadow"): call(client, "get", "/draft/shadow", None, headers),
        ("post", "/draft/replay"): call(client, "post", "/draft/replay", {}, headers, 202),
        ("post", "/draft/publish"): call(client, "post", "/draft/publish", {"confirm": 2}, headers),
        ("post", "/rollback"): call(client, "post", "/rollback", {"number": 1}, headers),
    }
    for (method, path), answer in answers.items():
        status = "202" if path == "/draft/replay" else "200"
        schema = document["paths"][f"{POLICY}{path}"][method]["responses"][status]["content"]["application/json"]
        Draft202012Validator(schema["schema"] | {"components": document["components"]}).validate(answer)
