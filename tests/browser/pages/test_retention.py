"""Retention and erasing a subject in a browser: by keyboard alone, narrow, in both themes, in Chinese."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, expect

from accounts.audit_chain import append
from moderation.media import removals
from moderation.models import Case, Erasure, PictureFetch
from review.models import RetentionRule
from review.retention import runs, subjects
from tests.browser.pages.house import browsing
from tests.browser.pages.test_every_page import OFFENCES, STICKS_OUT
from tests.browser.stage_page import StagePage
from tests.factories.erasures import furnish
from tests.factories.verdicts import decide, take_lease
from tests.review.retention.kept import old

TOKEN = "u_83f2"


@pytest.fixture
def daves(browser: Browser, desk: StagePage) -> Iterator[Page]:
    with browsing(browser, desk, "dave") as page:
        yield page


def by_keyboard(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_a_rule_is_counted_and_saved_by_keyboard_alone(desk: StagePage, daves: Page) -> None:
    old(desk.world.web, 3)
    daves.goto(f"{desk.app.url}/manage/retention/")
    daves.get_by_role("link", name="Change everything").focus()
    by_keyboard(daves, "Enter")
    daves.get_by_label("Pictures, days").focus()
    daves.keyboard.type("30")
    by_keyboard(daves, "Escape", "Enter")
    expect(daves.locator("#counted")).to_contain_text("This would erase 3 pictures")
    expect(daves.locator("#counted")).to_be_focused()
    by_keyboard(daves, "Tab")
    expect(daves.get_by_label("Type 3, the number of cases")).to_be_focused()
    daves.keyboard.type("3")
    by_keyboard(daves, "Tab")
    expect(daves.get_by_role("button", name="Save")).to_be_focused()
    by_keyboard(daves, "Enter")
    expect(daves.get_by_role("row", name="everything")).to_contain_text("30 days")
    assert RetentionRule.objects.get().pictures_days == 30
    assert runs.work(for_seconds=10) == 3
    removals.work()
    assert not PictureFetch.objects.exclude(picture=None).exists()
    daves.reload()
    expect(daves.locator("#last-run")).to_contain_text("Pictures erased")
    assert daves.locator("#last-run dd").all_inner_texts()[3] == "3"


def test_a_subject_is_erased_and_its_certificate_downloaded(desk: StagePage, daves: Page, tmp_path: Path) -> None:
    desk.add_case(data={"tokenId": TOKEN})
    (queue,) = [one for one in (desk.world.nudity, desk.world.default) if one.tasks.exists()]
    decide(take_lease(queue, by=desk.world.bob), by=desk.world.bob)
    Case.objects.first().final_results.update(release_at="2026-01-01T00:00:00Z")  # type: ignore[union-attr]
    daves.goto(f"{desk.app.url}/manage/retention/")
    daves.get_by_role("link", name="Erase a subject").click()
    daves.get_by_label("tokenId").fill(TOKEN)
    by_keyboard(daves, "Enter")
    expect(daves.locator("#counted")).to_contain_text("1 case")
    daves.get_by_label("Type 1, the number of cases").fill("1")
    daves.get_by_role("button", name="Erase", exact=True).click()
    expect(daves.locator("#progress[data-state=running]")).to_contain_text("0 of 1 cases")
    subjects.work(for_seconds=10)
    append.append()
    expect(daves.locator("#progress[data-state=finished]")).to_contain_text("1 of 1 cases")
    with daves.expect_download() as waiting:
        daves.get_by_role("link", name="Download the certificate").click()
    waiting.value.save_as(tmp_path / "certificate.json")
    told = json.loads((tmp_path / "certificate.json").read_text())
    assert (told["erasure"], told["erased"]["cases"]) == (str(Erasure.objects.get().pk), 1)
    assert not Case.objects.filter(token_id=TOKEN).exists()


def pages(desk: StagePage) -> list[str]:
    arguments = furnish(desk.world)
    rule = arguments["review:manage_retention_rule"]["pk"]
    erasure = arguments["review:manage_erasure"]["pk"]
    return ["", "new/", "default/", f"{rule}/", "subjects/", f"subjects/{erasure}/"]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_fit_a_telephone_and_axe_finds_nothing(
    desk: StagePage, browser: Browser, language: str, scheme: str
) -> None:
    desk.add_case()
    found = pages(desk)
    how = {"language": language, "color_scheme": scheme, "viewport": {"width": 390, "height": 844}}
    with browsing(browser, desk, "dave", **how) as page:  # type: ignore[arg-type] # options of a context
        for path in found:
            page.goto(f"{desk.app.url}/manage/retention/{path}")
            page.evaluate(AXE_SCRIPT)
            assert page.evaluate(OFFENCES) == [], path
            assert page.evaluate(STICKS_OUT) == [], path
        page.goto(f"{desk.app.url}/manage/retention/subjects/")
        page.get_by_label("tokenId").fill(TOKEN)
        page.keyboard.press("Enter")
        expect(page.locator("#counted")).to_be_visible()
        page.evaluate(AXE_SCRIPT)
        assert (page.evaluate(OFFENCES), page.evaluate(STICKS_OUT)) == ([], [])
