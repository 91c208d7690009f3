"""The labels that a person judges: found by the machine, in the catalogue, or said to be new."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from review.models import Decision
from tests.factories import bodies
from tests.factories.labels import seeded
from tests.stage import call, lease, signed_in
from tests.world import World


@pytest.fixture(autouse=True)
def catalogue(db: None) -> None:
    """An earlier test of this process may have emptied it."""
    seeded()


@pytest.fixture
def alice(client: Client, world: World) -> Client:
    client.post("/api/v1/results", bodies.envelope(), content_type="application/json", headers=world.bearer)
    return signed_in(world.alice)


def judged(path: str, verdict: str = "absent", **more: Any) -> dict[str, Any]:
    levels = dict(zip(("riskLabel1", "riskLabel2", "riskLabel3"), path.split("/"), strict=False))
    return levels | {"verdict": verdict} | more


def decide(alice: Client, *labels: dict[str, Any]) -> Any:
    task = lease(alice, count=1)["tasks"][0]
    sent = {"decisionId": str(uuid4()), "taskId": task["taskId"], "leaseToken": task["leaseToken"], "verdict": "PASS"}
    return call(alice, "decide", sent | {"labels": list(labels)})


@pytest.mark.parametrize("path", ["violence/gorre", "fraud", "porn/graphic_gore_scenes", "normal"])
@pytest.mark.parametrize("verdict", ["absent", "confirmed", "wrong"])
def test_a_label_that_nobody_knows_is_refused(alice: Client, path: str, verdict: str) -> None:
    answer = decide(alice, judged("porn"), judged(path, verdict))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/labels/1"
    assert f"No label is called “{path}”" in answer.json()["errors"][0]["detail"]
    assert not Decision.objects.exists()


@pytest.mark.parametrize("path", ["porn", "violence/graphic_gore_scenes", "Erotic"])
def test_one_of_the_catalogue_is_taken(alice: Client, path: str) -> None:
    assert decide(alice, judged(path)).status_code == 200


def test_what_the_machine_found_needs_no_catalogue(alice: Client) -> None:
    task = lease(alice, count=1)["tasks"][0]
    found = [judged("/".join(filter(None, map(str, path))), "confirmed") for path in _paths(task)]
    assert found
    assert decide(alice, *found).status_code == 200


def test_a_new_label_is_taken_when_it_is_said_to_be_one(alice: Client) -> None:
    assert decide(alice, judged("fraud/phishing", newLabel=True)).status_code == 200
    assert Decision.objects.get().labels[0]["newLabel"] is True


def _paths(task: dict[str, Any]) -> list[tuple[str, ...]]:
    return [(label["riskLabel1"], label["riskLabel2"], label["riskLabel3"]) for label in task["labels"]]
