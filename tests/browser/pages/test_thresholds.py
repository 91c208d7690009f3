"""The thresholds in Chromium: from "review instead of reject" to the next result, by pointer, by keys, by two."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.core.cache import caches
from playwright.sync_api import Browser, Page, expect

from moderation.policy import Threshold
from moderation.policy.inheritance import section_of
from moderation.policy.sections import Scope
from moderation.policy_versions import draft, store
from tests.browser.pages.house import browsing
from tests.browser.pages.test_every_page import OFFENCES, STICKS_OUT
from tests.browser.stage_page import StagePage
from tests.factories import bodies
from tests.factories.label_scores import scored
from tests.factories.labels import label, seeded

PAGE = "/review/thresholds/"
KEY = "ban/weapon/knife"
LIVE = Scope(app="web", event="live")
HERE = f"{PAGE}?label={KEY}&app=web&event=live"
MOST_SECONDS = 20
BODY: dict[str, Any] = {
    "sections": [
        {"name": "default", "thresholds": {"ban": {"review": 350, "reject": 900}}, "intermediate": "decide"},
        {
            "name": "web / live",
            "scope": {"app": "web", "event": "live"},
            "thresholds": {KEY: {"review": 400, "reject": 800}},
            "intermediate": "decide",
        },
    ]
}


@pytest.fixture
def policy(desk: StagePage) -> None:
    seeded()
    label(KEY, name_en="Knife", name_zh="刀具")
    store.put_in_force(BODY, by=desk.world.dave)
    scored(desk.world.web, KEY, [100, 300, 450, 600, 790, 810, 950] * 20, event="live")
    caches["process"].clear()


@pytest.fixture
def shown(desk: StagePage, browser: Browser, policy: None) -> Iterator[Page]:
    with browsing(browser, desk, "dave") as page:
        page.goto(f"{desk.app.url}{PAGE}")
        yield page


def own(key: str = KEY) -> Threshold | None:
    section = section_of(draft.current().policy, LIVE)
    return section.thresholds.get(key) if section else None


def post(desk: StagePage, score: int) -> str:
    """What becomes of the next result of this label, by the API."""
    one, two, three = KEY.split("/")
    path: dict[str, Any] = {"riskLabel1": one, "riskLabel2": two, "riskLabel3": three}
    told = {"riskLevel": "REVIEW", "probability": score / 1000, **path}
    body = bodies.envelope(allLabels=[told], **path)
    body["request"]["eventId"] = "live"
    answer = httpx.post(f"{desk.app.url}/api/v1/results", json=body, headers=desk.world.bearer)
    assert answer.status_code == 201, answer.text
    state: str = answer.json()["state"]
    return state


def rests(page: Page) -> None:
    """Until the draft is told at the foot, and no answer is on its way."""
    expect(page.locator(".htmx-request")).to_have_count(0)


def test_review_instead_of_reject_takes_four_actions_and_works_on_the_next_result(desk: StagePage, shown: Page) -> None:
    assert post(desk, 900) == "final"  # rejected by the policy in force
    began = time.monotonic()
    shown.keyboard.press("f")  # 1: find
    shown.keyboard.type("knife")
    shown.keyboard.press("Enter")  # 2: the label
    expect(shown.get_by_role("heading", level=1)).to_contain_text("Knife")
    shown.locator(".scope-row", has_text="web / live").click()  # 3: where
    expect(shown.locator(".editor-title .chip.act")).to_have_text("web / live")
    shown.keyboard.press("r")  # 4: review
    expect(shown.locator(".draft-changes")).to_contain_text("Knife is always reviewed")
    assert time.monotonic() - began < MOST_SECONDS
    assert own() == Threshold(review=0)
    assert post(desk, 900) == "final"  # a draft has no effect
    shown.locator("#policy-foot").get_by_role("button", name="Shadow").click()
    expect(shown.locator("#threshold-shadow")).to_contain_text("In shadow")
    assert post(desk, 900) == "final"
    expect(shown.locator("#threshold-shadow")).to_contain_text("1 result, 1 with another outcome")
    shown.keyboard.press("p")
    typed = shown.locator("#confirm")  # it rejects less of a critical label
    number = store.next_number()
    expect(shown.locator("#needs")).to_contain_text(f"Type {number}")
    typed.fill(str(number))
    typed.press("Enter")
    expect(shown.locator("#policy-state")).to_contain_text(f"Policy {number} in force")
    assert post(desk, 900) == "queued"
    shown.get_by_role("button", name="Roll back to policy").click()
    expect(shown.locator("#policy-state")).to_contain_text(f"Policy {number - 1} in force")
    assert post(desk, 900) == "final"


def test_a_handle_is_dragged(desk: StagePage, shown: Page) -> None:
    shown.goto(f"{desk.app.url}{HERE}")
    drawn = shown.locator("#slider > svg").bounding_box()
    knob = shown.locator("#handle-reject .knob").bounding_box()
    assert drawn
    assert knob
    shown.mouse.move(knob["x"] + knob["width"] / 2, knob["y"] + knob["height"] / 2)
    shown.mouse.down()
    shown.mouse.move(drawn["x"] + drawn["width"] * 0.7, knob["y"], steps=5)
    expect(shown.locator("#reject-number")).to_have_value("700")
    assert draft.current().is_empty  # nothing is saved before it is let go
    shown.mouse.up()
    expect(shown.locator(".draft-changes")).to_contain_text("rejected from 700")
    assert own() == Threshold(400, 700)


def test_handles_move_by_keys_and_the_last_press_counts(desk: StagePage, shown: Page) -> None:
    shown.goto(f"{desk.app.url}{HERE}")
    handle = shown.locator("#handle-review")
    handle.focus()
    for key in ("ArrowRight", "ArrowRight", "PageUp", "ArrowLeft"):
        handle.press(key)
    expect(handle).to_have_attribute("aria-valuenow", "451")
    expect(shown.locator(".draft-changes")).to_contain_text("reviewed from 451")
    handle.press("End")  # no further than the other
    expect(handle).to_have_attribute("aria-valuenow", "800")
    expect(shown.locator(".draft-changes")).to_contain_text("800")
    shown.locator("#handle-reject").focus()
    shown.keyboard.press("End")
    shown.keyboard.press("ArrowRight")
    expect(shown.locator("#handle-reject")).to_have_attribute("aria-valuetext", "never")
    rests(shown)
    expect(shown.locator("#reject-number")).to_have_value("")
    expect(shown.locator(".draft-changes")).to_contain_text("reviewed from 800")
    assert own() == Threshold(800)


def test_a_number_is_typed_and_a_wrong_one_is_told_beside_it(desk: StagePage, shown: Page) -> None:
    shown.goto(f"{desk.app.url}{HERE}")
    shown.locator("#review-number").fill("950")
    shown.locator("#review-number").press("Enter")
    expect(shown.locator("#threshold-errors")).to_contain_text("Reviews from 950 but rejects from 800 already.")
    expect(shown.locator("#review-number")).to_have_value("950")
    shown.locator("#reject-number").fill("990")
    shown.locator("#reject-number").press("Enter")
    expect(shown.locator(".draft-changes")).to_contain_text("rejected from 990")
    assert own() == Threshold(950, 990)


def test_a_change_is_undone_at_the_foot_and_the_page_stays_where_it_was(desk: StagePage, shown: Page) -> None:
    shown.goto(f"{desk.app.url}{HERE}")
    shown.keyboard.press("a")
    expect(shown.locator(".draft-changes li")).to_have_count(1)
    shown.get_by_role("button", name="Undo In web / live").click()
    expect(shown.locator("#draft-heading")).to_have_text("No change is drafted.")
    assert draft.current().is_empty
    expect(shown.get_by_role("heading", level=1)).to_contain_text("Knife")
    assert "knife&app=web&event=live" in shown.url


def test_what_two_people_change_at_once_is_shown_to_the_second(desk: StagePage, shown: Page, browser: Browser) -> None:
    shown.goto(f"{desk.app.url}{HERE}")
    with browsing(browser, desk, "dave") as other:
        other.goto(f"{desk.app.url}{HERE}")
        other.keyboard.press("b")
        expect(other.locator(".draft-changes")).to_contain_text("blocked")
        shown.keyboard.press("a")
        expect(shown.get_by_role("alert").first).to_contain_text("Somebody else has changed the same meanwhile")
        assert own() == Threshold(reject=0)
        shown.get_by_role("button", name="Use mine").click()
        expect(shown.locator(".draft-changes")).to_contain_text("allowed")
        assert own() == Threshold()


def test_it_can_be_read_by_everybody_at_every_width(desk: StagePage, shown: Page) -> None:
    shown.goto(f"{desk.app.url}{HERE}")
    shown.keyboard.press("a")
    expect(shown.locator(".draft-changes li")).to_have_count(1)
    for width, height in ((1440, 900), (2560, 1440), (900, 800), (390, 844)):
        shown.set_viewport_size({"width": width, "height": height})
        assert shown.evaluate(STICKS_OUT) == [], width
    for scheme in ("dark", "light"):
        shown.emulate_media(color_scheme=scheme)
        shown.evaluate(AXE_SCRIPT)
        assert shown.evaluate(OFFENCES, None) == [], scheme


def test_it_works_without_scripts(desk: StagePage, browser: Browser, policy: None) -> None:
    with browsing(browser, desk, "dave", java_script_enabled=False) as page:
        page.goto(f"{desk.app.url}{PAGE}")
        page.locator("#label-q").fill("刀具")
        page.locator("#label-q").press("Enter")
        page.locator(f"[data-label='{KEY}']").click()
        page.locator(".scope-row", has_text="web / live").click()
        page.get_by_role("button", name="Block").click()
        expect(page.locator(".draft-changes")).to_contain_text("Knife is blocked")
        page.locator("#review-number").fill("10")
        page.locator("#reject-number").fill("20")
        page.get_by_role("button", name="By score").click()
        assert own() == Threshold(10, 20)
        page.get_by_role("button", name="a person confirms").click()
        expect(page.locator(".draft-changes li")).to_have_count(2)
        page.get_by_role("button", name="Discard").click()
        assert draft.current().is_empty
