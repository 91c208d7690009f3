"""Whether an address or a number is a colleague's cannot be guessed: strangers and nobody get one answer."""

from __future__ import annotations

from typing import Any

import pytest

from review.workflow import defer
from tests.factories import tasks
from tests.factories.verdicts import lease_key_of, take_lease
from tests.stage import call, lease, signed_in
from tests.stage import lease_key_of as key
from tests.world import World

STRANGERS = ("mallory@example.test", "dave@example.test", "nobody@example.test")


def one(answers: list[Any]) -> Any:
    """What all of them are."""
    assert answers == answers[:1] * len(answers)
    return answers[0]


@pytest.mark.parametrize("verb", ["escalate", "second-opinion"])
def test_from_the_stage(world: World, verb: str) -> None:
    tasks.waiting(world.nudity, app=world.web)
    alice = signed_in(world.alice)
    (task,) = lease(alice)["tasks"]
    answers = [call(alice, verb, {**key(task), "to": email}) for email in STRANGERS]
    assert one([(answer.status_code, answer.json()) for answer in answers])[0] == 422


@pytest.mark.parametrize("verb", ["escalate", "second-opinion", "assign"])
@pytest.mark.parametrize("name", ["mallory", "alice"])
def test_without_a_task_of_ones_own(world: World, verb: str, name: str) -> None:
    tasks.waiting(world.nudity, app=world.web)
    task = take_lease(world.nudity, by=world.bob)
    for task_id in (task.pk, 2**40):
        body = {"taskId": task_id, "leaseToken": "0" * 32}
        client = signed_in(getattr(world, name))
        told = [call(client, verb, body | {"to": email}) for email in ("carol@example.test", *STRANGERS)]
        assert one([(answer.status_code, answer.json()) for answer in told])[0] in (403, 404, 409)


@pytest.mark.parametrize("state", ["waiting", "escalated"])
def test_from_an_assignment(world: World, state: str) -> None:
    tasks.waiting(world.nudity, app=world.web)
    task = take_lease(world.nudity, by=world.alice)
    if state == "escalated":
        defer.escalate(lease_key_of(task), by=world.alice)
    else:
        defer.skip(lease_key_of(task), by=world.alice)
    carol = signed_in(world.carol)
    answers = [call(carol, "assign", {"taskId": task.pk, "to": email}) for email in STRANGERS]
    assert one([(answer.status_code, answer.json()) for answer in answers])[0] == 422
    pages = []
    for number in (world.mallory.pk, world.dave.pk, 10**9):
        answer = carol.post(f"/review/cases/{task.case_id}/assign", {"to": number}, follow=True)
        pages.append((answer.redirect_chain, [str(message) for message in answer.context["messages"]]))
    assert one(pages)[1]


@pytest.mark.parametrize(("name", "status"), [("alice", 403), ("carol", 403), ("dave", 403)])
def test_from_waiving_practice(world: World, name: str, status: int) -> None:
    client = signed_in(getattr(world, name))
    answers = [client.post(f"/review/practice/waive/{number}") for number in (world.mallory.pk, world.erin.pk, 10**9)]
    assert one([answer.status_code for answer in answers]) == status
    assert not [word for word in ("Mallory", "Erin") if any(word in answer.content.decode() for answer in answers)]
