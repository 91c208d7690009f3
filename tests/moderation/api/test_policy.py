"""The policy over the API: read, drafted, in shadow, published, rolled back; who may, and what is refused where."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEvent
from moderation.models import PolicyVersion
from moderation.policy import BUILT_IN, write
from moderation.policy_versions import draft, store
from tests.moderation.api.calls import pointers
from tests.moderation.api.test_access import bearer
from tests.world import World

POLICY = "/api/v1/policy"
CALLS = {
    ("get", POLICY): 200,
    ("get", f"{POLICY}/draft"): 200,
    ("put", f"{POLICY}/draft"): 422,
    ("delete", f"{POLICY}/draft"): 422,
    ("get", f"{POLICY}/draft/shadow"): 200,
    ("post", f"{POLICY}/draft/shadow"): 409,
    ("delete", f"{POLICY}/draft/shadow"): 200,
    ("post", f"{POLICY}/draft/replay"): 409,
    ("get", f"{POLICY}/replays/1"): 404,
    ("post", f"{POLICY}/draft/publish"): 409,
    ("post", f"{POLICY}/rollback"): 422,
}
Body = dict[str, Any]


def with_porn(**numbers: int) -> Body:
    section = {"name": "all", "thresholds": {"porn": numbers}, "intermediate": "decide"}
    return {"rules": [{"name": "all", "queue": "nudity"}], "sections": [section]}


BODY, STRICTER, MILDER = (with_porn(review=400, reject=number) for number in (850, 800, 900))


@pytest.fixture
def headers(world: World) -> dict[str, str]:
    store.put_in_force(BODY, by=world.dave)
    return bearer(scopes=("policy",))


def call(client: Client, method: str, path: str, body: Any, headers: dict[str, str], status: int = 200) -> Any:
    sent = body if isinstance(body, str) else "" if body is None else json.dumps(body)
    kind = "application/json" if sent else ""
    answer: Any = client.generic(method.upper(), f"{POLICY}{path}", sent, content_type=kind, headers=headers)
    assert answer.status_code == status, answer.content
    return answer.json()


def put(client: Client, headers: dict[str, str], body: Any, *, base: Any = 1, status: int = 200, **more: Any) -> Any:
    return call(client, "put", "/draft", {"base": base, "policy": body, **more}, headers, status)


# --- who may -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method_and_path", CALLS)
def test_every_call_needs_the_scope_and_a_key_for_every_app(
    client: Client, world: World, headers: dict[str, str], method_and_path: tuple[str, str]
) -> None:
    method, path = method_and_path
    others = bearer(scopes=("ingest", "read", "deliver")), bearer(app=world.web, scopes=("policy",))
    every: tuple[dict[str, str], ...] = ({}, *others, headers)
    statuses = [client.generic(method.upper(), path, headers=one).status_code for one in every]
    assert statuses == [401, 403, 403, CALLS[method_and_path]]
    client.force_login(world.dave)
    assert client.generic(method.upper(), path).status_code == 401, "a person's session is no key"


@pytest.mark.parametrize("method", ["post", "patch"])
def test_other_methods_are_refused(client: Client, headers: dict[str, str], method: str) -> None:
    assert getattr(client, method)(f"{POLICY}/draft", headers=headers).status_code == 405


# --- reading and drafting ----------------------------------------------------------------------------------------


def test_the_policy_in_force_is_told(client: Client, headers: dict[str, str]) -> None:
    told = call(client, "get", "", None, headers)
    assert told == {"number": 1, "policy": write(store.in_force()[1])}


def test_before_there_is_one_it_is_the_built_in_one(client: Client, world: World) -> None:
    key = bearer(scopes=("policy",))
    assert call(client, "get", "", None, key) == {"number": 0, "policy": write(BUILT_IN)}
    assert put(client, key, BODY, base=0)["base"] == 0


def test_a_draft_is_saved_and_told_with_its_changes(client: Client, headers: dict[str, str]) -> None:
    told = put(client, headers, STRICTER)
    assert (told["base"], told["inForce"], told["version"], told["next"]) == (1, 1, 1, 2)
    assert told["savedBy"].startswith("key k (")
    assert told["changes"] == [
        {
            "id": "sections/all/thresholds/porn",
            "direction": "stricter",
            "kind": "threshold",
            "what": "changed",
            "section": "all",
            "label": "porn",
            "before": {"review": 400, "reject": 850},
            "after": {"review": 400, "reject": 800},
        }
    ]
    assert call(client, "get", "/draft", None, headers) == told
    assert store.in_force()[0] == PolicyVersion.objects.get()
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.by_name) == ("policy-draft.saved", told["savedBy"])


def test_the_policy_that_was_read_can_be_sent_back(client: Client, headers: dict[str, str]) -> None:
    told = call(client, "get", "", None, headers)
    assert put(client, headers, told["policy"], base=told["number"])["changes"] == []


def test_every_kind_of_change_is_told(client: Client, headers: dict[str, str]) -> None:
    body: Body = {
        "rules": [{"when": {"label": ["porn"], "probability": {"atLeast": 0.8}}, "queue": "nudity"}],
        "sections": [BODY["sections"][0] | {"otherwise": "REVIEW"}, {"name": "web", "scope": {"app": "web"}}],
        "boosts": {"reach": 3.5},
    }
    changes = put(client, headers, body)["changes"]
    assert [(one["kind"], one["what"]) for one in changes] == [
        ("flag", "changed"), ("section", "added"), ("rule", "changed"), ("boost", "changed"),
    ]  # fmt: skip
    assert changes[2]["after"]["when"]["probability"] == {"atLeast": 0.8}


def test_a_key_replaces_its_own_draft_and_keeps_what_a_person_drafted(
    client: Client, world: World, headers: dict[str, str]
) -> None:
    put(client, headers, MILDER)
    assert put(client, headers, STRICTER)["changes"][0]["after"]["reject"] == 800
    draft.discard(expected_version=2, by=world.dave)
    sections = [{"name": "web", "scope": {"app": "web"}}]
    draft.save(BODY | {"sections": BODY["sections"] + sections}, base=1, expected_version=3, by=world.dave)
    told = put(client, headers, STRICTER)
    assert [one["id"] for one in told["changes"]] == ["sections/all/thresholds/porn", "sections/web"]


def test_what_somebody_else_drafted_there_is_a_409_with_both(
    client: Client, world: World, headers: dict[str, str]
) -> None:
    draft.save(MILDER, base=1, expected_version=0, by=world.dave)
    refused = put(client, headers, STRICTER, status=409)
    assert (refused["outcome"], refused["version"], refused["status"]) == ("draft-changed", 1, 409)
    difference = refused["difference"]
    assert [one["after"]["reject"] for side in ("theirs", "yours") for one in difference[side]] == [900, 800]
    assert difference["collisions"] == ["sections/all/thresholds/porn"]
    told = put(client, headers, STRICTER, version=refused["version"])
    assert told["changes"][0]["after"]["reject"] == 800, "who has seen it decides"


def test_a_base_that_is_not_in_force_any_more_is_a_409_with_the_difference(
    client: Client, world: World, headers: dict[str, str]
) -> None:
    store.put_in_force(MILDER, by=world.dave)
    for base in (0, 1, 77):
        refused = put(client, headers, STRICTER, base=base, status=409)
        assert (refused["outcome"], refused["inForce"]) == ("not-in-force", 2)
    (theirs,) = put(client, headers, STRICTER, base=1, status=409)["difference"]["theirs"]
    assert (theirs["before"]["reject"], theirs["after"]["reject"]) == (850, 900)
    assert draft.current().is_empty


def test_labels_that_nobody_knows_are_allowed_and_flagged(client: Client, headers: dict[str, str]) -> None:
    sections = [{"name": "all", "thresholds": {"porn/nobody knows": {"review": 1}, "*": {}, "porn": {}}}]
    rules = [{"when": {"label": ["porn", "violence/gorre"]}, "queue": "nudity"}]
    flags = put(client, headers, {"rules": rules, "sections": sections})["flags"]
    assert [one["pointer"] for one in flags] == [
        "/policy/rules/0/when/label/1", "/policy/sections/0/thresholds/porn~1nobody knows",
    ]  # fmt: skip


def test_it_is_discarded(client: Client, headers: dict[str, str]) -> None:
    put(client, headers, STRICTER)
    told = call(client, "delete", "/draft?version=1", None, headers)
    assert (told["changes"], told["savedBy"], draft.current().is_empty) == ([], None, True)


def test_a_draft_that_was_not_read_is_not_discarded(client: Client, world: World, headers: dict[str, str]) -> None:
    put(client, headers, STRICTER)
    draft.save(MILDER, base=1, expected_version=1, by=world.dave)
    told = call(client, "delete", "/draft?version=1", None, headers, 409)
    assert (told["outcome"], told["version"]) == ("draft-changed", 2)
    (theirs,) = told["difference"]["theirs"]
    assert (theirs["before"]["reject"], theirs["after"]["reject"]) == (850, 900)
    for query in ("", "?version=", "?version=x", "?version=-1", f"?version={2**31}"):
        errors = call(client, "delete", f"/draft{query}", None, headers, 422)["errors"]
        assert [one["pointer"] for one in errors] == ["/version"]
    assert not draft.current().is_empty


# --- what is refused ---------------------------------------------------------------------------------------------


def test_everything_that_is_wrong_is_told_at_once(client: Client, headers: dict[str, str]) -> None:
    wrong = {
        "rules": [{"queue": "nowhere"}, {"when": {"app": ["webb"], "faces": {"atLeast": "x"}}, "boost": 1}],
        "sections": [
            {"name": "a", "scope": {"colour": "red"}, "thresholds": {"porn": {"review": 1001}, "ad": {"reject": 1.5}}},
            {"name": "A", "scope": {}, "thresholds": {"qr": {"review": 900, "reject": 800}}},
        ],
        "colour": 1,
    }
    answer = client.put(
        f"{POLICY}/draft", {"policy": wrong, "version": -1}, content_type="application/json", headers=headers
    )
    assert answer.status_code == 422
    assert pointers(answer) == {
        "/base", "/version", "/policy/rules/0/queue", "/policy/rules/1/when/app/0",
        "/policy/rules/1/when/faces/atLeast", "/policy/sections/0/scope/colour",
        "/policy/sections/0/thresholds/porn/review", "/policy/sections/0/thresholds/ad/reject",
        "/policy/sections/1/thresholds/qr", "/policy/sections/0/name", "/policy/sections/1/name", "/policy/colour",
    }  # fmt: skip
    assert draft.current().is_empty


def test_so_is_what_is_no_number_in_json(client: Client, headers: dict[str, str]) -> None:
    sections = '[{"name": "a", "thresholds": {"porn": {"review": NaN}, "ad": {"reject": Infinity, "review": 1001}}}]'
    sent = f'{{"base": 1, "policy": {{"sections": {sections}}}}}'
    answer = client.put(f"{POLICY}/draft", sent, content_type="application/json", headers=headers)
    assert answer.status_code == 422
    at = "/policy/sections/0/thresholds"
    assert pointers(answer) == {f"{at}/porn/review", f"{at}/ad/reject", f"{at}/ad/review"}


@pytest.mark.parametrize("policy", [None, 7, [], "x", {"rules": 1}, {"sections": [7]}])
def test_what_is_no_policy_is_refused(client: Client, headers: dict[str, str], policy: Any) -> None:
    refused = put(client, headers, policy, status=422)
    assert all(error["pointer"].startswith("/policy") for error in refused["errors"])


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/draft/publish", {"confirm": "2"}, 422),
        ("/draft/publish", {"confirm": True}, 422),
        ("/draft/publish", {"confirm": 10**30}, 422),
        ("/draft/publish", {"colour": 1}, 422),
        ("/draft/publish", [], 422),
        ("/draft/publish", "{", 400),
        ("/draft/shadow", {"on": True}, 422),
        ("/draft/replay", {"last": "many"}, 422),
        ("/rollback", {}, 422),
        ("/rollback", {"number": -1}, 422),
        ("/rollback", {"number": 1.5}, 422),
        ("/rollback", {"number": None}, 422),
        ("/rollback", {"number": 77}, 422),
        ("/rollback", {"number": 0}, 422),
    ],
)
def test_other_bodies_are_refused(client: Client, headers: dict[str, str], path: str, body: Any, status: int) -> None:
    call(client, "post", path, body, headers, status)


def test_a_body_of_another_kind_is_a_415(client: Client, headers: dict[str, str]) -> None:
    answer = client.post(f"{POLICY}/draft/publish", "confirm=2", content_type="text/plain", headers=headers)
    assert answer.status_code == 415
