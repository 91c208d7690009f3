"""The strip of the last decisions, tooltips, and a stage with nothing to judge."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from review.models import Membership, Queue, Reason
from tests.browser.stage_page import StagePage

LONG = "A reason whose name is longer than the room that the strip has for it on a small screen, by far"


def test_without_blur_the_last_decided_are_clear(desk: StagePage) -> None:
    desk.add_cases(2)
    desk.sit_down()
    desk.press("a")
    thumb = desk.page.locator("#stage-thumbs img").first
    expect(thumb).to_have_attribute("src", re.compile("/thumbnail"))
    assert thumb.evaluate("img => getComputedStyle(img).filter") == "none"


def test_after_an_undo_the_strip_says_what_was_undone(desk: StagePage) -> None:
    desk.add_cases(3)
    desk.sit_down()
    desk.press("a")
    desk.press("x")
    desk.press("Backspace")
    expect(desk.page.locator("#stage-undo-line")).to_contain_text("passed · ")  # the one before can still be undone
    desk.press("Backspace")
    expect(desk.page.locator("#stage-undo-line")).to_have_text("Undone: passed")
    desk.press("a")
    expect(desk.page.locator("#stage-undo-line")).to_contain_text("passed · ")


def test_a_long_text_keeps_its_countdown(desk: StagePage) -> None:
    Reason.objects.filter(code="contact").update(name=LONG)
    desk.page.set_viewport_size({"width": 1024, "height": 768})
    desk.add_cases(2)
    desk.sit_down()
    desk.press("2")
    when = desk.page.locator("#stage-undo-line .undo-when")
    expect(when).to_have_text(re.compile(r"· sent in \d s"))
    strip, box = desk.page.locator(".strip").bounding_box(), when.bounding_box()
    assert strip
    assert box
    assert box["x"] + box["width"] <= strip["x"] + strip["width"]


def test_every_button_with_a_key_says_it_in_its_tooltip(desk: StagePage) -> None:
    desk.add_case()
    desk.sit_down()
    untold = desk.page.evaluate(
        "[...document.querySelectorAll('#stage [data-act]:not([data-arg])')]"
        ".filter((button) => button.getAttribute('aria-keyshortcuts') && !/\\(.+\\)/.test(button.title))"
        ".map((button) => button.dataset.act)"
    )
    assert untold == []
    expect(desk.page.locator(".verdict .pass")).to_have_attribute("title", "Pass (A)")


def test_an_empty_stage_offers_no_verdict_and_names_the_queues_with_work(desk: StagePage) -> None:
    other = Queue.objects.create(slug="other", name="Other")
    Membership.objects.create(queue=other, user=desk.world.alice)
    desk.add_case()
    desk.sign_in()
    desk.open("/review/queues/other/")
    expect(desk.stage).to_have_attribute("data-state", "empty")
    assert desk.page.locator(".verdict").evaluate("part => part.inert")
    expect(desk.page.locator(".other-queues a")).to_have_count(1)
    desk.page.locator(".other-queues a").click()
    desk.wait_ready()
    assert not desk.page.locator(".verdict").evaluate("part => part.inert")
