"""What an older version of the page left in this browser is still sent, under the names of today."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from playwright.sync_api import expect

from review.models import Preferences, ReviewTask
from review.workflow import leases
from tests.browser.stage_page import StagePage
from tests.factories import grids
from tests.waiting import wait_for


def leased(desk: StagePage, count: int) -> list[ReviewTask]:
    """Cases with Alice, as they are when her page was closed while the network was away."""
    for _ in range(count):
        desk.add_case(**grids.said())
    return leases.lease(queues=["default"], count=count, by=desk.world.alice)


def kept(task: ReviewTask, **more: Any) -> dict[str, Any]:
    """One decision as the older page stored it: a lease was a hold then."""
    return {"taskId": task.pk, "holdToken": str(task.lease_token), "decisionId": str(uuid4()), "elapsedMs": 900} | more


def keep(desk: StagePage, name: str, value: object) -> None:
    desk.page.evaluate("([name, text]) => localStorage.setItem(name, text)", [f"second-look.{name}", json.dumps(value)])


def remembered(desk: StagePage, start: str) -> list[str]:
    names: list[str] = desk.page.evaluate(
        "start => Object.keys(localStorage).filter((key) => key.startsWith(start))", start
    )
    return names


def test_decisions_that_wait_to_be_sent_across_the_update_are_decided(desk: StagePage) -> None:
    rejected, snoozed, together, passed = leased(desk, 4)
    decision = kept(rejected, kind="decide", verdict="REJECT", reason="contact", labels=[], note="seen before")
    also = [{"taskId": together.pk, "machineRevision": 1, "decisionId": str(uuid4())}]
    body = {"decisionId": decision["decisionId"], "along": also, "count": 1}
    tile = kept(passed, verdict="PASS", reason="")
    page = {"kind": "grid_decide", "pageId": str(uuid4()), "queue": "default", "label": grids.LABEL, "tiles": [tile]}
    waiting = [
        decision | {"along": also},
        {"kind": "take_along", "taskId": rejected.pk, "along": also, "body": body},
        kept(snoozed, kind="hold", note=""),
        page,
    ]
    desk.sign_in()
    desk.page.goto(f"{desk.app.url}/")
    keep(desk, f"outbox.{desk.world.alice.pk}.{uuid4()}", waiting)
    desk.page.goto(f"{desk.app.url}/review/")
    ids = [task.case.request_id for task in (rejected, together, passed)]
    desk.wait_for_decisions((ids[0], "REJECT", "contact"), (ids[1], "REJECT", "contact"), (ids[2], "PASS", ""))
    wait_for(lambda: ReviewTask.objects.get(pk=snoozed.pk).state == "snoozed", what="the snooze")
    desk.wait_for_calls()
    assert remembered(desk, "second-look.outbox.") == [], "nothing is sent twice"


def test_keys_and_choices_of_an_older_page_are_kept(desk: StagePage) -> None:
    """A row of preferences that a page of before wrote, and what this browser remembers of its figures."""
    Preferences.objects.create(user=desk.world.alice, keys={"hold": ["v"], "along": ["y"]})
    desk.add_cases(2)
    desk.sign_in()
    desk.page.goto(f"{desk.app.url}/")
    keep(desk, "numbers", True)
    keep(desk, f"line.{desk.world.alice.pk}.x", {"at": 0, "taskIds": []})
    desk.page.goto(f"{desk.app.url}/review/")
    desk.wait_ready()
    expect(desk.page.locator("#stage-figures")).to_be_visible()
    assert remembered(desk, "second-look.numbers") == remembered(desk, "second-look.line.") == []
    snoozed = int(desk.stage.get_attribute("data-task-id") or 0)
    desk.press("v")
    wait_for(lambda: ReviewTask.objects.get(pk=snoozed).state == "snoozed", what="the snooze")
