"""The grid: mark the exceptions, commit, take back. Nothing passes that was not seen or may not stand there."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Route, expect

from review import preferences
from review.models import Decision, Queue, ReviewTask, Skip
from tests.browser.grid_page import LOOK_MS, Grid
from tests.browser.stage_page import picture
from tests.factories import grids
from tests.factories.grids import label, revised, said

BLURRED = {"blur": 1, "grayscale": False, "categories": {}}


def test_the_exceptions_are_marked_and_enter_commits_the_page(grid: Grid) -> None:
    first, second, third, *others = grid.add(6)
    grid.sit_down()
    expect(grid.counts).to_have_text("6 pass.")
    grid.press("ArrowRight", "x", "ArrowRight", "2")
    expect(grid.counts).to_have_text("4 pass, 1 reject for Contact, 1 reject for Contact ad.")
    expect(grid.page.locator("#stage-status")).to_contain_text("4 pass")
    expect(grid.tiles.nth(1)).to_have_text(re.compile("✕ reject"))
    grid.press("Enter")
    expect(grid.told).to_have_text(re.compile("6 decided: 4 passed, 2 rejected · sent in [1-8] s"))
    grid.wait_for_decided(6)
    assert grid.verdicts() == {first: "PASS", second: "REJECT", third: "REJECT", **dict.fromkeys(others, "PASS")}
    page = {one.grid_page for one in Decision.objects.all()}
    assert len(page) == 1
    assert None not in page
    expect(grid.page.locator("#stage[data-state=empty]")).to_be_visible()


def test_the_same_mark_again_takes_it_away_and_another_reason_replaces_it(grid: Grid) -> None:
    grid.add(2)
    grid.sit_down()
    grid.press("x", "2")
    expect(grid.counts).to_have_text("1 pass, 1 reject for Contact ad.")
    grid.press("2")
    expect(grid.counts).to_have_text("2 pass.")


def test_one_undo_brings_the_page_back_as_it_was(grid: Grid) -> None:
    first, second = grid.add(2)
    grid.sit_down()
    grid.press("x", "Enter")
    grid.desk.wait_for_decisions((first, "REJECT", ""), (second, "PASS", ""))
    grid.press("Backspace")
    expect(grid.counts).to_have_text("1 pass, 1 reject for Contact.")
    grid.desk.wait_for_decisions()
    assert set(ReviewTask.objects.values_list("leased_by", flat=True)) == {grid.desk.world.alice.pk}
    grid.wait_ready()
    grid.press("x", "Enter")
    grid.desk.wait_for_decisions((first, "PASS", ""), (second, "PASS", ""))


def test_the_next_page_is_there_at_once(grid: Grid) -> None:
    grid.add(26)
    grid.sit_down()
    expect(grid.tiles).to_have_count(24)
    grid.desk.wait_for_calls()
    grid.desk.expected = ("503",)
    grid.page.route("**/review/api/grid/lease", lambda route: route.fulfill(status=503))
    grid.press("Enter")
    expect(grid.tiles).to_have_count(2)
    grid.desk.wait_ready()
    grid.wait_for_decided(24)


def test_a_held_enter_commits_one_page_and_a_second_press_waits_for_a_look(grid: Grid) -> None:
    grid.add(3)
    grid.add(3, top="ad/banner")
    grid.sit_down()
    grid.desk.wait_for_calls()
    grid.press("ArrowRight")
    for _ in range(40):  # a second `down` without an `up` is a key repeat
        grid.page.keyboard.down("Enter")
        grid.page.wait_for_timeout(30)
    grid.page.keyboard.up("Enter")
    grid.wait_ready()
    grid.press("Enter")
    grid.wait_for_decided(6)
    grid.press("Backspace", "Enter")  # the page came back a moment ago
    grid.wait_for_decided(3)


def test_nothing_is_committed_before_every_picture_is_painted(grid: Grid) -> None:
    grid.add(3)
    leased: list[Route] = []
    grid.page.route("**/review/pictures/*/thumbnail", lambda route: leased.append(route), times=1)
    grid.open()
    expect(grid.tiles).to_have_count(3)
    grid.page.wait_for_timeout(1500)
    grid.press("Enter")
    expect(grid.page.locator("#stage-status")).to_contain_text("not every picture is shown")
    assert grid.desk.stage.get_attribute("data-state") == "loading"
    leased[0].continue_()
    grid.wait_ready()
    grid.press("Enter")
    grid.wait_for_decided(3)


def test_keys_are_dead_while_the_sheet_of_keys_is_open_and_it_lists_the_grids(grid: Grid) -> None:
    grid.add(2)
    grid.sit_down()
    grid.press("?")
    expect(grid.page.locator("#stage-keys")).to_contain_text("Commit the page")
    expect(grid.page.locator("#stage-keys")).not_to_contain_text("Previous box")
    grid.press("x", "2")
    grid.press("Escape")
    expect(grid.counts).to_have_text("2 pass.")
    assert Decision.objects.count() == 0


def test_a_mouse_is_enough(grid: Grid) -> None:
    first, second = grid.add(2)
    grid.sit_down()
    grid.tiles.nth(1).click()
    expect(grid.counts).to_have_text("1 pass, 1 reject for Contact.")
    grid.page.get_by_role("button", name="Contact ad").click()
    expect(grid.tiles.nth(1)).to_contain_text("Contact ad")
    grid.page.click("[data-act=commit]")
    grid.desk.wait_for_decisions((first, "PASS", ""), (second, "REJECT", "contact"))
    grid.page.click("[data-act=undo]")
    grid.desk.wait_for_decisions()


def test_tab_space_and_enter_are_enough_without_letters(grid: Grid) -> None:
    preferences.save({"letters": False}, by=grid.desk.world.alice)
    first, second = grid.add(2)
    grid.sit_down()
    expect(grid.tiles.first).to_be_focused()
    grid.press("x")
    expect(grid.counts).to_have_text("2 pass.")
    grid.press(" ")
    expect(grid.page.locator("#stage-table")).to_be_visible()
    grid.press("Tab", "Tab")
    focused = grid.page.locator("#stage-table [data-act=reject]")
    focused.focus()
    grid.press(" ")
    expect(grid.counts).to_have_text("1 pass, 1 reject for Contact.")
    grid.press("Escape")
    grid.page.locator("[data-act=commit]").focus()
    grid.press("Enter")
    grid.desk.wait_for_decisions((first, "REJECT", ""), (second, "PASS", ""))


def test_enter_on_another_button_presses_that_button(grid: Grid) -> None:
    grid.add(2)
    grid.sit_down()
    grid.page.locator(".banner [data-act=zoomIn]").focus()
    grid.press("Enter")
    expect(grid.page.locator("#stage-table")).to_be_visible()
    assert Decision.objects.count() == 0


def test_a_tile_is_shown_bigger_with_its_boxes(grid: Grid) -> None:
    grid.add(2)
    grid.sit_down()
    grid.press("+")
    expect(grid.page.locator("#stage-table img[data-picture]")).to_be_visible()
    expect(grid.page.locator("#stage-table [data-evidence-id=f1]")).to_have_attribute("data-location", "10,20,60,80")
    grid.press("ArrowRight", "x")
    expect(grid.page.locator("#grid-large-said")).to_contain_text("reject")
    grid.press("Enter")
    expect(grid.page.locator("#stage-status")).to_contain_text("return to the page first")
    grid.press("-")
    expect(grid.page.locator("#stage-table")).to_be_hidden()
    expect(grid.tiles.nth(1)).to_have_attribute("aria-pressed", "true")
    expect(grid.tiles.nth(1)).to_be_focused()


def test_with_blur_no_clear_pixel_is_asked_for_until_somebody_looks(grid: Grid) -> None:
    preferences.save({"filter": BLURRED}, by=grid.desk.world.alice)
    grid.add(26)
    asked = grid.desk.pictures_asked_for()
    grid.sit_down()
    grid.desk.wait_for_calls()
    grid.press("x", "+", "ArrowRight", "-", "Enter")
    grid.wait_ready()
    grid.press("Backspace")
    grid.wait_ready()
    grid.press("+")
    grid.desk.wait_for_calls()
    assert len(set(asked)) == 26, "the next page is fetched ahead"
    assert {one.partition("/")[2] for one in asked} == {"blurred"}
    case = grid.page.locator("#stage-table img[data-picture]").get_attribute("src") or ""
    grid.page.keyboard.down(" ")
    expect(grid.page.locator("#stage-table img[data-picture]")).to_have_attribute("src", re.compile("/web$"))
    grid.page.keyboard.up(" ")
    expect(grid.page.locator("#stage img[src*='/web'], #stage img[src*='/thumbnail']")).to_have_count(0)
    assert [one for one in asked if not one.endswith("/blurred")] == [f"{case.split('/')[-2]}/web"]


def test_a_blurred_copy_that_cannot_be_had_leaves_a_plain_card(grid: Grid) -> None:
    preferences.save({"filter": BLURRED}, by=grid.desk.world.alice)
    grid.desk.expected = ("404",)
    grid.page.route("**/review/pictures/*/blurred*", lambda route: route.fulfill(status=404))
    grid.add(1)
    asked = grid.desk.pictures_asked_for()
    grid.sit_down()
    expect(grid.page.locator(".tile-note")).to_be_visible()
    assert {one.partition("/")[2] for one in asked} == {"blurred"}


def test_a_critical_picture_ends_the_grid_and_shows_the_way_back(grid: Grid) -> None:
    grid.add(1, label("minor"))
    grid.open()
    expect(grid.page.locator("#stage[data-state=refused]")).to_contain_text("labelled Minor Detection (critical)")
    expect(grid.page.locator("#grid-banner")).to_be_hidden()
    grid.press("Enter")
    grid.page.get_by_role("link", name="Judge it singly").click()
    grid.desk.wait_ready()
    assert grid.page.url.endswith("/review/queues/default/")


def test_what_became_critical_on_the_page_comes_back_undecided(grid: Grid) -> None:
    grid.add(3)
    grid.sit_down()
    changed = ReviewTask.objects.order_by("rank_at")[1]
    revised(changed, grids.LABEL, label("minor"))
    grid.press("Enter")
    expect(grid.page.locator("#stage-status")).to_contain_text(
        "2 decided, 1 has become critical and must be judged by itself."
    )
    expect(grid.told).to_contain_text("2 decided: 2 passed")
    grid.wait_for_decided(2)
    assert ReviewTask.objects.get(pk=changed.pk).leased_by is None


def test_whose_verdict_stood_is_told(grid: Grid) -> None:
    first, second, third = grid.add(3)
    grid.sit_down()
    ReviewTask.objects.filter(case__request_id=second).update(
        leased_by=grid.desk.world.bob, lease_token="00000000-0000-4000-8000-000000000000"
    )
    grid.press("Enter")
    expect(grid.page.locator("#stage-status")).to_contain_text("2 decided, 1 is with Bob now.")
    grid.desk.wait_for_decisions((first, "PASS", ""), (third, "PASS", ""))


def test_a_hold_that_is_lost_takes_its_tile_off_the_page(grid: Grid) -> None:
    Queue.objects.update(lease_seconds=9)
    first, second = grid.add(2)
    grid.sit_down()
    grid.press("x", "x")
    ReviewTask.objects.filter(case__request_id=first).update(
        leased_by=grid.desk.world.bob, lease_token="00000000-0000-4000-8000-000000000000"
    )
    expect(grid.tiles.first).to_contain_text("returned to the queue")
    grid.press("ArrowRight")
    grid.page.wait_for_timeout(LOOK_MS)
    grid.press("Enter")
    grid.desk.wait_for_decisions((second, "PASS", ""))


def test_holds_are_renewed_while_the_page_is_looked_at(grid: Grid) -> None:
    Queue.objects.update(lease_seconds=9)
    grid.add(3)
    grid.sit_down()
    before = dict(ReviewTask.objects.values_list("pk", "leased_until"))
    grid.page.wait_for_timeout(11_000)
    after = dict(ReviewTask.objects.values_list("pk", "leased_until"))
    assert all(after[pk] > before[pk] for pk in before)  # type: ignore[operator] # all are held


def test_skipping_and_escalating_take_single_tiles_off_the_page(grid: Grid) -> None:
    skipped, escalated, third = grid.add(3)
    grid.sit_down()
    grid.press("s", "ArrowRight", "e")
    expect(grid.counts).to_have_text("1 pass.")
    grid.press("Enter")
    grid.desk.wait_for_decisions((third, "PASS", ""))
    assert Skip.objects.get().task.case.request_id == skipped
    assert ReviewTask.objects.get(state="escalated").case.request_id == escalated


def test_a_page_committed_without_a_network_is_sent_when_it_is_back_even_after_a_reload(grid: Grid) -> None:
    first, second = grid.add(2)
    grid.sit_down()
    grid.desk.wait_for_calls()
    grid.desk.expected = ("Failed to load resource", "503")
    grid.page.route("**/review/api/grid/decide", lambda route: route.fulfill(status=503))
    grid.press("x", "Enter")
    expect(grid.page.locator("#stage-pending")).to_be_visible()
    assert Decision.objects.count() == 0
    grid.page.unroute("**/review/api/grid/decide")
    grid.page.reload()
    grid.desk.wait_for_decisions((first, "REJECT", ""), (second, "PASS", ""))


def test_g_goes_to_the_grid_and_back_and_takes_the_cases_along(grid: Grid) -> None:
    grid.add(4)
    grid.desk.sign_in()
    grid.page.goto(f"{grid.desk.app.url}/review/queues/default/")
    grid.desk.wait_ready()
    grid.press("g")
    grid.page.wait_for_url("**/review/grid/?queue=default")
    grid.desk.wait_ready()
    expect(grid.tiles).to_have_count(4)
    grid.press("g")
    grid.page.wait_for_url("**/review/queues/default/")
    grid.desk.wait_ready()
    assert ReviewTask.objects.filter(leased_by=grid.desk.world.alice).count() == 4


def test_a_reload_brings_the_same_page(grid: Grid) -> None:
    grid.add(4)
    grid.sit_down()
    before = grid.tiles.evaluate_all("tiles => tiles.map(tile => tile.dataset.taskId)")
    grid.page.reload()
    grid.wait_ready()
    grid.page.wait_for_timeout(2500)  # what the page before gave back may arrive late
    grid.desk.wait_ready()
    assert grid.tiles.evaluate_all("tiles => tiles.map(tile => tile.dataset.taskId)") == before
    expect(grid.counts).to_have_text("4 pass.")


def test_a_picture_on_its_way_keeps_the_page_until_it_is_there(grid: Grid) -> None:
    grid.add(2)
    late: set[int] = set()

    def delay(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        if not late:
            late.add(body["tasks"][0]["taskId"])
            body["tasks"][0]["image"] |= dict.fromkeys(("url", "thumbnailUrl", "blurredUrl")) | {"state": "pending"}
        route.fulfill(response=answer, json=body)

    grid.page.route("**/review/api/grid/lease", delay)
    grid.open()
    expect(grid.tiles.first).to_contain_text("being fetched")
    grid.wait_ready()
    expect(grid.page.locator(".cell img")).to_have_count(2)


@pytest.mark.parametrize(
    ("width", "height", "columns"),
    [(360, 740, 2), (800, 900, 3), (1440, 900, 6), (3440, 1440, 8), (3840, 2160, 6)],
)
def test_columns_follow_the_window_and_arrows_the_columns(grid: Grid, width: int, height: int, columns: int) -> None:
    grid.page.set_viewport_size({"width": width, "height": height})
    grid.add(9)
    grid.sit_down()
    tops = grid.tiles.evaluate_all("tiles => tiles.map(tile => tile.getBoundingClientRect().top)")
    assert tops.count(tops[0]) == columns
    assert grid.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    grid.press("ArrowDown")
    expect(grid.tiles.nth(columns)).to_be_focused()


def test_how_many_cases_a_page_decides_is_told(grid: Grid) -> None:
    grid.add(1)
    same = grid.desk.host.serve("/same.jpg", picture())
    for _ in range(3):
        grid.desk.add_case(img=same, **said())
    grid.sit_down()
    expect(grid.tiles).to_have_count(2)
    expect(grid.tiles.nth(1)).to_contain_text("decides 3 pictures")
    expect(grid.counts).to_have_text("2 pass. Decides 4 cases.")


OVER = """() => [...document.querySelectorAll('.cell')].filter(cell => {
    const picture = cell.querySelector('.tile-picture img').getBoundingClientRect();
    const parts = [...cell.querySelectorAll('.tile-facts, .tile-sign, .tile-decides'), cell.nextElementSibling];
    return parts.some(part => {
        const {left, right, top, bottom} = part.getBoundingClientRect();
        return right > left && left < picture.right && right > picture.left
            && top < picture.bottom - 0.5; }); }).length"""


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1440, 900), (2560, 1440)])
def test_no_caption_lies_over_a_picture(grid: Grid, width: int, height: int) -> None:
    grid.add(6)
    grid.page.set_viewport_size({"width": width, "height": height})
    grid.sit_down()
    grid.page.keyboard.press("x")
    expect(grid.page.locator(".cell.bad .tile-sign")).not_to_be_empty()
    assert grid.page.evaluate(OVER) == 0
