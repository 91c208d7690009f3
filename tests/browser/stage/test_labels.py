"""What a person says about single labels goes along with the verdict."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from moderation import labels
from moderation.contract.values import LabelPath
from moderation.models import Label
from review.models import Decision
from tests.browser.stage_page import StagePage


def label(path: str, probability: float) -> dict[str, Any]:
    return {"riskLevel": "REVIEW", "riskLabel1": path, "riskLabel2": "", "riskLabel3": "", "probability": probability}


LABELS = [label("porn", 0.9), label("ad", 0.8), label("minor", 0.7)]
RIGHT = ("sexy", "swimwear", "bikini")


def know_swimwear(desk: StagePage) -> None:
    """Labels that the search finds, as an administrator named them."""
    labels.register([LabelPath(*RIGHT), LabelPath("sexy", "swimwear")])
    for three, name_en, name_zh in (("bikini", "Bikini", "比基尼"), ("", "Swimwear", "泳装")):
        found = Label.objects.get(risk_label1="sexy", risk_label2="swimwear", risk_label3=three)
        labels.name(found, name_en=name_en, name_zh=name_zh, severity="low", by=desk.world.dave)


def said(path: tuple[str, str, str], verdict: str) -> dict[str, str]:
    return dict(zip(("riskLabel1", "riskLabel2", "riskLabel3"), path, strict=True)) | {"verdict": verdict}


def test_an_alias_of_a_category_is_called_by_the_categorys_name(desk: StagePage) -> None:
    desk.add_case(
        allLabels=[label("Polity", 0.9), label("politics", 0.8), label("MINOR_DETECT", 0.7), label("zoo", 0.6)]
    )
    desk.sit_down()
    expect(desk.page.locator("#stage-labels h3")).to_have_text(
        ["Politically Sensitive Content", "Minor Detection", "Zoo"]
    )


def test_labels_are_confirmed_by_mouse_and_called_absent_or_wrong_by_keyboard(desk: StagePage) -> None:
    know_swimwear(desk)
    desk.add_case(allLabels=LABELS)
    desk.sit_down()
    row = desk.page.locator
    row("[data-label=porn]").hover()
    row("[data-label=porn] .confirmed").click()
    row("[data-label=ad] .label-main").focus()
    desk.page.keyboard.press("ArrowLeft")
    desk.page.keyboard.press("ArrowDown")
    desk.page.keyboard.press("ArrowRight")
    desk.page.keyboard.press("ArrowRight")
    expect(row("[data-label=minor] .wrong")).to_have_attribute("aria-pressed", "true")
    desk.page.keyboard.press("Escape")
    desk.page.keyboard.press("Tab")
    desk.page.keyboard.down("Enter")
    expect(row("[role=option]").first).to_be_visible()
    desk.page.keyboard.down("Enter")  # still held from opening the list: it chooses nothing
    desk.page.keyboard.up("Enter")
    desk.page.keyboard.type("swimw")
    row("[role=option]", has_text="Swimwear").first.click()
    expect(row(".correction:visible")).to_contain_text("Swimwear")
    desk.page.keyboard.press("Enter")
    desk.page.keyboard.type("biki")
    expect(row("[role=option]").first).to_contain_text("Bikini")
    desk.page.keyboard.press("Enter")
    expect(row(".correction:visible")).to_contain_text("Bikini")
    last = desk.request_id
    desk.press("x")
    desk.wait_for_calls()
    assert Decision.objects.get(task__case__request_id=last).labels == [
        said(("porn", "", ""), "confirmed"),
        said(("ad", "", ""), "absent"),
        said(("minor", "", ""), "wrong"),
        said(RIGHT, "confirmed"),
    ]


def test_without_a_list_of_labels_a_label_is_just_wrong(desk: StagePage) -> None:
    desk.page.route("**/review/api/labels?*", lambda route: route.fulfill(status=404))
    desk.expected = ("404",)
    desk.add_case(allLabels=[label("porn", 0.9)])
    desk.sit_down()
    desk.page.locator("[data-label=porn]").hover()
    desk.page.click("[data-label=porn] .wrong")
    expect(desk.page.locator(".correction")).to_be_hidden()
    desk.press("a")
    desk.wait_for_calls()
    assert Decision.objects.get().labels == [said(("porn", "", ""), "wrong")]


@pytest.mark.parametrize("by", ["mouse", "keyboard"])
def test_after_wrong_typing_looks_for_the_right_label_and_escape_leads_back(desk: StagePage, by: str) -> None:
    """Every letter of “axes” is a key of the stage, or could be."""
    know_swimwear(desk)
    desk.add_case(allLabels=LABELS)
    desk.sit_down()
    page, first = desk.page, desk.request_id
    if by == "mouse":
        page.hover("[data-label=porn]")
        page.click("[data-label=porn] .wrong")
    else:
        page.focus("[data-label=porn] .label-main")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
    expect(page.locator("[data-label=porn] .wrong")).to_have_attribute("aria-pressed", "true")
    page.keyboard.type("axes")
    expect(page.get_by_role("combobox")).to_have_value("axes")
    assert desk.request_id == first
    page.keyboard.press("Escape")
    expect(page.locator("#stage" if by == "mouse" else "[data-label=porn] .label-main")).to_be_focused()
    expect(page.locator("[data-label=porn] .wrong")).to_have_attribute("aria-pressed", "true")
    desk.press("x")
    desk.wait_for_calls()
    assert Decision.objects.get(task__case__request_id=first).labels == [said(("porn", "", ""), "wrong")]


def test_a_right_label_that_is_chosen_leads_back_too(desk: StagePage) -> None:
    know_swimwear(desk)
    desk.add_case(allLabels=LABELS)
    desk.sit_down()
    desk.page.hover("[data-label=ad]")
    desk.page.click("[data-label=ad] .wrong")
    desk.page.keyboard.type("biki")
    expect(desk.page.locator("[role=option]").first).to_contain_text("Bikini")
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator("#stage")).to_be_focused()
    expect(desk.page.locator(".correction:visible")).to_contain_text("Bikini")
    desk.press("a")
    desk.wait_for_calls()
    assert Decision.objects.get().labels == [
        said(("ad", "", ""), "wrong"),
        said(RIGHT, "confirmed"),
    ]
