"""Who may make which call: the whole table, over HTTP."""

from __future__ import annotations

from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from review.models import ReviewTask
from tests.factories import tasks
from tests.factories.verdicts import decide, take_lease
from tests.stage import call, signed_in
from tests.world import World

PEOPLE = ("alice", "carol", "dave", "erin", "mallory", "nobody")
VERBS = (
    *("lease", "renew", "release", "decide", "undo", "skip", "escalate", "snooze", "assign", "second-opinion"),
    *("take-back", "colleagues", "same-subject", "decide-these", "undo-these"),
    *("grid/lease", "grid/decide", "grid/undo"),
)
CELLS = list(product(VERBS, PEOPLE))
# For a task that Bob holds in *nudity*, in which Alice and Carol work too; the decision to undo is Bob's.
EXPECTED = {
    #            alice carol dave erin mallory nobody
    "lease":    (200,  200,  200, 403, 200,    401),
    "renew":    (200,  200,  200, 200, 200,    401),
    "release":  (204,  204,  204, 204, 204,    401),
    "decide":   (409,  409,  403, 403, 403,    401),
    "undo":     (404,  404,  404, 404, 404,    401),
    "skip":     (409,  409,  403, 403, 403,    401),
    "escalate": (409,  409,  403, 403, 403,    401),
    "snooze":     (409,  409,  403, 403, 403,    401),
    "assign":   (403,  409,  409, 403, 403,    401),
    "second-opinion": (409, 409, 403, 403, 403, 401),
    "take-back":  (409,  409,  403, 403, 403,    401),
    "colleagues": (200,  200,  200, 403, 403,    401),
    "same-subject": (200,  200,  403, 403, 403,    401),
    "decide-these": (404,  404,  404, 404, 404,    401),
    "undo-these": (409,  409,  409, 409, 409,    401),
    "grid/lease":  (200, 200, 404, 403, 404, 401),
    "grid/decide": (200, 200, 404, 403, 404, 401),  # 200 with "lease-lost" for the tile
    "grid/undo":   (404, 404, 404, 403, 404, 401),
}  # fmt: skip


@pytest.fixture
def bodies(world: World) -> dict[str, Any]:
    tasks.waiting(world.nudity, app=world.web, count=2)
    decided = decide(take_lease(world.nudity, by=world.bob), by=world.bob)
    leased = take_lease(world.nudity, by=world.bob)
    lease_key = {"taskId": leased.pk, "leaseToken": str(leased.lease_token)}
    lease_keys, decision = {"leases": [lease_key]}, {**lease_key, "decisionId": str(uuid4()), "verdict": "PASS"}
    once = {
        "lease": {},
        "renew": lease_keys,
        "release": lease_keys,
        "decide": decision,
        "undo": {"decisionId": str(decided.pk)},
    }
    to = {"to": world.alice.email}
    handed = {"assign": {"taskId": leased.pk} | to, "second-opinion": lease_key | to}
    along = {"decisionId": str(uuid4()), "taskId": leased.pk, "machineRevision": 1}
    theirs: dict[str, Any] = {
        "take-back": {"taskId": leased.pk},
        "colleagues": {"taskId": leased.pk},
        "same-subject": {"taskId": leased.pk},
    }
    theirs |= {"decide-these": {"decisionId": str(decided.pk), "tasks": [along], "count": 1}}
    theirs |= {"undo-these": {"decisionIds": [str(decided.pk)]}}
    queue, tile = {"queue": "nudity"}, {**decision, "reason": ""}
    page = queue | {"pageId": str(uuid4()), "label": "porn/nudity/swimwear", "tiles": [tile]}
    grid = {"grid/lease": queue, "grid/decide": page, "grid/undo": {"pageId": page["pageId"]}}
    return theirs | once | {"skip": lease_key, "escalate": lease_key, "snooze": lease_key} | handed | grid


@pytest.mark.parametrize(("verb", "name"), CELLS)
def test_each_person_gets_what_the_table_says(world: World, bodies: dict[str, Any], verb: str, name: str) -> None:
    answer = call(signed_in(getattr(world, name, None)), verb, bodies[verb])
    assert answer.status_code == EXPECTED[verb][PEOPLE.index(name)], answer.content


@pytest.mark.parametrize(("verb", "name"), CELLS)
def test_nobody_can_touch_what_bob_holds(world: World, bodies: dict[str, Any], verb: str, name: str) -> None:
    before = contents()
    call(signed_in(getattr(world, name, None)), verb, bodies[verb])
    assert contents() == before


@pytest.mark.parametrize("name", ["dave", "erin", "mallory"])
def test_who_works_in_no_queue_is_handed_nothing_and_told_nothing(world: World, name: str) -> None:
    tasks.waiting(world.nudity, app=world.web)
    answer = call(signed_in(getattr(world, name)), "lease", {"queues": ["nudity"]})
    if name != "erin":
        assert answer.json() == {"tasks": [], "waiting": 0, "leasedByOthers": 0}
    assert not ReviewTask.objects.exclude(leased_by=None).exists()


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("alice", {"nudity", "default"}),
        ("carol", {"nudity", "default"}),
        ("dave", {"nudity", "default"}),
        ("erin", {"nudity", "default"}),
        ("mallory", set()),
    ],
)
def test_counts_are_told_of_the_queues_a_person_may_see(world: World, name: str, seen: set[str]) -> None:
    answer = signed_in(getattr(world, name)).get("/review/api/counts")
    assert {line["slug"] for line in answer.json()["queues"]} == seen


def test_counts_are_for_our_people_only(world: World) -> None:
    assert Client().get("/review/api/counts").status_code == 401
    assert Client().get("/review/api/counts", headers=world.bearer).status_code == 401


@pytest.mark.parametrize("verb", VERBS)
def test_without_the_csrf_token_a_call_is_a_403(world: World, bodies: dict[str, Any], verb: str) -> None:
    before = contents()
    assert call(signed_in(world.bob, enforce_csrf_checks=True), verb, bodies[verb]).status_code == 403
    assert contents() == before


@pytest.mark.parametrize("verb", VERBS)
def test_an_access_key_opens_no_call_of_the_stage(world: World, bodies: dict[str, Any], verb: str) -> None:
    assert call(Client(), verb, bodies[verb], **world.bearer).status_code == 401


def test_who_is_deactivated_while_working_is_refused_at_once(world: World) -> None:
    client = signed_in(world.alice)
    type(world.alice).objects.filter(pk=world.alice.pk).update(is_active=False)
    assert call(client, "lease", {}).status_code == 401


@pytest.mark.parametrize("path", [f"/review/api/{verb}" for verb in (*VERBS, "counts")] + ["/", "/review/", "/healthz"])
def test_a_get_changes_nothing(world: World, path: str) -> None:
    tasks.waiting(world.nudity, app=world.web)
    client = signed_in(world.alice)
    before = contents()
    assert client.get(path).status_code == (405 if path.removeprefix("/review/api/") in VERBS else 200)
    assert contents() == before


def contents() -> dict[str, Any]:
    """A digest of every table of ours."""
    with connection.cursor() as cursor:
        ours = [name for name in connection.introspection.table_names(cursor) if name.startswith(("review", "mod"))]
        return {name: digest(cursor, name) for name in ours}


def digest(cursor: Any, table: str) -> Any:
    cursor.execute(f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t")  # noqa: S608 - our names
    return cursor.fetchone()[0]
