"""Looking ahead and back decides nothing and shows what it says."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.stage_page import StagePage


def test_j_shows_what_comes_next_and_no_verdict_counts_there(desk: StagePage) -> None:
    desk.add_cases(3)
    desk.sit_down()
    current = desk.request_id
    desk.page.keyboard.press("j")
    expect(desk.stage).to_have_attribute("data-browsing", "ahead")
    ahead = desk.request_id
    for key in ("a", "x", "1", "s", "e"):
        desk.page.keyboard.press(key)
    desk.page.keyboard.press("k")
    expect(desk.stage).not_to_have_attribute("data-browsing", "ahead")
    desk.wait_ready()
    assert desk.request_id == current != ahead
    desk.press("a")
    assert desk.request_id == ahead
    desk.wait_for_decisions((current, "PASS", ""))


def test_k_shows_what_was_decided_and_escape_comes_back(desk: StagePage) -> None:
    desk.add_cases(3)
    desk.sit_down()
    first = desk.request_id
    desk.press("x")
    current = desk.request_id
    desk.page.keyboard.press("k")
    expect(desk.page.locator("#stage-browsing")).to_contain_text("rejected as suggested")
    assert desk.request_id == first
    desk.page.keyboard.press("a")
    desk.page.keyboard.press("k")  # there is nothing before it
    assert desk.request_id == first
    desk.page.keyboard.press("Escape")
    expect(desk.page.locator("#stage-browsing")).to_be_hidden()
    assert desk.request_id == current
    desk.wait_for_calls()
    desk.wait_for_decisions((first, "REJECT", ""))


def test_an_empty_line_lets_people_look_back_and_return(desk: StagePage) -> None:
    desk.add_case()
    desk.sit_down()
    first = desk.request_id
    desk.press("a")
    desk.page.keyboard.press("k")
    assert desk.request_id == first
    desk.page.wait_for_timeout(5500)  # the line is asked for again meanwhile
    assert desk.request_id == first
    desk.page.keyboard.press("Escape")
    expect(desk.page.locator("#stage-notice")).to_contain_text("Nothing to judge")
    expect(desk.page.locator(".card.on")).to_have_count(0)
