"""A queue's page in Chromium: reasons are moved and dragged, labels picked, what is not saved is told at the foot."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, expect

from review.models import Queue
from tests.browser.pages.house import browsing
from tests.browser.pages.test_every_page import OFFENCES, STICKS_OUT
from tests.browser.stage_page import StagePage
from tests.factories.labels import label, seeded

PAGE = "/manage/queues/nudity/"


@pytest.fixture
def shown(desk: StagePage, browser: Browser) -> Iterator[Page]:
    seeded()
    label("porn/kissing")
    with browsing(browser, desk, "dave") as page:
        page.goto(f"{desk.app.url}{PAGE}")
        yield page


def reasons(desk: StagePage) -> list[tuple[int, str]]:
    return list(Queue.objects.get(slug="nudity").reasons.values_list("key", "code"))


def save(page: Page) -> None:
    page.keyboard.press("Control+s")
    expect(page.locator(".message.success")).to_be_visible()


def test_a_reason_is_moved_by_keyboard(desk: StagePage, shown: Page) -> None:
    name = shown.locator("#reasons tr").nth(1).get_by_label("English name")
    name.focus()
    name.press("Alt+ArrowUp")
    expect(shown.locator("#reasons tr").first.get_by_label("English name")).to_have_value("Contact ad")
    expect(shown.locator("#changes")).to_contain_text("1 change, not saved")
    assert reasons(desk) == [(1, "nudity"), (2, "contact")]
    save(shown)
    assert reasons(desk) == [(1, "contact"), (2, "nudity")]


def test_a_reason_is_dragged(desk: StagePage, shown: Page) -> None:
    rows = shown.locator("#reasons tr")
    rows.nth(1).locator(".grip").drag_to(rows.nth(0), target_position={"x": 30, "y": 3})
    expect(shown.locator("#changes")).to_contain_text("1 change, not saved")
    save(shown)
    assert reasons(desk) == [(1, "contact"), (2, "nudity")]


def test_a_label_is_picked_by_typing(desk: StagePage, shown: Page) -> None:
    row = shown.locator("#reasons tr").nth(2)
    row.get_by_label("English name").fill("Kissing")
    row.get_by_label("Goes out as").click()
    shown.get_by_role("combobox", name="Choose a label").fill("kissi")
    expect(shown.locator(".combo [role=option]").first).to_contain_text("porn/kissing")
    shown.keyboard.press("Enter")
    expect(row.get_by_label("Goes out as")).to_have_value("porn/kissing")
    save(shown)
    assert Queue.objects.get(slug="nudity").reasons.get(name="Kissing").risk_label2 == "kissing"


def test_one_change_is_taken_back_alone(desk: StagePage, shown: Page) -> None:
    shown.locator("#id_sla_minutes").fill("15")
    shown.locator("#id_weight_reach").fill("4")
    expect(shown.locator("#changes")).to_contain_text("2 changes, not saved")
    shown.locator("#changes").get_by_role("button", name="60 → 15").click()
    expect(shown.locator("#id_sla_minutes")).to_have_value("60")
    expect(shown.locator("#id_weight_reach")).to_have_value("4")
    save(shown)
    assert Queue.objects.get(slug="nudity").boosts == {"reach": 4.0}


def test_it_can_be_read_and_used_by_everybody(desk: StagePage, shown: Page) -> None:
    shown.evaluate(AXE_SCRIPT)
    assert shown.evaluate(OFFENCES, None) == []
    shown.set_viewport_size({"width": 390, "height": 844})
    assert shown.evaluate(STICKS_OUT) == []


def test_it_works_without_scripts(desk: StagePage, browser: Browser) -> None:
    seeded()
    with browsing(browser, desk, "dave", java_script_enabled=False) as page:
        page.goto(f"{desk.app.url}{PAGE}")
        row = page.locator("#reasons tr").nth(2)
        row.get_by_label("English name").fill("Kissing")
        row.get_by_label("Goes out as").fill("porn/unheard_of")
        page.get_by_role("button", name="Save").last.click()
        expect(page.locator("#reasons")).to_contain_text("No label is called")
        row.get_by_label("new label").check()
        page.get_by_role("button", name="Save").last.click()
        expect(page.locator(".message.success")).to_be_visible()
        assert (3, "kissing") in reasons(desk)
