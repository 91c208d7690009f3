"""What changes on a page of the grid while somebody works on it: results, pictures, what lies over them, its holds."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from moderation.models import FinalResult
from review.models import Decision, Queue, ReviewTask
from tests.browser.grid_page import LOOK_MS, Grid
from tests.factories.grids import LABEL, label, revised

CLEAR_PIXELS = "#stage img[src*='/web'], #stage img[src*='/preview'], #stage img[src*='/thumbnail']"
# A tab tells the others of the same person what was chosen.
CHOOSE_BLUR = """person => new BroadcastChannel(`second-look.preferences.${person}`)
                             .postMessage({filter: {blur: 1, grayscale: false, categories: {}}})"""
HOLD_FRAMES = """() => { const draw = window.requestAnimationFrame.bind(window), held = [];
    window.requestAnimationFrame = frame => held.push(frame);
    window.letFramesGo = () => {
        window.requestAnimationFrame = draw;
        held.splice(0).forEach(frame => draw(frame)) } }"""
ENTER_AT_THE_TOAST = """() => new MutationObserver((_, watch) => {
    if (!document.querySelector('#stage-status .toast')) return;
    watch.disconnect();
    document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', bubbles: true}));
}).observe(document.getElementById('stage-status'), {childList: true, subtree: true})"""


def first() -> ReviewTask:
    return ReviewTask.objects.order_by("rank_at")[0]


def blur_is_chosen_elsewhere(grid: Grid) -> None:
    grid.page.evaluate(CHOOSE_BLUR, grid.desk.world.alice.pk)


def refused_as_unseen(grid: Grid) -> None:
    grid.page.wait_for_timeout(LOOK_MS)
    grid.press("Enter")
    expect(grid.page.locator("#stage-status")).to_contain_text("not every picture is shown")
    assert Decision.objects.count() == 0


@pytest.mark.parametrize("says", [(LABEL, label("minor")), ("ad/banner",)])
def test_what_may_not_stand_there_any_more_leaves(grid: Grid, says: Any) -> None:
    Queue.objects.update(lease_seconds=9)
    grid.add(2)
    grid.sit_down()
    revised(first(), *says)
    expect(grid.tiles.first).to_contain_text("needs a look")
    expect(grid.counts).to_have_text("1 pass.")
    grid.desk.wait_for_calls()
    assert first().leased_by is None


def test_a_key_pressed_as_a_result_changes_commits_nothing(grid: Grid) -> None:
    Queue.objects.update(lease_seconds=9)
    grid.add(2)
    grid.sit_down()
    grid.page.evaluate(ENTER_AT_THE_TOAST)
    revised(first(), LABEL, label("qr"))
    expect(grid.page.locator("#stage-status")).to_contain_text("page has just changed")
    assert Decision.objects.count() == 0
    grid.page.wait_for_timeout(LOOK_MS)
    grid.press("Enter")
    grid.wait_for_decided(2)


def test_another_picture_on_a_tile_is_seen_before_the_page_is_committed(grid: Grid) -> None:
    Queue.objects.update(lease_seconds=9)
    grid.add(2)
    grid.sit_down()
    leased: list[Route] = []
    grid.page.route(re.compile("thumbnail[?]anew"), lambda route: leased.append(route))
    grid.desk.change_tasks(lambda task: task["image"].update(url="/anew", thumbnailUrl=_anew(task["image"])))
    revised(first(), LABEL, label("qr"))
    expect(grid.page.locator("#stage-status .toast")).to_be_visible()
    refused_as_unseen(grid)
    leased[0].continue_()
    expect(grid.page.locator(".cell img")).to_have_count(2)
    grid.page.wait_for_timeout(LOOK_MS)
    grid.press("Enter")
    grid.wait_for_decided(2)


def _anew(image: dict[str, Any]) -> str:
    return f"{image['thumbnailUrl']}?anew"


def test_a_page_that_is_covered_anew_is_seen_before_it_is_committed(grid: Grid) -> None:
    """Also when a frame of the page as it was comes only now."""
    grid.add(2)
    grid.page.add_init_script(f"({HOLD_FRAMES})()")
    grid.open()
    expect(grid.page.locator(".cell img")).to_have_count(2)
    held: list[Route] = []
    let_go: list[bool] = []  # what is asked for after that goes through too
    grid.page.route("**/blurred*", lambda route: route.continue_() if let_go else held.append(route))
    blur_is_chosen_elsewhere(grid)
    expect(grid.page.locator(".cell img")).to_have_count(0)
    grid.page.evaluate("letFramesGo()")
    refused_as_unseen(grid)
    let_go.append(True)
    for route in held:
        route.continue_()
    grid.wait_ready()
    grid.press("Enter")
    grid.wait_for_decided(2)


def test_a_clear_picture_on_its_way_is_not_shown_once_blur_is_chosen(grid: Grid) -> None:
    grid.add(2)
    leased: list[Route] = []
    grid.page.route("**/review/pictures/*/thumbnail", lambda route: leased.append(route), times=1)
    grid.open()
    expect(grid.page.locator(".cell img")).to_have_count(1)
    blur_is_chosen_elsewhere(grid)
    grid.wait_ready()
    leased[0].continue_()
    grid.desk.wait_for_calls()
    expect(grid.page.locator(".cell img.blurred")).to_have_count(2)
    expect(grid.page.locator(CLEAR_PIXELS)).to_have_count(0)


def test_a_page_decided_before_blur_was_chosen_comes_back_blurred(grid: Grid) -> None:
    grid.add(2)
    grid.add(1, top="ad/banner")
    grid.sit_down()
    grid.press("Enter")
    grid.wait_ready()
    blur_is_chosen_elsewhere(grid)
    grid.wait_ready()
    grid.press("Backspace")
    expect(grid.page.locator(".cell img.blurred")).to_have_count(2)
    expect(grid.page.locator(CLEAR_PIXELS)).to_have_count(0)


def test_a_page_is_committed_again_before_its_undo_was_answered(grid: Grid) -> None:
    """Its holds have no known token until then, so none is renewed and none is lost."""
    Queue.objects.update(lease_seconds=9)
    one, other = grid.add(2)
    grid.sit_down()
    leased: list[Route] = []
    grid.page.route("**/review/api/grid/undo", lambda route: leased.append(route))
    grid.press("x", "Enter", "Backspace")
    grid.page.wait_for_timeout(4000)  # in which holds are renewed
    FinalResult.objects.update(release_at="2100-01-01T00:00Z")  # however slow this machine is
    expect(grid.counts).to_have_text("1 pass, 1 reject for Contact.")
    grid.press("x", "Enter")
    leased[0].continue_()
    grid.desk.wait_for_decisions((one, "PASS", ""), (other, "PASS", ""))


def test_what_had_left_before_its_undo_takes_no_part_in_the_page(grid: Grid) -> None:
    grid.add(2)
    grid.sit_down()
    grid.press("Enter")
    grid.wait_for_decided(2)
    FinalResult.objects.filter(case=first().case_id).update(release_at="2020-01-01T00:00Z")
    grid.press("Backspace")
    expect(grid.counts).to_have_text("1 pass.")
    expect(grid.tiles.first).to_have_attribute("aria-disabled", "true")
    grid.wait_for_decided(1)


def test_a_page_whose_undo_is_refused_is_not_committed_again(grid: Grid) -> None:
    grid.add(2)
    grid.desk.expected = ("404",)
    grid.sit_down()
    grid.page.route("**/review/api/grid/undo", lambda route: route.fulfill(status=404, json={"title": "Not found"}))
    grid.press("Enter")
    grid.wait_for_decided(2)
    grid.press("Backspace")
    expect(grid.page.locator(".cell[aria-disabled=true]")).to_have_count(2)
    assert Decision.objects.filter(undone_at=None).count() == 2
