"""What a verdict stands for is said before it is given: how many cases, and what the machine says now."""

from __future__ import annotations

import json
import time
from typing import Any
from uuid import uuid4

from playwright.sync_api import Route, expect

from moderation.models import FinalResult
from review.models import Decision
from review.workflow import leases
from tests.browser.stage_page import StagePage
from tests.factories import bodies, grids


def label(path: str, probability: float) -> dict[str, Any]:
    return {"riskLevel": "REVIEW", "riskLabel1": path, "riskLabel2": "", "riskLabel3": "", "probability": probability}


def slowly(route: Route) -> None:
    time.sleep(0.4)
    route.continue_()


def test_how_many_cases_a_verdict_decides_is_told(desk: StagePage) -> None:
    counts = iter([14, 1])
    known: dict[str, int] = {}
    desk.change_tasks(lambda task: task.update(decides=known.setdefault(task["requestId"], next(counts, 1))))
    desk.add_cases(2)
    desk.sit_down()
    chip = desk.page.locator("[data-decides='14']")
    expect(chip).to_have_text("decides 14 pictures")
    desk.press("a")
    expect(desk.page.locator("#stage-decides")).to_be_hidden()


def test_a_newer_result_of_the_held_case_is_told_marked_and_guarded(desk: StagePage) -> None:
    request_id = bodies.request_id()
    desk.add_case(requestId=request_id, allLabels=[label("porn", 0.5)])
    desk.sit_down()
    # A key as soon as the change is on the screen was meant for what was there before.
    desk.page.evaluate(
        """() => new MutationObserver((_, observer) => {
             if (!document.querySelector('#stage-labels .was')) return;
             observer.disconnect();
             const since = performance.now();
             const press = () => {
               if (document.getElementById('stage').dataset.state !== 'ready') return requestAnimationFrame(press);
               if (performance.now() - since > 350) return;
               document.body.dataset.pressed = '';
               document.dispatchEvent(new KeyboardEvent('keydown', {key: 'a', bubbles: true}));
             };
             press();
           }).observe(document.getElementById('stage-labels'), {childList: true})"""
    )
    desk.add_case(requestId=request_id, allLabels=[label("porn", 0.9), label("ad", 0.4)])
    expect(desk.page.locator("#stage-status")).to_contain_text("2 labels are different")
    expect(desk.page.locator("[data-label=porn] .was")).to_have_text("was 500")
    expect(desk.page.locator("[data-label=ad] .was")).to_have_text("new")
    desk.wait_for_calls()
    assert desk.decisions() == []
    desk.press("a")
    desk.wait_for_decisions((request_id, "PASS", ""))


def test_a_verdict_about_an_older_result_comes_back_under_the_newer_with_what_was_typed(desk: StagePage) -> None:
    request_id, other = bodies.request_id(), bodies.request_id()
    desk.expected = ("409",)
    desk.add_case(requestId=request_id, **grids.said("porn"))
    desk.add_case(requestId=other, **grids.said())
    desk.sit_down()
    assert desk.request_id == request_id
    desk.wait_for_calls(quiet_ms=1500)  # the first renewal is over, the next is half a minute away
    desk.add_case(requestId=request_id, **grids.said("minor"))
    desk.page.keyboard.press("n")
    desk.page.locator("#stage-note").fill("she looks grown up")
    desk.page.keyboard.press("Enter")
    desk.press("x")
    expect(desk.page.locator("#stage-status")).to_contain_text("the machine's result has changed since you saw it")
    assert (desk.request_id, desk.decisions()) == (other, [])
    desk.press("a")
    expect(desk.stage).to_have_attribute("data-request-id", request_id)
    expect(desk.page.locator("[data-label=minor] .was")).to_have_text("new")
    expect(desk.page.locator("#stage-note")).to_have_value("she looks grown up")
    desk.press("x")
    desk.wait_for_decisions((other, "PASS", ""), (request_id, "REJECT", ""))
    assert FinalResult.objects.get(case__request_id=request_id).risk_label1 == "minor"
    assert Decision.objects.get(task__case__request_id=request_id).note == "she looks grown up"


def test_a_verdict_that_waited_for_the_network_comes_back_when_the_machine_has_said_more(desk: StagePage) -> None:
    request_id = bodies.request_id()
    desk.expected = ("409",)
    desk.add_case(requestId=request_id, **grids.said("porn"))
    (task,) = leases.lease(queues=[], count=1, by=desk.world.alice)
    desk.add_case(requestId=request_id, **grids.said("minor"))
    unsent = {"kind": "decide", "taskId": task.pk, "leaseToken": str(task.lease_token), "machineRevision": 1}
    unsent |= {"decisionId": str(uuid4()), "verdict": "REJECT", "note": "seen before", "elapsedMs": 900}
    desk.sign_in()
    desk.open("/")
    stored = [f"second-look.outbox.{desk.world.alice.pk}.{uuid4()}", json.dumps([unsent])]
    desk.page.evaluate("([name, text]) => localStorage.setItem(name, text)", stored)
    desk.open()
    desk.wait_ready()
    expect(desk.page.locator("#stage-status")).to_contain_text("the machine's result has changed since you saw it")
    expect(desk.stage).to_have_attribute("data-request-id", request_id)
    expect(desk.page.locator("#stage-note")).to_have_value("seen before")
    desk.press("x")
    desk.wait_for_decisions((request_id, "REJECT", ""))
    assert FinalResult.objects.get().risk_label1 == "minor"


def test_a_verdict_undone_before_the_server_refused_it_stays_on_the_table(desk: StagePage) -> None:
    request_id = bodies.request_id()
    desk.expected = ("409",)
    desk.add_case(requestId=request_id, **grids.said("porn"))
    desk.sit_down()
    desk.wait_for_calls(quiet_ms=1500)
    desk.add_case(requestId=request_id, **grids.said("minor"))
    desk.page.route("**/review/api/decide", slowly)
    desk.page.keyboard.press("x")
    desk.page.keyboard.press("z")
    expect(desk.page.locator("[data-label=minor] .was")).to_have_text("new")
    expect(desk.stage).to_have_attribute("data-request-id", request_id)
    desk.page.wait_for_timeout(700)
    desk.press("x")
    desk.wait_for_decisions((request_id, "REJECT", ""))
