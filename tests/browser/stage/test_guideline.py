"""The guideline beside the picture, and the figures that stand on the strip and leave for the server."""

from __future__ import annotations

import re

from playwright.sync_api import ViewportSize, expect

from review.models import Queue, StageWait
from review.queues import guidelines
from review.queues.guideline_markdown import version_of
from tests.browser.stage_page import StagePage
from tests.waiting import wait_for

TEXT = "## Skin in profile pictures {porn}\n\nIt is **rejected**.\n\n## Adverts {ad}\n\n<img src=x onerror=alert(1)>"

LOW: ViewportSize = {"width": 1280, "height": 600}  # no room for it below the evidence


def test_it_is_unfolded_where_there_is_room_until_it_is_folded(desk: StagePage) -> None:
    Queue.objects.update(guideline=TEXT)
    desk.add_cases(3)
    desk.page.set_viewport_size({"width": 1440, "height": 1300})
    desk.sit_down()
    text = desk.page.locator("#stage-guideline-text")
    expect(text.locator("strong")).to_have_text("rejected")
    expect(text).to_be_visible()
    desk.press("a")
    expect(text).to_be_visible()
    desk.page.locator("#stage-guideline summary").click()
    desk.press("a")
    expect(text).to_be_hidden()


def test_the_fold_names_the_label_at_hand_and_opens_at_its_heading(desk: StagePage) -> None:
    Queue.objects.update(guideline=TEXT)
    desk.add_case()
    desk.add_case(riskLabel1="ad", riskLabel2="", riskLabel3="", allLabels=[])
    desk.page.set_viewport_size(LOW)
    desk.sit_down()
    summary, text = desk.page.locator("#stage-guideline summary"), desk.page.locator("#stage-guideline-text")
    expect(summary).to_contain_text("Guideline: Skin in profile pictures")
    expect(text).to_be_hidden()
    summary.click()
    expect(text.locator(".this-case")).to_have_text("Skin in profile pictures")
    expect(text.locator("strong")).to_have_text("rejected")
    assert text.locator("img").count() == 0  # hostile text stays text
    expect(text).to_contain_text("<img src=x onerror=alert(1)>")
    desk.press("a")
    expect(summary).to_contain_text("Guideline: Adverts")
    expect(text.locator(".this-case")).to_have_text("Adverts")


def test_a_guideline_that_changes_while_somebody_works_is_told_and_shown(desk: StagePage) -> None:
    Queue.objects.update(guideline=TEXT)
    desk.add_cases(7)  # more than a stage holds
    desk.page.set_viewport_size(LOW)
    desk.sit_down()
    desk.page.click("#stage-guideline summary")
    expect(desk.page.locator("#stage-guideline-text strong")).to_have_text("rejected")
    desk.page.click("#stage-guideline summary")
    changed = TEXT.replace("rejected", "passed on")
    guidelines.write(desk.world.default, changed, instead_of=version_of(TEXT), by=desk.world.carol)
    for _ in range(5):
        desk.press("a")
    expect(desk.page.locator("#stage-guideline summary")).to_contain_text("changed")
    desk.page.click("#stage-guideline summary")
    expect(desk.page.locator("#stage-guideline-text strong")).to_have_text("passed on")


def test_a_queue_without_a_guideline_shows_no_fold(desk: StagePage) -> None:
    desk.add_case()
    desk.sit_down()
    expect(desk.page.locator("#stage-guideline")).to_be_hidden()


def test_the_waits_of_a_sitting_reach_the_server_when_the_page_is_left(desk: StagePage) -> None:
    desk.add_cases(4)
    desk.sit_down()
    for _ in range(3):
        desk.press("a")
    desk.wait_for_calls()
    measured = desk.page.evaluate("performance.getEntriesByName('decision-to-next', 'measure').length")
    assert measured >= 2
    assert not StageWait.objects.exists()
    desk.page.goto(f"{desk.app.url}/review/my-work/")
    wait_for(lambda: told() == measured, what="the waits to be counted")


def told() -> int:
    return sum(StageWait.objects.values_list("count", flat=True))


def test_the_strip_goes_on_counting_today_after_a_reload(desk: StagePage) -> None:
    desk.add_cases(4)
    desk.sit_down()
    pace = desk.page.locator("#stage-pace")
    for _ in range(2):
        desk.press("a")
    expect(pace).to_have_text(re.compile(r"^today 2 · \d+\.\d s each · next picture \d+ ms$"))
    desk.wait_for_calls()
    desk.page.reload()
    desk.wait_ready()
    expect(pace).to_have_text(re.compile(r"^today 2 · \d+\.\d s each$"))
    desk.page.wait_for_timeout(1500)  # what the page gave back on its way out is held again
    desk.press("a")
    expect(pace).to_have_text(re.compile("^today 3 · "))
