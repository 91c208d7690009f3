"""The evidence stands where the machine said, on the pixels people see."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import expect

from tests.browser.stage_page import StagePage, picture

WHERE = (330, 210, 690, 540)
DETAIL = {"riskSource": 1002, "objects": [{"id": "o1", "name": "square", "probability": 0.9, "location": list(WHERE)}]}


Sides = tuple[float, ...]  # left, top, right, bottom, in pixels of the screen
ROOM = 24  # looked at around a box


def box_on_screen(desk: StagePage, ratio: int) -> Sides:
    box = desk.page.locator("#stage svg [data-evidence-id='o1']").bounding_box()
    assert box
    sides = (box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"])
    return tuple(side * ratio for side in sides)


def mark_on_screen(desk: StagePage, ratio: int, near: Sides) -> Sides:
    """The magenta rectangle as it was painted, all evidence hidden: the pixels that are more magenta than grey."""
    left, top = (max(0, int(side / ratio) - ROOM) for side in near[:2])
    right, bottom = (int(side / ratio) + ROOM for side in near[2:])
    clip = {"x": left, "y": top, "width": right - left, "height": bottom - top}
    desk.page.keyboard.down("h")
    shot = Image.open(io.BytesIO(desk.page.screenshot(clip=clip))).convert("RGB")  # type: ignore[arg-type]
    desk.page.keyboard.up("h")
    red, green, _ = shot.split()
    found = ImageChops.subtract(red, green).point(lambda value: 255 if value > 127 else 0).getbbox()
    assert found, "the mark is not on the screen"
    corner = (left * ratio, top * ratio)
    return tuple(side + corner[at % 2] for at, side in enumerate(found))


@pytest.mark.parametrize(
    "ratio", [pytest.param(n, marks=pytest.mark.browser_context_args(device_scale_factor=n)) for n in (1, 2, 3)]
)
def test_a_box_is_within_a_pixel_of_what_it_marks(desk: StagePage, ratio: int) -> None:
    """However the camera was held, at three zooms, on screens of every density."""
    for orientation in range(1, 9):
        width, height = (1203, 897) if orientation % 2 else (897, 1203)
        photo = picture(width, height, mark=WHERE, orientation=orientation)
        desk.add_case(img=desk.host.serve(f"/{orientation}.jpg", photo), riskDetail=DETAIL, allLabels=[])
    desk.sit_down()
    worst = {}
    for orientation in range(1, 9):
        hook = desk.page.locator("#stage svg [data-evidence-id='o1']")
        expect(hook).to_have_attribute("data-location", ",".join(map(str, WHERE)))
        for zoom in ("0", "+", "]"):
            desk.page.keyboard.press(zoom)
            drawn = box_on_screen(desk, ratio)
            seen = mark_on_screen(desk, ratio, drawn)
            worst[orientation, zoom] = max(abs(here - there) for here, there in zip(drawn, seen, strict=True))
        desk.press("a")
    assert max(worst.values()) <= 1, worst


def test_text_marks_labels_and_boxes_carry_their_hooks(desk: StagePage) -> None:
    desk.add_case()
    desk.sit_down()
    page = desk.page
    assert page.locator("#stage-text mark[data-kind=risk]").all_inner_texts() == ["add me"]
    assert page.locator("#stage-text mark[data-kind=list]").all_inner_texts() == ["12345"]
    expect(page.locator("#stage-labels [data-label='porn/nudity/swimwear']")).to_have_count(1)
    expect(page.locator("#stage svg [data-evidence-id=f1][data-kind=face]")).to_have_count(1)


def test_marks_that_overlap_show_every_letter_once_and_every_mark_in_full(desk: StagePage) -> None:
    """Crossing, nested and equal stretches, astral characters before them: what is marked is what the spans say."""
    text = "😀加微信 free money now"
    words = [
        ("free", [5, 9]),
        ("free money", [5, 15]),
        ("money now", [10, 19]),
        ("微信 free", [2, 9]),
        ("微信", [2, 4]),
    ]
    lists = [{"name": name, "words": [{"word": word, "position": at} for word, at in words]} for name in ("a", "b")]
    segments = [{"segment": "加微信", "position": [1, 4]}]
    detail = {"riskSource": 1001, "ocrText": {"text": text}, "matchedLists": lists, "riskSegments": segments}
    desk.add_case(riskDetail=detail)
    desk.sit_down()
    assert desk.page.locator("#stage-text .ocr").inner_text() == text
    covered = """kind => { const found = []; let at = 0;
        const walk = node => { for (const child of node.childNodes) {
            if (child.nodeType !== 3) { walk(child); continue; }
            for (const letter of child.data) {
                if (child.parentElement.closest(`mark[data-kind=${kind}]`)) found.push(at);
                at += 1; } } };
        walk(document.querySelector('#stage-text .ocr')); return found; }"""
    assert desk.page.evaluate(covered, "list") == list(range(2, 19))
    assert desk.page.evaluate(covered, "risk") == [1, 2, 3]
    titles = desk.page.locator("#stage-text mark[data-kind=list]").evaluate_all("marks => marks.map(m => m.title)")
    assert all("a, b" in title for title in titles), titles


def test_a_picture_that_cannot_be_had_says_why_and_can_be_decided(desk: StagePage) -> None:
    desk.add_case(img=f"{desk.host.url}/gone.jpg")
    desk.add_case()
    desk.sit_down()
    expect(desk.page.locator("#stage")).to_contain_text("404")
    desk.press("a")


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_hostile_words_are_shown_and_do_nothing(desk: StagePage, theme: Any) -> None:
    """A script in a label, the text, a name, a code, an id: text on the page, and no rule of the CSP is hit."""
    evil = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
    face = {"id": evil, "name": evil, "probability": 0.9, "location": [10, 20, 60, 80]}
    code = {"id": "o1", "name": evil, "qrContent": f"javascript:{evil}", "location": [100, 100, 200, 200]}
    detail = {"riskSource": 1001, "faces": [face], "objects": [code], "ocrText": {"text": evil}}
    label = {
        "riskLevel": "REVIEW",
        "riskLabel1": "porn",
        "riskLabel2": evil[:100],
        "riskLabel3": "",
        "probability": 0.9,
    }
    desk.add_case(riskLabel2=evil[:100], riskDetail=detail, allLabels=[label])
    desk.page.emulate_media(color_scheme=theme)
    desk.sit_down()
    expect(desk.page.locator("#stage-text")).to_contain_text("document.title")
    assert "owned" not in desk.page.title()
    assert desk.page.locator("#stage a[href^='javascript']").count() == 0


TWINS = [
    {"id": "o1", "name": "bag", "probability": 0.9, "location": [100, 100, 400, 400]},
    {"id": "o2", "name": "purse", "probability": 0.3, "location": [100, 100, 400, 400]},
    {"id": "o3", "name": "hat", "probability": 0.8, "location": [700, 500, 900, 700]},
]
CITING = {"riskLevel": "REVIEW", "riskLabel1": "ad", "riskLabel2": "", "riskLabel3": "", "probability": 0.7}


@pytest.fixture
def twins(desk: StagePage) -> StagePage:
    """Two boxes at one place, a third elsewhere that a label cites."""
    cited = CITING | {"riskDetail": {"riskSource": 1002, "objects": [{"id": "o3", "location": [700, 500, 900, 700]}]}}
    desk.add_case(riskDetail={"riskSource": 1002, "objects": TWINS}, allLabels=[cited])
    desk.sit_down()
    return desk


def test_boxes_below_the_chosen_score_are_kept_back_and_counted(twins: StagePage) -> None:
    page = twins.page
    page.click("#stage-sliders-button")
    page.locator("#stage-score").press("PageUp")
    page.locator("#stage-score").fill("500")
    expect(page.locator("#stage-sliders-text")).to_contain_text("1 hidden")
    expect(page.locator(".box.object:visible")).to_have_count(2)
    page.reload()
    twins.wait_ready()
    expect(page.locator("#stage-sliders-text")).to_have_text("≥ 500 · 1 hidden")
    page.click("#stage-sliders-button")
    page.locator("#stage-opacity").focus()
    page.keyboard.press("Home")
    assert page.locator(".card.on .evidence").evaluate("node => getComputedStyle(node).opacity") == "0.2"


def test_equal_boxes_fan_out_and_are_lit_together(twins: StagePage) -> None:
    page = twins.page
    lines = page.locator(".card.on .box.object .line")
    widths = {round((lines.nth(n).bounding_box() or {"width": 0})["width"]) for n in range(3)}
    assert len(widths) == 3, "no two lines lie on each other"
    page.locator("[data-evidence-id=o1]").hover(force=True)
    expect(page.locator(".card.on .box.lit")).to_have_count(2)


def test_a_label_lights_its_boxes_and_a_box_its_labels(twins: StagePage) -> None:
    page = twins.page
    page.hover("[data-label=ad]")
    expect(page.locator(".card.on .lit [data-evidence-id=o3]")).to_have_count(1)
    page.hover("#stage-waiting")
    expect(page.locator(".card.on .box.lit")).to_have_count(0)
    page.locator("[data-evidence-id=o3]").hover()
    expect(page.locator("[data-label=ad].lit")).to_have_count(1)
