"""Nobody sees a clear picture they did not choose to see: not by prefetching, zooming, deciding or looking away."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from review import preferences
from tests.browser.stage_page import StagePage, picture

BLURRED = {"blur": 1, "grayscale": False, "categories": {}}
CLEAR_PIXELS = "#stage img[src*='/web'], #stage img[src*='/preview'], #stage img[src*='/thumbnail']"


@pytest.fixture
def veiled(desk: StagePage) -> StagePage:
    """Alice has chosen blur, and every picture has its blurred copy."""
    preferences.save({"filter": BLURRED}, by=desk.world.alice)
    offer_blurred_copies(desk)
    return desk


def offer_blurred_copies(desk: StagePage) -> None:
    def offer(task: dict[str, Any]) -> None:
        if url := task["image"]["url"]:
            task["image"].setdefault("blurredUrl", url.replace("/web", "/blurred"))

    desk.change_tasks(offer)
    copy = picture(32, 24)
    desk.page.route("**/review/pictures/*/blurred", lambda route: route.fulfill(body=copy, content_type="image/jpeg"))


def ending(rendition: str) -> re.Pattern[str]:
    return re.compile(rf"/{rendition}(\?.*)?$")


def seen(desk: StagePage) -> Locator:
    return desk.page.locator("#stage img[data-picture]")


def test_with_blur_no_clear_pixel_is_asked_for_until_somebody_looks(veiled: StagePage) -> None:
    veiled.add_cases(6)
    asked = veiled.pictures_asked_for()
    veiled.sit_down()
    first = veiled.request_id
    for key in ("+", "]", "0"):
        veiled.page.keyboard.press(key)
    veiled.press("a")
    veiled.press("Backspace")
    veiled.press("x")
    veiled.wait_for_calls()
    assert len(set(asked)) >= 4, "pictures ahead are fetched"
    assert {one.partition("/")[2] for one in asked} == {"blurred"}
    expect(seen(veiled)).to_have_attribute("src", ending("blurred"))
    expect(veiled.page.locator("#stage-thumbs img")).to_have_attribute("src", ending("blurred"))
    veiled.wait_for_decisions((first, "REJECT", ""))


def test_space_shows_the_picture_while_it_is_held_and_only_that_one(veiled: StagePage) -> None:
    veiled.add_cases(3)
    veiled.sit_down()
    asked = veiled.pictures_asked_for()
    case = (seen(veiled).get_attribute("src") or "").split("/")[-2]
    veiled.page.keyboard.down(" ")
    expect(seen(veiled)).to_have_attribute("src", ending("web"))
    expect(seen(veiled)).to_be_visible()
    veiled.page.keyboard.up(" ")
    expect(veiled.page.locator(CLEAR_PIXELS)).to_have_count(0)
    expect(seen(veiled)).to_have_attribute("src", ending("blurred"))
    assert [one for one in asked if not one.endswith("/blurred")] == [f"{case}/web"], "others come ahead, covered"


@pytest.mark.parametrize(
    "event", ["window.dispatchEvent(new Event('blur'))", "document.dispatchEvent(new Event('visibilitychange'))"]
)
def test_looking_away_covers_the_picture_again(veiled: StagePage, event: str) -> None:
    veiled.add_case()
    veiled.sit_down()
    for by_key in (True, False):
        if by_key:
            veiled.page.keyboard.down(" ")
        else:
            veiled.page.locator("#stage-reveal").press("Enter")
        expect(seen(veiled)).to_have_attribute("src", ending("web"))
        veiled.page.evaluate(event)
        expect(veiled.page.locator(CLEAR_PIXELS)).to_have_count(0)
        veiled.page.keyboard.up(" ")


def test_the_next_picture_is_covered_although_space_is_still_held(veiled: StagePage) -> None:
    veiled.add_cases(3)
    veiled.sit_down()
    veiled.page.keyboard.down(" ")
    expect(seen(veiled)).to_have_attribute("src", ending("web"))
    asked = veiled.pictures_asked_for()
    veiled.press("a")
    veiled.page.keyboard.down(" ")  # the key repeats
    veiled.wait_for_calls()
    expect(veiled.page.locator(CLEAR_PIXELS)).to_have_count(0)
    assert not [one for one in asked if not one.endswith("/blurred")]


def test_without_a_blurred_copy_a_plain_card_is_judged_on(desk: StagePage) -> None:
    preferences.save({"filter": BLURRED}, by=desk.world.alice)
    desk.change_tasks(lambda task: task["image"].pop("blurredUrl", None))
    desk.add_cases(2)
    asked = desk.pictures_asked_for()
    desk.sit_down()
    expect(desk.page.locator(".card.on .cover")).to_contain_text("Space")
    first = desk.request_id
    desk.press("a")
    desk.wait_for_decisions((first, "PASS", ""))
    assert asked == []


def test_a_blurred_copy_that_cannot_be_had_leaves_a_plain_card(veiled: StagePage) -> None:
    veiled.expected = ("404",)
    veiled.page.route("**/review/pictures/*/blurred*", lambda route: route.fulfill(status=404))
    veiled.add_case()
    asked = veiled.pictures_asked_for()
    veiled.sit_down()
    expect(veiled.page.locator(".card.on .cover")).to_be_visible()
    assert {one.partition("/")[2] for one in asked} == {"blurred"}


def test_the_filter_of_a_category_holds_for_its_pictures_alone(desk: StagePage) -> None:
    own = {"blur": 0, "grayscale": True, "categories": {"porn": BLURRED | {"blur": 3}}}
    preferences.save({"filter": own}, by=desk.world.alice)
    offer_blurred_copies(desk)
    desk.add_case(riskLabel1="erotic")  # another name of porn
    desk.add_case(riskLabel1="ad", allLabels=[], riskLevel="REVIEW")
    desk.sit_down()
    srcs = set()
    for _ in range(2):
        src = seen(desk).get_attribute("src") or ""
        grey = seen(desk).evaluate("image => getComputedStyle(image).filter")
        srcs.add((src.rpartition("/")[2].partition("?")[0], "grayscale(1)" in grey))
        desk.press("a")
    assert srcs == {("blurred", False), ("web", True)}


def test_the_choice_holds_at_once_and_is_kept(desk: StagePage) -> None:
    desk.add_cases(3)
    offer_blurred_copies(desk)
    desk.sit_down()
    expect(seen(desk)).to_have_attribute("src", ending("web"))
    desk.page.click("#stage-blur-button")
    desk.page.select_option("[data-category=''] select", "2")
    expect(seen(desk)).to_have_attribute("src", ending("blurred"))
    expect(desk.page.locator(CLEAR_PIXELS)).to_have_count(0)
    desk.wait_for_calls()
    assert preferences.filter_of(desk.world.alice).everything.blur == 2
    asked = desk.pictures_asked_for()
    desk.page.reload()
    desk.wait_ready()
    desk.wait_for_calls()
    assert {one.partition("/")[2] for one in asked} == {"blurred"}


@pytest.mark.parametrize("blur", [1, 2, 3])
def test_each_strength_is_a_copy_of_its_own_and_covers_in_full(desk: StagePage, blur: int) -> None:
    preferences.save({"filter": {"blur": blur, "grayscale": False, "categories": {}}}, by=desk.world.alice)
    desk.add_cases(2)
    desk.sit_down()
    src = seen(desk).get_attribute("src") or ""
    assert src.rpartition("/")[2] == ("blurred" if blur == 3 else f"blurred?strength={blur}")
    width = seen(desk).evaluate("image => image.naturalWidth")
    assert width == {1: 200, 2: 80, 3: 40}[blur]
    assert seen(desk).evaluate("image => getComputedStyle(image).filter") == "grayscale(0)", "no second blur over it"


GREY = "image => getComputedStyle(image).filter.includes('grayscale(1)')"


def test_grey_stays_while_the_picture_is_revealed_unless_shift_asks_for_colours(desk: StagePage) -> None:
    preferences.save({"filter": BLURRED | {"grayscale": True}}, by=desk.world.alice)
    desk.add_cases(2)
    desk.sit_down()
    assert seen(desk).evaluate(GREY)
    for keys, grey in (((" ",), True), (("Shift", " "), False)):
        for key in keys:
            desk.page.keyboard.down(key)
        expect(seen(desk)).to_have_attribute("src", ending("web"))
        assert seen(desk).evaluate(GREY) == grey
        for key in reversed(keys):
            desk.page.keyboard.up(key)
        expect(seen(desk)).to_have_attribute("src", ending("blurred"))
        assert seen(desk).evaluate(GREY)


def test_of_a_picture_that_is_only_grey_space_shows_no_colours(desk: StagePage) -> None:
    preferences.save({"filter": {"blur": 0, "grayscale": True, "categories": {}}}, by=desk.world.alice)
    desk.add_cases(2)
    desk.sit_down()
    desk.page.keyboard.down(" ")
    expect(desk.page.locator("#stage-status")).to_contain_text("only grey")
    assert seen(desk).evaluate(GREY)
    desk.page.keyboard.up(" ")
    desk.page.keyboard.down("Shift")
    desk.page.keyboard.down(" ")
    assert not seen(desk).evaluate(GREY)
    desk.page.keyboard.up(" ")
    assert seen(desk).evaluate(GREY)
    desk.page.keyboard.up("Shift")
    desk.page.locator("#stage-reveal").press("Enter")  # a button has no Shift on a telephone
    assert not seen(desk).evaluate(GREY)
