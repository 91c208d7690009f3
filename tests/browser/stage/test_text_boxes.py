"""Spans of the recognised text on the picture, tied to the marks in the panel; and what else was sent, folded."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.stage_page import StagePage

TEXT = "add me 12345"
DETAIL: dict[str, Any] = {
    "riskSource": 1001,
    "faces": [{"id": "f1", "probability": 0.9, "location": [50, 600, 200, 800]}],
    "ocrText": {"text": TEXT, "lines": [{"text": TEXT, "start": 0, "location": [200, 100, 800, 200]}]},
    "matchedLists": [{"name": "contacts", "words": [{"word": "12345", "position": [7, 12]}]}],
    "riskSegments": [
        {"segment": "add me", "position": [0, 6]},
        {"segment": "elsewhere", "location": [900, 700, 1100, 760, 1096, 790, 896, 730]},
    ],
}
LABEL = {
    "riskLevel": "REVIEW",
    "riskLabel1": "ad",
    "probability": 0.9,
    "riskDetail": {"riskSource": 1001, "riskSegments": [{"segment": "add me", "position": [0, 6]}]},
}


@pytest.fixture
def texts(desk: StagePage) -> StagePage:
    desk.add_case(riskDetail=DETAIL, allLabels=[LABEL])
    desk.sit_down()
    return desk


def test_spans_are_boxes_with_their_own_kind_tag_and_place(texts: StagePage) -> None:
    hooks = texts.page.locator("#stage svg [data-evidence-id][data-kind=text]")
    expect(hooks).to_have_count(3)
    told = hooks.evaluate_all("nodes => nodes.map(node => node.dataset.location).sort()")
    assert told == ["200,100,514.73,200", "538.11,100,800,200", "896,700,1100,790"]
    expect(texts.page.locator(".card.on .tag.text")).to_have_count(3)
    expect(texts.page.locator(".card.on .box.text polygon.line")).to_have_count(1)
    dashes = texts.page.locator(".card.on .box .line").evaluate_all(
        "all => all.map(one => getComputedStyle(one).strokeDasharray)"
    )
    assert len(set(dashes)) == 2, "faces are drawn otherwise"


def test_t_switches_boxes_and_marks_together(texts: StagePage) -> None:
    page = texts.page
    button = page.locator("#stage-table [data-act=words]")
    expect(button.locator(".count")).to_have_text("3")
    page.keyboard.press("t")
    expect(page.locator(".card.on .box.text .line:visible")).to_have_count(0)
    expect(page.locator(".card.on .box.face .line:visible")).to_have_count(1)
    expect(page.locator(".card.on .tag.text")).to_have_count(0)
    assert page.locator("#stage-text mark").first.evaluate("mark => getComputedStyle(mark).boxShadow") == "none"
    page.keyboard.press("t")
    expect(page.locator(".card.on .box.text .line:visible")).to_have_count(3)


def test_a_mark_lights_its_box_and_a_box_its_mark(texts: StagePage) -> None:
    page = texts.page
    page.hover("#stage-text mark[data-kind=list]")
    expect(page.locator(".card.on .box.lit [data-location='538.11,100,800,200']")).to_have_count(1)
    page.hover("#stage-waiting")
    expect(page.locator(".card.on .box.lit")).to_have_count(0)
    page.locator("[data-location='200,100,514.73,200']").hover()
    expect(page.locator("#stage-text mark.lit")).to_have_text("add me")
    expect(page.locator("[data-label=ad].lit")).to_have_count(1)
    page.locator("[data-location='896,700,1100,790']").hover()
    expect(page.locator("#stage-text .unplaced .lit")).to_have_text("elsewhere")


def test_brackets_go_to_them_and_so_does_a_press_on_a_mark(texts: StagePage) -> None:
    page = texts.page
    size = page.locator("#stage-size")
    page.keyboard.press("]")
    page.keyboard.press("]")
    expect(page.locator("#stage-status")).to_contain_text("Zoomed to")
    expect(page.locator(".card.on .box.text.lit")).to_have_count(1)
    page.keyboard.press("0")
    expect(size).to_contain_text("fit")
    page.click("#stage-text mark[data-kind=list]")
    expect(page.locator("#stage-status")).to_contain_text("Zoomed to 12345")
    expect(size).not_to_contain_text("fit")


def test_what_else_was_sent_is_folded_and_leads_to_cases_like_it(desk: StagePage) -> None:
    evil = "<img src=x onerror=alert(1)>"
    desk.add_case(data={"nickname": evil, "deviceId": "d-1"}, disposal={"riskLevel": "REVIEW", "riskLabel1": "TNS"})
    desk.add_case(riskDetail={"riskSource": 1002}, allLabels=[])
    desk.sit_down()
    page = desk.page
    fold = page.locator("#stage-facts")
    expect(page.locator("#stage-facts-count")).to_have_text("4")
    expect(page.locator("#stage-facts-list")).to_be_hidden()
    fold.locator("summary").click()
    expect(page.locator("#stage-facts-list")).to_contain_text(evil)
    assert fold.get_by_text("d-1").evaluate("node => node.closest('a').getAttribute('href')").endswith("?deviceId=d-1")
    desk.press("a")
    expect(fold).to_be_hidden()
