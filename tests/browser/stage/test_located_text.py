"""Words that we located: drawn on the picture, told as ours, tied to their marks; late ones move nothing."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import expect

from moderation.engines.embedded import host
from moderation.models import LocatedText
from moderation.text_locator.locate import locate_due
from tests.browser.stage_page import StagePage
from tests.moderation.engines.embedded.conftest import leave
from tests.moderation.engines.embedded.installed import needs_all_parts
from tests.moderation.text_locator.drawn import SEGMENT, SENT, page

START = SENT.index(SEGMENT)
DETAIL: dict[str, Any] = {
    "riskSource": 1001,
    "ocrText": {"text": SENT, "riskSegments": [{"segment": SEGMENT, "position": [START, START + len(SEGMENT)]}]},
}
BOXES = "#stage svg [data-evidence-id^=located][data-kind=text]"


@pytest.fixture
def located(desk: StagePage, settings: Any) -> Iterator[StagePage]:
    """A drawn page on the stage whose text came without boxes, not yet located."""
    settings.LOCATE_TEXT = True
    desk.add_case(img=desk.host.serve("/page.jpg", page()[0]), riskDetail=DETAIL, allLabels=[])
    desk.sit_down()
    yield desk
    leave(host.this_host().folder)


def locate() -> None:
    """As a worker would, beside Playwright's event loop."""

    def work() -> None:
        list(locate_due())
        connections.close_all()

    with ThreadPoolExecutor(1) as beside:
        beside.submit(work).result()


@needs_all_parts
def test_late_boxes_appear_on_the_open_case_and_move_nothing(located: StagePage) -> None:
    desk, shown = located.page, located.page.locator(BOXES)
    expect(shown).to_have_count(0)
    expect(desk.locator("#stage-text .located")).to_have_text("≈ being located")
    desk.keyboard.press("+")
    before = desk.locator(".card.on img").first.bounding_box()
    locate()
    expect(shown).to_have_count(1)
    assert desk.locator(".card.on img").first.bounding_box() == before, "the picture stays as it was zoomed"
    assert located.stage.get_attribute("data-state") == "ready"
    expect(desk.locator("#stage-text .located")).to_have_text("≈ located by us")
    places = page()[1]
    sides = [float(side) for side in (shown.get_attribute("data-location") or "").split(",")]
    assert sides == pytest.approx([*places["Telegram"][:2], *places["@shop_2024"][2:]], abs=18)


def test_a_mark_and_its_box_light_each_other(desk: StagePage) -> None:
    desk.add_case(riskDetail=DETAIL, allLabels=[])
    task_box = [[100, 100, 400, 100, 400, 140, 100, 140], False]
    place = {"start": START, "end": START + len(SEGMENT), "at": [task_box]}
    case = desk.world.web.case_set.get()
    LocatedText.objects.create(case=case, revision=1, state="done", places=[place], engine="embedded/1")
    desk.sit_down()
    tag = desk.page.locator(".card.on .tag.text")
    expect(tag).to_have_text(f"≈ {SEGMENT}")
    expect(desk.page.locator(BOXES)).to_have_attribute("data-location", "100,100,400,140")
    expect(desk.page.locator(".card.on .box.located.lit")).to_have_count(0)
    desk.page.locator("#stage-text mark[data-kind=risk]").hover()
    expect(desk.page.locator(".card.on .box.located.lit")).to_have_count(1)
