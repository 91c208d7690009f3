"""A new secret in Chromium: copied, not left by mistake, and not made again by a reload."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Dialog, Page, expect

from accounts.models import AccessKey
from tests.browser.pages.house import browsing
from tests.browser.pages.test_every_page import OFFENCES, STICKS_OUT
from tests.browser.stage_page import StagePage


@pytest.fixture
def shown(desk: StagePage, browser: Browser) -> Iterator[Page]:
    """Dave has just made a key."""
    with browsing(browser, desk, "dave", permissions=["clipboard-read", "clipboard-write"]) as page:
        page.goto(f"{desk.app.url}/manage/apps/keys/new/")
        page.get_by_label("Name").fill("Theirs")
        page.get_by_label("read cases and results").check()
        page.get_by_role("button", name="Issue it").click()
        expect(page.get_by_role("heading", name="Store this now")).to_be_visible()
        yield page


def test_it_is_copied(shown: Page) -> None:
    shown.get_by_role("button", name="Copy").click()
    expect(shown.get_by_role("button", name="Copied")).to_be_visible()
    copied = shown.evaluate("navigator.clipboard.readText()")
    assert copied == shown.locator("[data-secret]").text_content()
    assert re.fullmatch(r"sl_[\w-]{43}", copied)


def test_leaving_asks_and_storing_leads_on(shown: Page) -> None:
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    shown.on("dialog", stay)
    shown.get_by_role("link", name="Board").click(no_wait_after=True)
    expect(shown.get_by_role("heading", name="Store this now")).to_be_visible()
    expect(shown.get_by_text("You have not said yet that it is stored.")).to_be_visible()
    assert asked == ["beforeunload"]
    shown.get_by_role("link", name="I have stored it").click()
    expect(shown).to_have_url(re.compile(r"/manage/apps/keys/\d+/$"))
    assert asked == ["beforeunload"]
    expect(shown.locator("body")).not_to_contain_text(re.compile(r"sl_[\w-]{43}"))


def test_a_reload_makes_no_second_one(shown: Page) -> None:
    made = AccessKey.objects.count()
    shown.on("dialog", lambda dialog: dialog.accept())
    shown.reload()
    expect(shown).to_have_url(re.compile(r"/manage/apps/keys/\d+/$"))
    assert AccessKey.objects.count() == made


def test_the_page_can_be_read_by_everybody(shown: Page) -> None:
    shown.evaluate(AXE_SCRIPT)
    assert shown.evaluate(OFFENCES, None) == []
    for width in (390, 1440):
        shown.set_viewport_size({"width": width, "height": 800})
        assert shown.evaluate(STICKS_OUT) == []


def test_the_old_ones_end_is_counted_down(desk: StagePage, browser: Browser) -> None:
    """Rotated by keyboard alone."""
    with browsing(browser, desk, "dave") as page:
        page.goto(f"{desk.app.url}/manage/apps/")
        page.locator(f"#key-{desk.world.key.pk}").focus()
        page.keyboard.press("Enter")
        chosen = page.locator("#rotate")
        expect(chosen).to_be_visible()
        expect(page).to_have_url(re.compile(rf"/manage/apps/keys/{desk.world.key.pk}/$"))
        chosen.get_by_role("button", name="Make the new one").focus()
        page.keyboard.press("Enter")
        page.get_by_role("link", name="I have stored it").focus()
        page.keyboard.press("Enter")
        left = page.locator(f"[data-key='{desk.world.key.pk}'] [data-until]")
        expect(left).to_have_text(re.compile(r"^23:59:\d\d$"))
        before = left.text_content()
        expect(left).not_to_have_text(before or "")
