"""Leads act on what they have chosen from a list: the count is confirmed, the outcome told."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from review.models import ReviewTask
from review.workflow import leases
from tests.factories import tasks
from tests.pages import fields
from tests.stage import signed_in
from tests.world import World

CASES = "/review/cases/"
ASSIGN, MOVE = CASES + "chosen/assign", CASES + "chosen/move"


@pytest.fixture
def made(world: World) -> list[ReviewTask]:
    return tasks.waiting(world.nudity, app=world.web, count=3)


@pytest.fixture
def carol(world: World, made: list[ReviewTask]) -> Client:
    return signed_in(world.carol)


def confirmed(client: Client, address: str, made: list[ReviewTask], **said: Any) -> str:
    """What the page after the answer says."""
    asked = client.post(address, {"task": [task.pk for task in made], "back": CASES})
    assert asked.status_code == 200
    sent = fields(asked.content.decode(), "confirm")
    assert sent["task"] == [str(task.pk) for task in made]
    answer = client.post(address, sent | said)
    assert answer["Location"] == CASES
    return str(client.get(CASES).content.decode())


def test_the_buttons_are_for_leads(world: World, carol: Client) -> None:
    assert ASSIGN in carol.get(CASES).content.decode()
    assert ASSIGN not in signed_in(world.alice).get(CASES).content.decode()


def test_the_count_is_asked_before_anything_happens(carol: Client, made: list[ReviewTask]) -> None:
    html = carol.post(MOVE, {"task": [made[0].pk, made[1].pk], "back": CASES}).content.decode()
    assert "Move 2 cases" in html
    assert html.count("data-case=") == 2
    assert not ReviewTask.objects.filter(queue__slug="default").exists()


def test_chosen_cases_are_assigned(world: World, carol: Client, made: list[ReviewTask]) -> None:
    assert "3 cases assigned to Bob." in confirmed(carol, ASSIGN, made, to=world.bob.pk, note="please")
    assert set(ReviewTask.objects.values_list("owner", "note")) == {(world.bob.pk, "please")}


def test_chosen_cases_are_moved_and_what_was_left_is_told(world: World, carol: Client, made: list[ReviewTask]) -> None:
    (leased,) = leases.lease(queues=["nudity"], count=1, by=world.alice)
    html = confirmed(carol, MOVE, made, to="default")
    assert "2 cases moved to Default." in html
    assert "Left as they were: 1 × leased by somebody." in html
    assert list(ReviewTask.objects.filter(queue=world.nudity)) == [leased]


@pytest.mark.parametrize("address", [ASSIGN, MOVE])
def test_only_those_who_lead_may(world: World, made: list[ReviewTask], address: str) -> None:
    for person in (world.alice, world.erin, world.mallory):
        sent = {"task": [made[0].pk], "to": world.bob.pk if address == ASSIGN else "default"}
        assert signed_in(person).post(address, sent).status_code == 403
    assert ReviewTask.objects.filter(owner=None, queue=world.nudity).count() == 3


@pytest.mark.parametrize("to", ["", "no-such", "0", "\0"])
def test_nobody_and_nowhere_are_asked_again(carol: Client, made: list[ReviewTask], to: str) -> None:
    for address in (ASSIGN, MOVE):
        answer = carol.post(address, {"task": [made[0].pk], "to": to})
        assert answer.status_code == 422
        assert b"Choose one of the list." in answer.content


def test_nothing_chosen_leads_back(carol: Client) -> None:
    for sent in ({}, {"task": ["x"]}):
        answer = carol.post(ASSIGN, {"back": CASES, **sent})
        assert (answer.status_code, answer["Location"]) == (302, CASES)
