"""With blur on, no page shows a pattern of the picture, and none asks for the clear one; measured in screenshots."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw, ImageStat
from playwright.sync_api import Locator

from moderation.models import Case
from review import preferences
from tests.browser.stage_page import StagePage
from tests.factories import grids

STRIPE = 50  # pixels; 24 of them over the picture are 8 pixels each in the smallest rendition that is not blurred
HIDES = {1: 8, 3: STRIPE}  # the stripes that a strength hides: light keeps the gist (docs/blur.md), and no writing
SEEN, HIDDEN = 60, 12  # standard deviation of brightness: black and white stripes have 127, an even grey 0


def striped(stripe: int = STRIPE) -> bytes:
    image = Image.new("RGB", (1200, 900), "white")
    for left in range(0, 1200, 2 * stripe):
        ImageDraw.Draw(image).rectangle((left, 0, left + stripe - 1, 899), fill="black")
    file = io.BytesIO()
    image.save(file, "JPEG", quality=90)
    return file.getvalue()


def pattern(shown: Locator) -> float:
    """How much of the stripes is seen in the middle of the picture."""
    shown.scroll_into_view_if_needed()
    shot = Image.open(io.BytesIO(shown.screenshot())).convert("L")
    width, height = shot.size
    return ImageStat.Stat(shot.crop((width // 3, height // 3, 2 * width // 3, 2 * height // 3))).stddev[0]


def on_the_stage(desk: StagePage) -> Locator:
    desk.page.goto(f"{desk.app.url}/review/")
    desk.wait_ready()
    desk.page.keyboard.down("h")  # the boxes are not what is looked for
    return desk.page.locator(".card.on .frame")


def zoomed_on_the_stage(desk: StagePage) -> Locator:
    on_the_stage(desk)
    for _ in range(4):
        desk.page.keyboard.press("+")
    return desk.page.locator("#stage-cards")


def among_the_last_decided(desk: StagePage) -> Locator:
    on_the_stage(desk)
    desk.press("a")
    return desk.page.locator("#stage-thumbs img").first


def in_the_search(desk: StagePage) -> Locator:
    desk.page.goto(f"{desk.app.url}/review/cases/")
    return desk.page.locator(".picture-frame").first


def on_its_page(desk: StagePage) -> Locator:
    desk.page.goto(f"{desk.app.url}/review/cases/{Case.objects.earliest('pk').pk}/")
    return desk.page.locator(".picture-frame").first


def among_ones_own(desk: StagePage) -> Locator:
    on_the_stage(desk)
    desk.page.keyboard.press("w")
    desk.wait_for_calls()
    desk.page.goto(f"{desk.app.url}/review/my-work/")
    return desk.page.locator(".picture-frame").first


def in_the_grid(desk: StagePage) -> Locator:
    desk.page.goto(f"{desk.app.url}/review/grid/?queue=default")
    desk.wait_ready()
    return desk.page.locator(".cell img").first


PLACES: dict[str, Callable[[StagePage], Locator]] = {
    "stage": on_the_stage,
    "zoom": zoomed_on_the_stage,
    "strip": among_the_last_decided,
    "grid": in_the_grid,
    "search": in_the_search,
    "case": on_its_page,
    "mine": among_ones_own,
}
"""Each brings the page to where a picture is shown; what shows pictures anew belongs in here."""


@pytest.fixture(params=HIDES)
def blurred(desk: StagePage, request: pytest.FixtureRequest) -> StagePage:
    blur = {"blur": request.param, "grayscale": False, "categories": {}}
    preferences.save({"filter": blur}, by=desk.world.alice)
    desk.add_case(img=desk.host.serve("/striped.jpg", striped(HIDES[request.param])), riskDetail={}, **grids.said())
    desk.sign_in()
    return desk


@pytest.mark.parametrize("place", PLACES)
def test_a_picture_is_blurred_wherever_it_is_shown(blurred: StagePage, place: str) -> None:
    asked = blurred.pictures_asked_for()
    shown = PLACES[place](blurred)
    blurred.wait_for_calls()
    assert pattern(shown) < HIDDEN
    assert {one.partition("/")[2] for one in asked} == {"blurred"}


def test_the_measure_sees_the_pattern_when_it_is_there(blurred: StagePage) -> None:
    for place in (on_the_stage, zoomed_on_the_stage):
        shown = place(blurred)
        blurred.page.keyboard.down(" ")
        blurred.page.wait_for_selector("#stage img.clear[data-picture]")
        assert pattern(shown) > SEEN
        blurred.page.keyboard.up(" ")
    case = on_its_page(blurred)
    blurred.page.goto(f"{blurred.page.url}?reveal=1")
    blurred.page.wait_for_load_state("networkidle")
    assert pattern(case) > SEEN
