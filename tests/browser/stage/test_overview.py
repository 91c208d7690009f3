"""What does not fit on the screen: boxes beyond its edges, crowds, narrow windows, windows that change."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from review import preferences
from tests.browser.stage_page import StagePage, picture

TALL = (800, 9000)
TOPS = (100, 2000, 2200, 5000, 8600)
LABEL = {
    "riskLevel": "REVIEW",
    "riskLabel1": "advertising_violations",
    "riskLabel2": "contact_solicitation",
    "riskLabel3": "contact_details_in_a_screenshot",
    "probability": 0.8,
}


def faces(places: list[list[int]]) -> dict[str, Any]:
    found = [{"id": f"f{n}", "probability": 0.9, "location": place} for n, place in enumerate(places)]
    return {"riskDetail": {"riskSource": 1002, "faces": found}, "allLabels": [LABEL], **LABEL}


@pytest.fixture
def tall(desk: StagePage) -> StagePage:
    """A picture nine screens high with five faces, far apart, and an ordinary one."""
    says = faces([[300, top, 420, top + 150] for top in TOPS])
    desk.add_case(img=desk.host.serve("/tall.jpg", picture(*TALL)), **says)
    desk.add_case(**faces([[10, 10, 60, 60]]))
    desk.sit_down()
    return desk


def test_a_long_picture_has_a_map_of_its_boxes_and_says_where_one_is(tall: StagePage) -> None:
    page = tall.page
    expect(page.locator("#stage-map")).to_be_visible()
    seen, beside = page.locator(".card.on .frame").bounding_box(), page.locator("#stage-map").bounding_box()
    assert seen
    assert beside
    assert seen["x"] + seen["width"] <= beside["x"], "the map covers no evidence"
    expect(page.locator("#stage-map .map-mark.face")).to_have_count(len(TOPS))
    expect(page.locator("#stage-size")).to_contain_text("showing 0–")
    expect(page.locator(".edge.below")).to_have_attribute("aria-label", "4 boxes below, out of sight")
    expect(page.locator(".edge.above")).to_have_count(0)
    page.click(".edge.below")
    expect(page.locator(".card.on .lit [data-evidence-id=f1]")).to_be_in_viewport()
    expect(page.locator(".edge.above")).to_have_attribute("aria-label", "1 box above, out of sight")
    page.keyboard.press("]")
    expect(page.locator("#stage-step")).to_have_text("3 of 5")
    box = page.locator("#stage-map").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] - 4)
    expect(page.locator("[data-evidence-id=f4]")).to_be_in_viewport()
    expect(page.locator("#stage-size")).to_contain_text("–100 %")
    expect(page.locator(".edge.below")).to_have_count(0)
    tall.press("a")
    expect(page.locator("#stage-map")).to_be_hidden()


def test_an_enlarged_picture_has_them_too(desk: StagePage) -> None:
    desk.add_case(**faces([[10, 10, 110, 110], [1080, 780, 1180, 880]]))
    desk.sit_down()
    expect(desk.page.locator("#stage-map")).to_be_hidden()
    for _ in range(6):
        desk.page.keyboard.press("+")
    expect(desk.page.locator("#stage-map .map-mark")).to_have_count(2)
    assert desk.page.locator(".edge").count() == 2
    desk.page.keyboard.press("0")
    expect(desk.page.locator("#stage-map")).to_be_hidden()


def test_the_map_is_under_the_same_blur(desk: StagePage) -> None:
    preferences.save({"filter": {"blur": 2, "grayscale": True, "categories": {}}}, by=desk.world.alice)
    desk.add_case(img=desk.host.serve("/tall.jpg", picture(*TALL)), **faces([[300, 5000, 420, 5150]]))
    asked = desk.pictures_asked_for()
    desk.sit_down()
    src = desk.page.locator("#stage-map img").get_attribute("src") or ""
    assert src.endswith("/blurred?strength=2")
    assert "grayscale(1)" in desk.page.locator("#stage-map img").evaluate("img => getComputedStyle(img).filter")
    desk.page.keyboard.down(" ")
    expect(desk.page.locator("#stage img[data-picture]")).not_to_have_attribute("src", src)
    assert desk.page.locator("#stage-map img").get_attribute("src") == src
    desk.page.keyboard.up(" ")
    assert {one.partition("/")[2] for one in asked} == {"blurred", "web"}


def test_in_a_crowd_every_box_has_its_score_or_is_counted(desk: StagePage) -> None:
    """Twelve rows of sixteen faces, with hardly any room between them."""
    places = [
        [20 + 72 * column, 10 + 72 * row, 84 + 72 * column, 74 + 72 * row] for row in range(12) for column in range(16)
    ]
    desk.add_case(**faces(places))
    desk.sit_down()
    tags = desk.page.locator(".card.on .tag")
    without = len(places) - tags.count()
    assert without < len(places) / 2
    if without:
        expect(desk.page.locator("#stage-size")).to_contain_text(f"{without} boxes unnamed")
    desk.page.locator("[data-evidence-id=f100]").hover()
    expect(desk.page.locator(".card.on .tag.lit text")).to_have_text("face · 900")


BURST = """() => [...document.querySelectorAll('.card.on .tag')].filter(tag => {
    const [frame, text] = ['rect', 'text'].map(part => tag.querySelector(part).getBoundingClientRect());
    return text.right > frame.right + 0.5 || text.bottom > frame.bottom + 2 || text.left < frame.left; }).length"""


def test_tags_fit_their_text_after_the_window_has_changed(desk: StagePage) -> None:
    desk.add_case(**faces([[100, 200, 400, 500], [600, 300, 800, 600]]))
    desk.sit_down()
    for width, height in ((1440, 900), (2560, 1440), (3300, 1800), (1024, 768)):
        desk.page.set_viewport_size({"width": width, "height": height})
        desk.page.wait_for_timeout(300)
        assert desk.page.locator(".card.on .tag").count() == 2
        assert desk.page.evaluate(BURST) == 0, width


CUT_OFF = """() => { const table = document.getElementById('stage-table').getBoundingClientRect();
    const inside = ({left, right, top, bottom}) => left >= table.left - 0.5 && right <= table.right + 0.5
        && top >= table.top - 0.5 && bottom <= table.bottom + 0.5;
    return [...document.querySelectorAll('.tools button')].filter(button => button.offsetParent
        && !inside(button.getBoundingClientRect())).map(button => button.dataset.act || button.id); }"""
TOO_LONG = "node => node.scrollHeight > node.clientHeight + 1"


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1024, 768), (1440, 900)])
def test_tools_and_the_suggestion_are_whole_in_a_narrow_window(desk: StagePage, width: int, height: int) -> None:
    preferences.save({"filter": {"blur": 1, "grayscale": True, "categories": {}}}, by=desk.world.alice)
    desk.add_case(**faces([[100, 200, 400, 500]]))
    desk.page.set_viewport_size({"width": width, "height": height})
    desk.sit_down()
    assert desk.page.evaluate(CUT_OFF) == []
    assert not desk.page.locator("#stage-suggestion").evaluate(TOO_LONG)
    expect(desk.page.locator("#stage-suggestion b")).to_have_text("Contact details in a screenshot")
    frame = desk.page.locator(".card.on .frame").bounding_box()
    tools = desk.page.locator(".tools").bounding_box()
    assert frame
    assert tools
    assert frame["y"] + frame["height"] <= tools["y"], "no tool lies over the picture"
