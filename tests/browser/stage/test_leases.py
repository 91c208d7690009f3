"""Holds are seen running out, a lost one names who stands, and nothing typed gets lost."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from review.models import Queue, ReviewTask
from tests.browser.stage_page import StagePage


def test_a_hold_that_is_not_renewed_is_seen_running_out(desk: StagePage) -> None:
    Queue.objects.update(lease_seconds=14)
    desk.add_case()
    desk.expected = ("503",)
    desk.page.route("**/review/api/renew", lambda route: route.fulfill(status=503))
    desk.page.route("**/review/api/lease", lambda route: route.continue_(), times=1)
    desk.sit_down()
    desk.page.route("**/review/api/lease", lambda route: route.fulfill(status=503))
    expect(desk.page.locator("#stage-lease")).to_be_hidden()
    expect(desk.page.locator("#stage-lease")).to_have_text(re.compile("ends in 00:0[1-7]"))
    expect(desk.page.locator("#stage-lease")).to_contain_text("expired")


def test_a_hold_is_renewed_while_the_page_is_looked_at(desk: StagePage) -> None:
    Queue.objects.update(lease_seconds=9)
    desk.add_cases(6)  # five held: nothing else asks the server
    desk.sit_down()
    leased = ReviewTask.objects.get(case__request_id=desk.request_id)
    desk.page.wait_for_timeout(12_000)
    renewed = ReviewTask.objects.get(pk=leased.pk)
    assert renewed.lease_token == leased.lease_token
    assert renewed.leased_until > leased.leased_until  # type: ignore[operator] # both are held
    expect(desk.page.locator("#stage-lease")).to_be_hidden()


def test_what_was_typed_survives_a_reload(desk: StagePage) -> None:
    desk.add_cases(2)
    desk.sit_down()
    first = desk.request_id
    desk.page.keyboard.press("n")
    desk.page.keyboard.type("half a thought")
    desk.page.reload()
    desk.wait_ready()
    assert desk.request_id == first
    expect(desk.page.locator("#stage-note")).to_have_value("half a thought")
    desk.press("a")
    expect(desk.page.locator("#stage-note")).to_have_value("")
    desk.wait_for_decisions((first, "PASS", ""))
    assert ReviewTask.objects.get(case__request_id=first).decisions.get().note == "half a thought"


def test_a_lost_hold_says_so_and_keeps_the_draft(desk: StagePage) -> None:
    Queue.objects.update(lease_seconds=9)
    desk.add_cases(2)
    desk.sit_down()
    first = desk.request_id
    desk.page.keyboard.press("n")
    desk.page.keyboard.type("half a thought")
    desk.page.keyboard.press("Escape")
    ReviewTask.objects.filter(case__request_id=first).update(
        leased_by=desk.world.bob, lease_token="00000000-0000-4000-8000-000000000000"
    )
    expect(desk.page.locator("#stage-status .kept")).to_have_text("half a thought")
    desk.wait_ready()
    assert desk.request_id != first
