"""What a verdict stands for is said before it is given: how many cases, and what the machine says now."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.browser.stage_page import Desk
from tests.factories import bodies


def label(path: str, probability: float) -> dict[str, Any]:
    return {"riskLevel": "REVIEW", "riskLabel1": path, "riskLabel2": "", "riskLabel3": "", "probability": probability}


def test_how_many_cases_a_verdict_decides_is_told(desk: Desk) -> None:
    counts = iter([14, 1])
    known: dict[str, int] = {}
    desk.change_tasks(lambda task: task.update(decides=known.setdefault(task["requestId"], next(counts, 1))))
    desk.add_cases(2)
    desk.sit_down()
    chip = desk.page.locator("[data-decides='14']")
    expect(chip).to_have_text("decides 14 pictures")
    desk.press("a")
    expect(desk.page.locator("#stage-decides")).to_be_hidden()


def test_a_newer_result_of_the_held_case_is_told_marked_and_guarded(desk: Desk) -> None:
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
