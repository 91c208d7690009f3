"""My work as a page: groups that are runs, and what one did."""

from __future__ import annotations

import re
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from review.models import ReviewTask, Run
from review.workflow import defer, leases
from review.workflow.assign import ask_second_opinion, assign
from tests.factories import tasks
from tests.factories.verdicts import decide, lease_key_of, take_lease
from tests.stage import signed_in
from tests.world import World

PAGE = "/review/my-work/"


def section(html: str, name: str) -> str:
    found = re.search(rf'<section id="{name}".*?</section>', html, re.DOTALL)
    return found.group() if found else ""


def show(person: Any) -> str:
    return str(signed_in(person).get(PAGE).content.decode())


def test_what_others_wait_for_is_in_groups(world: World) -> None:
    made = tasks.waiting(world.nudity, app=world.web, count=2)
    assign(made[1].pk, to=world.alice, by=world.carol, note="have a look")
    ask_second_opinion(
        lease_key_of(take_lease(world.nudity, by=world.bob)), to=world.alice, by=world.bob, note="sport?", view="REJECT"
    )
    html = show(world.alice)
    assert f'data-task="{made[1].pk}"' in section(html, "assigned")
    assert "have a look" in section(html, "assigned")
    opinions = section(html, "opinions")
    assert f'data-task="{made[0].pk}"' in opinions
    assert "sport?" in opinions
    assert "Bob" in opinions
    assert "reject" not in opinions.lower()


def test_a_group_is_a_run(world: World) -> None:
    made = tasks.waiting(world.nudity, app=world.web, count=2)
    for task in made:
        assign(task.pk, to=world.alice, by=world.carol)
    client = signed_in(world.alice)
    html = section(client.get(PAGE).content.decode(), "assigned")
    assert "Review these 2" in html
    sent = dict(re.findall(r'<input type="hidden" name="(source|back|name)" value="([^"]*)"', html))
    client.post("/review/runs/", sent | {"task": re.findall(r'name="task" value="(\d+)"', html)})
    run = Run.objects.get()
    assert (run.tasks, run.source, run.back) == ([task.pk for task in made], "assigned", PAGE)


def test_escalated_cases_are_a_run_for_leads(world: World) -> None:
    tasks.waiting(world.nudity, app=world.web)
    defer.escalate(lease_key_of(take_lease(world.nudity, by=world.alice)), by=world.alice, note="art?")
    html = signed_in(world.carol).get("/review/escalated/").content.decode()
    assert "art?" in html
    assert "Review this one" in html
    assert "Review this one" not in signed_in(world.erin).get("/review/escalated/").content.decode()


def test_what_i_set_aside_can_be_taken_back(world: World) -> None:
    tasks.waiting(world.nudity, app=world.web, count=2)
    skipped, snoozed = leases.lease(queues=[], count=2, by=world.alice)
    defer.skip(lease_key_of(skipped), by=world.alice)
    defer.snooze(lease_key_of(snoozed), by=world.alice, until=None)
    html = show(world.alice)
    assert "Look at the one I skipped" in section(html, "skipped")
    assert "bring-back" in section(html, "snoozed")
    client = signed_in(world.alice)
    client.post("/review/runs/", {"source": "skipped", "back": PAGE, "task": [skipped.pk]})
    assert Run.objects.get().tasks == [skipped.pk]


def test_what_i_did_is_shown_in_pictures_and_counted(world: World) -> None:
    tasks.waiting(world.nudity, app=world.web, count=2)
    decide(take_lease(world.nudity, by=world.alice), by=world.alice)
    html = section(show(world.alice), "decisions")
    assert html.count("data-decision=") == 1
    assert "0 passed · 1 rejected · 0 undone" in html
    assert "data-decision=" not in show(world.bob)


def test_the_page_reads_as_many_tables_however_much_there_is(world: World) -> None:
    counts = []
    client = signed_in(world.alice)
    for _ in range(2):
        for task in tasks.waiting(world.nudity, app=world.web, count=6)[:3]:
            assign(task.pk, to=world.alice, by=world.carol)
        decide(take_lease(world.nudity, by=world.alice), by=world.alice)
        client.get(PAGE)
        with CaptureQueriesContext(connection) as asked:
            client.get(PAGE)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 20
    assert ReviewTask.objects.filter(owner=world.alice).exists()
