"""Starting a run from a list, and the stage that it opens."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client

from moderation.models import PictureFetch
from review.models import Membership, Queue, Run
from review.workflow import leases
from tests.factories import tasks
from tests.factories.verdicts import decide
from tests.pages import fields, inline_code
from tests.stage import signed_in
from tests.world import World

CASES = "/review/cases/"
START = "/review/runs/"


@pytest.fixture
def alice(world: World) -> Client:
    tasks.waiting(world.nudity, app=world.web, count=3)
    return signed_in(world.alice)


def submit(client: Client, page: str) -> Any:
    """What the button at the foot of the list sends."""
    return client.post(START, fields(client.get(page).content.decode(), "run"))


def config(answer: Any) -> dict[str, Any]:
    (found,) = re.findall(r'id="stage-config" type="application/json">(.*?)</script>', answer.content.decode())
    read: dict[str, Any] = json.loads(found)
    return read


def test_the_found_cases_are_reviewed_in_the_order_of_the_list(world: World, alice: Client) -> None:
    answer = submit(alice, CASES + "?state=open")
    run = Run.objects.get()
    assert answer["Location"] == f"{START}{run.pk}/"
    newest_first = list(world.nudity.tasks.order_by("-case__received_at", "-case").values_list("pk", flat=True))
    assert (run.tasks, run.back, run.owner) == (newest_first, CASES + "?state=open", world.alice)
    stage = alice.get(answer["Location"])
    told = config(stage)["run"]
    assert [stop["taskId"] for stop in told["tasks"]] == newest_first
    assert told["back"] == CASES + "?state=open"
    assert inline_code(stage.content.decode()) == []


def test_the_whole_list_is_reviewed_also_behind_the_first_page(
    world: World, alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("review.cases.search.PAGE", 2)
    assert b"Review the whole list" in alice.get(CASES).content
    submit(alice, CASES)
    assert len(Run.objects.get().tasks) == 3


def test_a_long_list_is_cut_behind_what_can_be_reviewed_and_says_so(
    world: World, alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("review.cases.search.MOST_IN_A_RUN", 2)
    monkeypatch.setattr("review.cases.search.PAGE", 2)
    tasks.waiting(world.default, app=world.web, count=3)
    Membership.objects.filter(user=world.alice, queue=world.default).update(practises=True)
    submit(alice, CASES)
    run = Run.objects.get()
    newest_first = world.nudity.tasks.order_by("-case__received_at", "-case").values_list("pk", flat=True)
    assert run.tasks == list(newest_first)[:2]
    assert run.name.endswith(": the first 2")


def test_a_case_of_which_no_picture_is_known_has_its_place_in_a_run(world: World, alice: Client) -> None:
    PictureFetch.objects.all().delete()
    told = config(alice.get(submit(alice, CASES)["Location"]))["run"]
    assert [stop["picture"] for stop in told["tasks"]] == [False, False, False]


def test_the_list_says_how_many_of_it_can_be_reviewed(world: World, alice: Client) -> None:
    other = tasks.waiting(world.default, app=world.web)[0]
    Membership.objects.filter(user=world.alice, queue=world.default).update(practises=True)
    assert b"3 of 4 open ones here can be reviewed by you" in alice.get(CASES).content
    answer = submit(alice, CASES)
    assert other.pk not in Run.objects.get().tasks
    assert "3 of 4 can be reviewed" in alice.get(answer["Location"]).content.decode()


def test_a_stop_tells_the_blur_of_its_queue(world: World, alice: Client) -> None:
    Queue.objects.filter(pk=world.nudity.pk).update(blur=2)
    told = config(alice.get(submit(alice, CASES)["Location"]))["run"]
    assert [stop["queueBlur"] for stop in told["tasks"]] == [2, 2, 2]


def test_what_was_decided_meanwhile_is_told_when_the_run_is_opened_again(world: World, alice: Client) -> None:
    address = submit(alice, CASES)["Location"]
    (task,) = leases.lease(queues=["nudity"], count=1, by=world.bob)
    decide(task, by=world.bob)
    told = {stop["taskId"]: stop for stop in config(alice.get(address))["run"]["tasks"]}
    assert (told[task.pk]["outcome"], told[task.pk]["by"]) == ("decided", "Bob")


def test_a_run_of_chosen_cases_only(world: World, alice: Client) -> None:
    first, _, third = world.nudity.tasks.order_by("pk")
    alice.post(START, {"source": "cases", "back": CASES, "task": [third.pk, first.pk]})
    assert Run.objects.get().tasks == [third.pk, first.pk]


@pytest.mark.parametrize(
    "sent",
    [
        *({}, {"source": "elsewhere", "task": ["1"]}, {"source": "cases", "task": ["x", "²", "9" * 30]}),
        *({"source": "cases", "whole": "1", "query": "queue=no-such"}, {"source": "cases", "task": ["0"]}),
    ],
)
def test_what_is_no_list_leads_back_and_starts_nothing(alice: Client, sent: dict[str, Any]) -> None:
    answer = alice.post(START, {"back": CASES, **sent})
    assert (answer.status_code, answer["Location"]) == (302, CASES)
    assert not Run.objects.exists()


@pytest.mark.parametrize(
    "back", ["https://evil.test/", "//evil.test", "javascript:alert(1)", "", "\\evil", "/\0", "/\n"]
)
def test_a_run_leads_back_to_our_pages_only(world: World, alice: Client, back: str) -> None:
    alice.post(START, {"source": "cases", "back": back, "task": [world.nudity.tasks.latest("pk").pk]})
    assert Run.objects.get().back == "/review/my-work/"


def test_another_persons_run_is_none(world: World, alice: Client) -> None:
    address = submit(alice, CASES)["Location"]
    for stranger in (world.bob, world.carol, world.dave, world.mallory):
        assert signed_in(stranger).get(address).status_code == 404
    assert Client().get(address).status_code == 302
