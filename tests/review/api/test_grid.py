"""The calls of the grid over HTTP: what they take, what they answer, what of it is refused."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from review.models import Decision, Queue, ReviewTask
from review.workflow import leases
from tests.factories import grids
from tests.factories.grids import LABEL, entered, label, revised
from tests.factories.verdicts import lease_key_of
from tests.stage import call, signed_in
from tests.world import World


@pytest.fixture
def line(world: World) -> Queue:
    return world.default


@pytest.fixture
def alice(world: World) -> Client:
    return signed_in(world.alice)


def take_lease(client: Client, queue: Queue, **asked: Any) -> dict[str, Any]:
    answer = call(client, "grid/lease", {"queue": queue.slug, **asked})
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def page_of(found: dict[str, Any], queue: Queue) -> dict[str, Any]:
    tiles = [
        {"taskId": task["taskId"], "leaseToken": task["leaseToken"], "decisionId": str(uuid4()), "verdict": "PASS"}
        for task in found["tasks"]
    ]
    return {"pageId": str(uuid4()), "queue": queue.slug, "label": found["label"], "tiles": tiles}


def test_a_page_comes_with_the_tasks_as_the_stage_shows_them_and_what_still_waits(
    world: World, line: Queue, alice: Client
) -> None:
    grids.waiting(line, app=world.web, count=26)
    found = take_lease(alice, line)
    assert (found["label"], len(found["tasks"]), found["waiting"], found["leasedByOthers"]) == (LABEL, 24, 2, 0)
    assert {"image", "labels", "evidence", "reasons", "leaseToken", "decides"} <= set(found["tasks"][0])
    assert "why" not in found


def test_a_refusal_names_the_label_in_the_readers_language(world: World, line: Queue, alice: Client) -> None:
    entered(world.web, LABEL, label("minor"))
    refused = take_lease(alice, line)
    assert (refused["why"], refused["tasks"]) == ("critical", [])
    assert refused["about"] == {"name": "Minor Detection", "severity": "critical"}


def test_the_answer_names_what_became_of_each_tile(world: World, line: Queue, alice: Client) -> None:
    first, second, *_ = grids.waiting(line, app=world.web, count=5)
    page = page_of(take_lease(alice, line), line)
    leases.release([lease_key_of(ReviewTask.objects.get(pk=first.pk))], by=world.alice)
    (taken,) = leases.lease(queues=[line.slug], count=1, by=world.bob)
    assert taken == first
    revised(second, LABEL, label("minor"))
    page["tiles"][2] |= {"verdict": "REJECT", "reason": "no-such"}
    page["tiles"][3] |= {"taskId": 2**62}
    ends = call(alice, "grid/decide", page).json()["tiles"]
    assert [end["outcome"] for end in ends] == ["lease-lost", "not-for-grid", "refused", "lease-lost", "decided"]
    assert (ends[0]["leasedBy"], ends[1]["why"]) == ("Bob", "critical")
    assert "no-such" in ends[2]["detail"]
    assert Decision.objects.get().pk.hex == page["tiles"][4]["decisionId"].replace("-", "")


def test_sending_a_page_twice_and_taking_it_back_twice_changes_nothing_the_second_time(
    world: World, line: Queue, alice: Client
) -> None:
    grids.waiting(line, app=world.web, count=3)
    page = page_of(take_lease(alice, line), line)
    assert call(alice, "grid/decide", page).json() == call(alice, "grid/decide", page).json()
    assert Decision.objects.count() == 3
    once, again = (call(alice, "grid/undo", {"pageId": page["pageId"]}).json() for _ in range(2))
    assert [task["leaseToken"] for task in once["tasks"]] == [task["leaseToken"] for task in again["tasks"]]
    assert (len(once["tasks"]), once["left"]) == (3, [])


@pytest.mark.parametrize(
    "change",
    [
        {"tiles": []},
        {"pageId": "1"},
        {"label": "x" * 1001},
        {"label": "a\0"},
        {"queue": "no such queue"},
        {"tiles": "all"},
        {"tiles": [{"taskId": 1}]},
        {"tiles": [{"taskId": True, "leaseToken": str(uuid4()), "decisionId": str(uuid4()), "verdict": "MAYBE"}]},
    ],
)
def test_a_body_of_another_shape_is_refused_whole(
    world: World, line: Queue, alice: Client, change: dict[str, Any]
) -> None:
    grids.waiting(line, app=world.web)
    assert call(alice, "grid/decide", page_of(take_lease(alice, line), line) | change).status_code in (400, 422)
    assert not Decision.objects.exists()


def test_a_page_has_at_most_twenty_four_tiles(world: World, line: Queue, alice: Client) -> None:
    grids.waiting(line, app=world.web, count=25)
    page = page_of(take_lease(alice, line), line)
    page["tiles"].append(page["tiles"][0])
    assert call(alice, "grid/decide", page).status_code in (400, 422)
    assert call(alice, "grid/lease", {"queue": line.slug, "count": 25}).status_code in (400, 422)


def test_the_page_of_the_grid_is_for_who_works_in_the_queue(world: World, line: Queue, alice: Client) -> None:
    assert alice.get(f"/review/grid/?queue={line.slug}").status_code == 200
    for query in ("", "?queue=", "?queue=none"):
        assert alice.get(f"/review/grid/{query}").status_code == 404
    for person in (world.mallory, world.dave, world.erin):
        assert signed_in(person).get(f"/review/grid/?queue={line.slug}").status_code == 404
    assert Client().get(f"/review/grid/?queue={line.slug}").status_code == 302
