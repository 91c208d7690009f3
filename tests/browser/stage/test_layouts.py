"""Keys on keyboards without Latin letters, and keys that an input method takes."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.stage_page import StagePage

LAYOUTS = {
    "Arabic": {"1": "١", "0": "٠", "[": "ج", "]": "د", "/": "ظ", "?": "؟", "a": "ش", "x": "ء"},
    "Persian": {"1": "۱", "0": "۰", "[": "ج", "]": "چ", "/": "/", "?": "؟", "a": "ش", "x": "ط"},
    "Hindi": {"1": "१", "0": "०", "[": "ड", "]": "़", "/": "य", "?": "य़", "a": "ो", "x": "ं"},
    "Cyrillic": {"1": "1", "0": "0", "[": "х", "]": "ъ", "/": ".", "?": ",", "a": "ф", "x": "ч"},
    "Hebrew": {"1": "1", "0": "0", "[": "]", "]": "[", "/": ".", "?": "?", "a": "ש", "x": "ס"},
}
CODES = {"1": "Digit1", "0": "Digit0", "[": "BracketLeft", "]": "BracketRight", "/": "Slash", "?": "Slash"}
PRESS = """([init, target]) => {
    const place = target ? document.querySelector(target) : document.activeElement ?? document.body;
    for (const type of ['keydown', 'keyup'])
        place.dispatchEvent(new KeyboardEvent(type, { bubbles: true, cancelable: true, ...init })); }"""


def press(desk: StagePage, target: str = "", **init: Any) -> None:
    desk.page.evaluate(PRESS, [init, target])


def on(desk: StagePage, layout: str, key: str) -> None:
    """Press the key that an American keyboard has at this place."""
    code = CODES.get(key, f"Key{key.upper()}")
    press(desk, key=LAYOUTS[layout][key], code=code, shiftKey=key == "?")


@pytest.fixture
def boxes(desk: StagePage) -> StagePage:
    """Cases with boxes to zoom to."""
    places = ([100, 100, 400, 400], [500, 100, 800, 400], [500, 500, 800, 800])
    faces = [{"id": f"f{n}", "probability": 0.9, "location": place} for n, place in enumerate(places)]
    desk.add_all([{"riskDetail": {"riskSource": 1002, "faces": faces}, "allLabels": []}] * 3)
    desk.sit_down()
    return desk


@pytest.mark.parametrize("layout", LAYOUTS)
def test_digits_brackets_and_slash_work_on_every_layout(boxes: StagePage, layout: str) -> None:
    page, zoom = boxes.page, boxes.page.locator("#stage-size")
    fitted = zoom.inner_text()
    on(boxes, layout, "]" if layout != "Cyrillic" else "[")
    expect(page.locator(".card.on .box.lit")).to_have_count(1)
    assert zoom.inner_text() != fitted
    on(boxes, layout, "0")
    expect(zoom).to_have_text(fitted)
    with page.expect_popup():
        on(boxes, layout, "/")
    on(boxes, layout, "a")
    boxes.wait_for(lambda: len(boxes.decisions()) == 1, what="the letter's decision")
    boxes.wait_ready()
    for key, step in (("]", "1 of 3"), ("]", "2 of 3"), ("[", "1 of 3")):
        on(boxes, layout, key)
        expect(page.locator("#stage-step")).to_have_text(step)
    on(boxes, layout, "?")
    expect(page.locator("#stage-keys")).to_be_visible()
    page.keyboard.press("Escape")
    second = boxes.request_id
    on(boxes, layout, "1")
    boxes.wait_for(lambda: len(boxes.decisions()) == 2, what="the digit's decision")
    assert boxes.decisions()[1] == (second, "REJECT", "nudity")


def test_what_latin_layouts_print_keeps_its_meaning(boxes: StagePage) -> None:
    """Dvorak has "'" where "q" is, and "." where "e" is; "€" is AltGr+E; "!" is not the digit below it."""
    first = boxes.request_id
    for init in (
        {"key": "o", "code": "KeyS"},
        {"key": "'", "code": "KeyQ"},
        {"key": ".", "code": "KeyE"},
        {"key": ".", "code": "Slash"},
        {"key": "€", "code": "KeyE", "ctrlKey": True, "altKey": True, "modifierAltGraph": True},
        {"key": "!", "code": "Digit1", "shiftKey": True},
        {"key": "№", "code": "Digit3", "shiftKey": True},
    ):
        press(boxes, **init)
    boxes.wait_for_calls()
    assert boxes.request_id == first
    assert boxes.decisions() == []
    assert len(boxes.page.context.pages) == 1
    expect(boxes.page.locator("#stage-queues")).to_be_hidden()


def test_enter_that_ends_a_composition_only_ends_it(boxes: StagePage) -> None:
    """Chromium says `isComposing`, Safari only 229."""
    page = boxes.page
    page.keyboard.press("n")
    for how in ({"isComposing": True}, {"keyCode": 229}):
        press(boxes, "#stage-note", key="Enter", code="Enter", **how)
        expect(page.locator("#stage-note-box")).to_be_visible()
    press(boxes, "#stage-note", key="Enter", code="Enter", keyCode=13)
    expect(page.locator("#stage-note-box")).to_be_hidden()
    before = boxes.request_id
    for key, code in (("Process", "KeyA"), ("a", "KeyA"), ("1", "Digit1")):
        press(boxes, key=key, code=code, keyCode=229)
    boxes.wait_for_calls()
    assert (boxes.request_id, boxes.decisions()) == (before, [])


def test_a_composition_in_a_search_chooses_nothing(boxes: StagePage) -> None:
    boxes.page.keyboard.press("d")
    field = boxes.page.locator("#stage-assign-to input")
    expect(boxes.page.locator("#stage-assign-to li").first).to_be_visible()
    before = boxes.request_id
    for key in ("Enter", "ArrowDown", "Escape"):
        press(boxes, "#stage-assign-to input", key=key, code=key, keyCode=229)
    boxes.wait_for_calls()
    expect(field).to_be_visible()
    assert boxes.request_id == before
