"""People's own keys: changed on the sheet, refused where two acts would want one, kept for the person."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from review import preferences
from tests.browser.stage_page import StagePage


def change(desk: StagePage, act: str, key: str) -> None:
    desk.page.keyboard.press("?")
    desk.page.click(f"[data-change={act}]")
    desk.page.keyboard.press(key)


def test_a_key_can_be_changed_and_every_hint_follows(desk: StagePage) -> None:
    desk.add_cases(2)
    desk.sit_down()
    first = desk.request_id
    change(desk, "reject", "v")
    desk.page.keyboard.press("Escape")
    expect(desk.page.locator("button.reject kbd")).to_have_text("V")
    expect(desk.page.locator("button.reject")).to_have_attribute("aria-keyshortcuts", "v")
    expect(desk.page.locator("#stage-suggestion")).to_contain_text("V rejects")
    desk.wait_for_calls()
    desk.page.reload()
    desk.wait_ready()
    desk.page.keyboard.press("x")
    desk.wait_for_calls()
    assert desk.decisions() == []
    desk.press("v")
    desk.wait_for_decisions((first, "REJECT", ""))


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("x", "Reject as the machine suggests"),
        ("g", "Grid"),
        ("/", "Search cases"),
        ("Tab", "browser"),
        ("3", "that reason"),
    ],
)
def test_a_key_that_is_taken_is_refused_and_says_by_what(desk: StagePage, key: str, why: str) -> None:
    desk.add_case()
    desk.sit_down()
    change(desk, "pass", key)
    expect(desk.page.locator("#stage-keys-said")).to_contain_text(why)
    expect(desk.page.locator("[data-change=pass]")).to_have_text("A")
    assert preferences.of(desk.world.alice)["keys"] == {}


def test_letters_can_be_switched_off(desk: StagePage) -> None:
    desk.add_cases(2)
    desk.sit_down()
    first = desk.request_id
    desk.page.keyboard.press("?")
    desk.page.uncheck("#stage-letters")
    desk.page.keyboard.press("Escape")
    desk.page.keyboard.press("a")
    desk.wait_for_calls()
    assert desk.decisions() == []
    expect(desk.page.locator("button.pass kbd")).to_have_text("")
    desk.press("1")
    desk.wait_for_decisions((first, "REJECT", "nudity"))
    assert preferences.of(desk.world.alice)["letters"] is False


def test_the_figures_of_the_page_are_a_question_mark_and_an_l_away(desk: StagePage) -> None:
    desk.add_cases(3)
    desk.sit_down()
    desk.page.wait_for_timeout(800)
    desk.page.keyboard.press("?")
    desk.page.keyboard.press("l")
    expect(desk.page.locator("#stage-keys")).to_be_hidden()
    desk.press("a")
    expect(desk.page.locator("#stage-figures-rows tr").first).to_contain_text("ms")
    expect(desk.page.locator("#stage-figures-rest")).to_contain_text("100 %")


def test_after_a_conflict_the_next_key_is_taken(desk: StagePage) -> None:
    desk.add_case()
    desk.sit_down()
    change(desk, "pass", "x")
    expect(desk.page.locator("#stage-keys-said")).to_contain_text("Reject as the machine suggests")
    desk.page.keyboard.press("Tab")
    expect(desk.page.locator("#stage-keys-said")).to_contain_text("belongs to the browser")
    desk.page.keyboard.press("l")  # not the figures of the page
    expect(desk.page.locator("[data-change=pass]")).to_have_text("L")
    expect(desk.page.locator("#stage-keys-said")).to_contain_text("is now on L")
    desk.page.keyboard.press("Escape")
    expect(desk.page.locator("#stage-keys")).to_be_hidden()
    expect(desk.page.locator("button.pass kbd")).to_have_text("L")


def test_own_keys_that_conflict_cost_no_other_key(desk: StagePage) -> None:
    """A key of the person's own wins over ours, which can be assigned anew; of two of their own the first one holds."""
    preferences.save({"keys": {"pass": ["y"], "skip": ["1"], "snooze": ["v"], "escalate": ["v"]}}, by=desk.world.alice)
    desk.add_cases(3)
    desk.sit_down()
    first = desk.request_id
    desk.press("y")
    desk.wait_for_decisions((first, "PASS", ""))
    second = desk.request_id
    desk.press("1")
    desk.wait_for_decisions((first, "PASS", ""), (second, "REJECT", "nudity"))
    desk.page.keyboard.press("?")
    expect(desk.page.locator("#stage-keys-said")).to_contain_text("One of your own keys is not used")
    expect(desk.page.locator("[data-change=labels]")).to_have_text("–")
    desk.page.click("[data-change=labels]")
    desk.page.keyboard.press("b")
    expect(desk.page.locator("[data-change=labels]")).to_have_text("B")


def test_the_sheet_tells_the_keys_of_the_label_verdicts(desk: StagePage) -> None:
    desk.add_cases(2)
    desk.sit_down()
    first = desk.request_id
    desk.page.keyboard.press("?")
    sheet = desk.page.locator("#stage-keys-list")
    for sign in ("✓", "✕", "∅"):
        expect(sheet).to_contain_text(sign)
    desk.page.keyboard.press("Escape")
    assert "Y ← →" in (desk.page.locator("[data-verdict=absent]").first.get_attribute("title") or "")
    desk.page.keyboard.press("y")
    desk.page.keyboard.press("ArrowRight")
    expect(desk.page.locator("[data-verdict=confirmed]").first).to_have_attribute("aria-pressed", "true")
    desk.page.keyboard.press("Escape")
    expect(desk.stage).to_be_focused()
    desk.press("a")
    desk.wait_for_decisions((first, "PASS", ""))
