"""What the calls of the stage tell people outside of its queues, and what a GET does: nothing."""

from __future__ import annotations

import pytest
from django.test import Client

from review.models import ReviewTask
from tests.factories import tasks
from tests.review.api.test_access import VERBS
from tests.stage import call, signed_in
from tests.tables.contents import contents
from tests.world import World


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
