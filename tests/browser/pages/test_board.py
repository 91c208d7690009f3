"""The board stays live, and says so when it does not."""

from __future__ import annotations

import pytest
from django.core.cache import caches
from playwright.sync_api import Page, expect

from review.workflow import leases
from tests.browser.stage_page import StagePage
from tests.factories import tasks


@pytest.fixture
def board(desk: StagePage) -> Page:
    tasks.waiting(desk.world.default, app=desk.world.web, count=3)
    desk.sign_in()
    desk.page.goto(f"{desk.app.url}/")
    # The web process may still have counted for the test before; the next figures are of this one.
    expect(desk.page.locator("#free-default")).to_have_text("3")
    return desk.page


def test_new_figures_come_by_themselves_and_leave_the_focus_where_it_is(desk: StagePage, board: Page) -> None:
    expect(board.locator("#live")).to_contain_text("live")
    board.focus("#overdue-default" if board.locator("#overdue-default").count() else "#free-default")
    tasks.waiting(desk.world.default, app=desk.world.web, count=2)
    expect(board.locator("#free-default")).to_have_text("5")
    expect(board.locator("#free-default")).to_be_focused()


def test_a_poll_that_fails_is_said_and_the_figures_stay(desk: StagePage, board: Page) -> None:
    desk.expected = ("Failed to load resource", "htmx")
    board.context.set_offline(True)
    expect(board.locator("#live")).to_contain_text("not live: as of")
    expect(board.locator("#live-said")).to_contain_text("not live")
    expect(board.locator("#free-default")).to_have_text("3")
    board.context.set_offline(False)
    expect(board.locator("#live")).to_contain_text("live, ")


def test_who_was_signed_out_is_led_to_signing_in_and_back(desk: StagePage, board: Page) -> None:
    desk.expected = ("Failed to load resource", "htmx")
    board.context.clear_cookies()
    board.wait_for_url("**/accounts/login/?next=/")
    expect(board.locator("input[type=password]")).to_be_visible()
    expect(board.locator("#board")).to_have_count(0)


def test_the_stage_says_how_many_review_and_q_leads_to_another_queue(desk: StagePage) -> None:
    desk.add_cases(2)
    leases.lease(queues=[], count=1, by=desk.world.bob)
    caches["process"].clear()
    desk.sit_down()
    page = desk.page
    expect(page.locator("#stage-reviewing")).to_have_text("2 reviewing")
    page.keyboard.press("q")
    menu = page.locator("#stage-queues")
    expect(menu).to_be_visible()
    expect(menu.locator("a[aria-current]")).to_be_focused()
    first = desk.request_id
    page.keyboard.press("a")  # nobody judges what a menu covers
    page.keyboard.press("ArrowDown")
    expect(menu.locator("[data-queue=default]")).to_be_focused()
    expect(menu.locator("[data-queue=default] .num")).to_have_text("0")
    assert desk.request_id == first
    page.keyboard.press("q")
    expect(menu).to_be_hidden()
    expect(page.locator("#stage")).to_be_focused()
    page.keyboard.press("q")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/review/queues/nudity/")
    page.click("#stage-queue")
    expect(page.locator("#stage-queues [data-queue=nudity]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#stage-queues")).to_be_hidden()
