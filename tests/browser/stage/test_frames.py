"""Animated pictures stand still until somebody plays or steps them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from review import preferences
from tests.browser.stage_page import StagePage, picture


@pytest.fixture
def animated(desk: StagePage) -> StagePage:
    def frames(task: dict[str, Any]) -> None:
        at = task["image"]["url"].replace("/web", "/still")
        task["image"]["frameUrls"] = [{"number": n, "url": f"{at}{n}", "previewUrl": f"{at}{n}p"} for n in (1, 2, 3)]

    desk.change_tasks(frames)
    desk.page.route(
        "**/pictures/*/still*", lambda route: route.fulfill(body=picture(120, 90), content_type="image/jpeg")
    )
    desk.add_case()
    return desk


def test_frames_are_stepped_by_mouse_and_keyboard(animated: StagePage) -> None:
    animated.sit_down()
    shown = animated.page.locator("#stage img[data-picture]")
    expect(shown).to_have_attribute("src", re.compile("/web$"))
    animated.page.click("[data-frame=after]")
    expect(shown).to_have_attribute("src", re.compile("/still2$"))
    animated.page.locator("[data-frame='1']").focus()
    animated.page.keyboard.press("ArrowRight")
    expect(shown).to_have_attribute("src", re.compile("/still3$"))
    expect(animated.page.locator("[data-frame='2']")).to_be_focused()


@pytest.mark.parametrize(("motion", "least", "most"), [("no-preference", 3, 20), ("reduce", 1, 2)])
def test_nothing_moves_by_itself_and_playing_keeps_to_the_wished_pace(
    animated: StagePage, motion: Any, least: int, most: int
) -> None:
    animated.page.emulate_media(reduced_motion=motion)
    animated.sit_down()
    where = animated.page.locator(".frames-at")
    animated.page.wait_for_timeout(1200)
    expect(where).to_have_text("1 of 3")
    # The first change is the play button's own; the last one's is not delivered yet.
    steps = """() => new Promise((resolve) => {
        let n = 0;
        new MutationObserver(() => { n += 1 }).observe(document.querySelector('.frames-at'), {childList: true});
        document.querySelector('[data-frame=play]').click();
        setTimeout(() => { document.querySelector('[data-frame=play]').click(); resolve(n - 1) }, 1900);
    })"""
    assert least <= animated.page.evaluate(steps) <= most


def test_under_a_veil_no_frame_is_fetched(animated: StagePage) -> None:
    preferences.save({"filter": {"blur": 1, "grayscale": False, "categories": {}}}, by=animated.world.alice)
    asked = animated.pictures_asked_for()
    animated.sit_down()
    animated.page.click("[data-frame=after]")
    animated.wait_for_calls()
    assert {one.partition("/")[2] for one in asked} == {"blurred"}
    animated.page.keyboard.down(" ")
    expect(animated.page.locator("#stage img[data-picture]")).to_have_attribute("src", re.compile("/still2$"))
