"""Who may make which call: the whole table, over HTTP."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from review.models import Decision, ReviewTask
from tests.factories import tasks
from tests.factories.verdicts import decide, take_lease
from tests.stage import call, signed_in
from tests.tables.contents import contents
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


@pytest.fixture(scope="module")
def bodies(module_world: World) -> dict[str, Any]:
    """Made once for all cells."""
    world = module_world
    tasks.waiting(world.nudity, app=world.web, count=2)
    decided = decide(take_lease(world.nudity, by=world.bob), by=world.bob)
    leased = take_lease(world.nudity, by=world.bob)
    later = timezone.now() + timedelta(hours=1)  # than the last cell
    ReviewTask.objects.filter(pk=leased.pk).update(leased_until=later)
    Decision.objects.filter(pk=decided.pk).update(undo_until=later)
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


@pytest.fixture
def world(db: None, module_world: World, bodies: dict[str, Any]) -> World:
    return deepcopy(module_world)


@pytest.mark.parametrize(("verb", "name"), CELLS)
def test_each_person_gets_what_the_table_says(world: World, bodies: dict[str, Any], verb: str, name: str) -> None:
    answer = call(signed_in(getattr(world, name, None)), verb, bodies[verb])
    assert answer.status_code == EXPECTED[verb][PEOPLE.index(name)], answer.content


@pytest.mark.parametrize(("verb", "name"), CELLS)
def test_nobody_can_touch_what_bob_holds(world: World, bodies: dict[str, Any], verb: str, name: str) -> None:
    before = contents()
    call(signed_in(getattr(world, name, None)), verb, bodies[verb])
    assert contents() == before


@pytest.mark.parametrize("verb", VERBS)
def test_without_the_csrf_token_a_call_is_a_403(world: World, bodies: dict[str, Any], verb: str) -> None:
    before = contents()
    assert call(signed_in(world.bob, enforce_csrf_checks=True), verb, bodies[verb]).status_code == 403
    assert contents() == before


@pytest.mark.parametrize("verb", VERBS)
def test_an_access_key_opens_no_call_of_the_stage(world: World, bodies: dict[str, Any], verb: str) -> None:
    assert call(Client(), verb, bodies[verb], **world.bearer).status_code == 401
