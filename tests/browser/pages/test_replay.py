"""A replay in the browser: started from the thresholds, watched, read, a contradicted case opened, and back."""

from __future__ import annotations

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, expect

from moderation.models import Case
from moderation.policy_versions import store
from tests.browser.pages.house import browsing
from tests.browser.pages.test_every_page import OFFENCES, STICKS_OUT
from tests.browser.stage_page import StagePage
from tests.factories import bodies, replays


@pytest.fixture
def contradicted(desk: StagePage) -> Case:
    """Reviewed by the policy in force and passed by a person; the draft would reject it."""
    store.put_in_force(replays.IN_FORCE, by=desk.world.dave)
    labels = [bodies.result()["allLabels"][0] | {"probability": score} for score in replays.SCORES]
    made = desk.add_all({"finalResult": 1, "allLabels": [label]} for label in labels)
    case = Case.objects.get(request_id=made[2])
    replays.decided(case, "PASS")
    replays.drafted(desk.world)
    return case


def start(page: Page, desk: StagePage) -> None:
    page.goto(f"{desk.app.url}/review/thresholds/")
    page.get_by_label("Cases to replay").select_option("10000")
    page.get_by_role("button", name="Replay", exact=True).click()


def test_started_watched_read_and_a_case_opened(desk: StagePage, browser: Browser, contradicted: Case) -> None:
    with browsing(browser, desk, "dave") as page:
        start(page, desk)
        page.wait_for_url("**/review/replays/*/")
        expect(page.get_by_text("Waiting for a worker")).to_be_visible()
        expect(page.get_by_role("button", name="Cancel")).to_be_enabled()
        replays.finish()
        expect(page.get_by_role("heading", name="Where results go")).to_be_visible()
        expect(page.get_by_text("1 of 1").first).to_be_visible()
        report = page.url
        page.locator(".contradicted a").click()
        page.wait_for_url(f"**/review/cases/{contradicted.pk}/")
        page.go_back()
        expect(page).to_have_url(report)
        page.locator("#all-contradicted").click()
        expect(page.locator(f"[data-case='{contradicted.pk}']")).to_be_visible()
        page.get_by_role("link", name="Replay", exact=True).click()
        expect(page).to_have_url(report)


def test_cancelled_by_the_keyboard_while_it_is_asked_for_again(
    desk: StagePage, browser: Browser, contradicted: Case
) -> None:
    with browsing(browser, desk, "dave") as page:
        start(page, desk)
        page.get_by_role("button", name="Cancel").focus()
        with page.expect_response("**/progress"):
            pass
        expect(page.get_by_role("button", name="Cancel")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Cancelled")).to_be_visible()


@pytest.mark.parametrize("width", [390, 768, 1440])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_nothing_sticks_out_and_axe_is_silent(
    desk: StagePage, browser: Browser, contradicted: Case, width: int, language: str
) -> None:
    job = replays.replayed(desk.world)
    size = {"width": width, "height": 900}
    with browsing(browser, desk, "dave", viewport=size, language=language) as page:
        for path in ("", f"{job.pk}/", f"{job.pk}/cases/"):
            page.goto(f"{desk.app.url}/review/replays/{path}")
            page.wait_for_load_state("networkidle")
            assert page.evaluate(STICKS_OUT) == [], path
            page.evaluate(AXE_SCRIPT)
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                assert page.evaluate(OFFENCES) == [], (path, scheme)
