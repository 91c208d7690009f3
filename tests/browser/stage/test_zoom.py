"""Zooming in shows the picture's own pixels, the figure says what is seen, and a picture can be turned."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import Locator, expect

from review import preferences
from tests.browser.stage_page import StagePage, picture

LARGE = (4200, 2800)
WHERE = (1000, 600, 1400, 1000)
FACE = {"riskSource": 1002, "faces": [{"id": "f1", "probability": 0.9, "location": list(WHERE)}]}


def lines(desk: StagePage) -> str:
    """Black and white lines of one pixel each: at 2048 across they are grey."""
    row = Image.frombytes("L", (LARGE[0], 1), bytes((0, 255)) * (LARGE[0] // 2))
    file = io.BytesIO()
    row.resize(LARGE, Image.Resampling.NEAREST).save(file, "PNG", compress_level=1)
    return desk.host.serve("/lines.png", file.getvalue())


def seen(desk: StagePage) -> Locator:
    return desk.page.locator("#stage img[data-picture]")


def zoom_in(desk: StagePage, times: int = 8) -> None:
    for _ in range(times):
        desk.page.keyboard.press("+")


def contrast(desk: StagePage) -> int:
    """Between neighbouring pixels in the middle of the table, all evidence hidden."""
    desk.page.keyboard.down("h")
    box = desk.page.locator("#stage-cards").bounding_box()
    assert box
    clip = {"x": int(box["x"] + box["width"] / 2), "y": int(box["y"] + box["height"] / 2), "width": 60, "height": 4}
    shot = Image.open(io.BytesIO(desk.page.screenshot(clip=clip))).convert("L")  # type: ignore[arg-type]
    desk.page.keyboard.up("h")
    darkest, brightest = shot.getextrema()
    return int(brightest) - int(darkest)  # type: ignore[arg-type]


def test_detail_is_fetched_when_it_is_zoomed_and_only_then(desk: StagePage) -> None:
    desk.add_case(img=lines(desk))
    desk.add_case()
    asked = desk.pictures_asked_for()
    desk.sit_down()
    desk.wait_for_calls()
    assert not [one for one in asked if one.endswith("/full")]
    zoom_in(desk)
    expect(seen(desk)).to_have_attribute("src", re.compile("/full$"))
    expect(desk.page.locator("#stage-size")).not_to_contain_text("drawn from")
    assert seen(desk).evaluate("img => img.naturalWidth") == LARGE[0]
    assert contrast(desk) > 150
    desk.press("a")
    expect(desk.page.locator("#stage img[src*='/full']")).to_have_count(0)


def test_without_the_detail_the_figure_says_from_what_it_is_drawn(desk: StagePage) -> None:
    desk.change_tasks(lambda task: task["image"].pop("fullUrl", None))
    desk.add_case(img=lines(desk))
    desk.sit_down()
    zoom_in(desk)
    expect(desk.page.locator("#stage-size")).to_contain_text("drawn from 2,048 pixels across")
    assert contrast(desk) < 60


def test_under_blur_the_detail_comes_only_while_it_is_revealed(desk: StagePage) -> None:
    preferences.save({"filter": {"blur": 1, "grayscale": False, "categories": {}}}, by=desk.world.alice)
    desk.add_case(img=lines(desk))
    asked = desk.pictures_asked_for()
    desk.sit_down()
    zoom_in(desk)
    desk.wait_for_calls()
    assert {one.partition("/")[2] for one in asked} == {"blurred"}
    desk.page.keyboard.down(" ")
    expect(seen(desk)).to_have_attribute("src", re.compile("/full$"))
    desk.page.keyboard.up(" ")
    expect(desk.page.locator("#stage img[src*='/full'], #stage img[src*='/web']")).to_have_count(0)


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_turned_picture_keeps_its_boxes(desk: StagePage, turns: int) -> None:
    """The magenta mark and its box lie on each other, however it is turned and zoomed."""
    photo = picture(1200, 900, mark=(300, 200, 700, 500))
    face = {"riskSource": 1002, "faces": [{"id": "f1", "probability": 0.9, "location": [300, 200, 700, 500]}]}
    desk.add_case(img=desk.host.serve("/turned.jpg", photo), riskDetail=face, allLabels=[])
    desk.sit_down()
    desk.page.locator("#stage-map").evaluate("map => { map.style.visibility = 'hidden'; }")  # it shows the mark, too
    for _ in range(turns):
        desk.page.keyboard.press("r")
    for zoom in ("0", "]"):
        desk.page.keyboard.press(zoom)
        box = desk.page.locator("#stage svg [data-evidence-id=f1]").bounding_box()
        assert box
        desk.page.keyboard.down("h")
        shot = Image.open(io.BytesIO(desk.page.screenshot())).convert("RGB")
        desk.page.keyboard.up("h")
        red, green, _ = shot.split()
        mark = Image.eval(Image.merge("L", [red]), lambda value: 255 if value > 200 else 0)
        low = Image.eval(green, lambda value: 255 if value < 60 else 0)
        found = Image.composite(mark, Image.new("L", mark.size), low).getbbox()
        assert found
        drawn = (box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"])
        assert max(abs(one - two) for one, two in zip(drawn, found, strict=True)) <= 1.5
    assert box
    assert (box["width"] > box["height"]) == (turns == 2)
    desk.page.keyboard.press("0")
    table = desk.page.locator("#stage-cards").bounding_box()
    frame = desk.page.locator(".card.on .frame").bounding_box()
    assert table
    assert frame
    assert frame["x"] >= table["x"]
    assert frame["y"] >= table["y"]
    assert frame["height"] <= table["height"]


def test_pixels_can_be_left_unsmoothed(desk: StagePage) -> None:
    desk.add_case()
    desk.sit_down()
    rendering = "image => getComputedStyle(image).imageRendering"
    assert seen(desk).evaluate(rendering) == "auto"
    desk.page.keyboard.press("u")
    assert seen(desk).evaluate(rendering) == "pixelated"
    desk.page.reload()
    desk.wait_ready()
    assert seen(desk).evaluate(rendering) == "pixelated"
    expect(desk.page.locator("[data-act=pixels]")).to_have_attribute("aria-pressed", "true")
    desk.page.click("[data-act=pixels]")
    assert seen(desk).evaluate(rendering) == "auto"


def test_what_was_recognised_and_ids_are_not_translated_by_the_browser(desk: StagePage) -> None:
    desk.add_case()
    desk.sit_down()
    for what in ("#stage-text mark", "#stage-case", "#stage-token", ".card.on .tags"):
        assert desk.page.locator(what).first.evaluate("node => node.closest('[translate=no]') !== null"), what
