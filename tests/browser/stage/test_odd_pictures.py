"""Pictures that fail, come late, are long or move, and cases that the machine had much to say about."""

from __future__ import annotations

import datetime as dt
import io

from PIL import Image
from playwright.sync_api import Route, expect

from review.models import ReviewTask
from tests.browser.interruptions.test_outage import OFFLINE
from tests.browser.stage.test_evidence import box_on_screen, mark_on_screen
from tests.browser.stage_page import StagePage, picture
from tests.factories.bodies import much


def test_a_picture_the_server_cannot_give_says_so_and_its_case_is_decided(desk: StagePage) -> None:
    desk.add_cases(2)
    desk.expected = ("500",)
    desk.page.route("**/review/pictures/*/web*", lambda route: route.fulfill(status=500))
    desk.sit_down()
    expect(desk.page.locator(".card.on .notice.failed")).to_be_visible()
    first = desk.request_id
    desk.press("a")
    desk.wait_for_decisions((first, "PASS", ""))


def test_a_picture_that_fails_because_the_server_is_away_is_not_given_up(desk: StagePage) -> None:
    """However long it takes: nobody is asked to judge without a picture that can be had."""
    desk.add_cases(2)
    desk.expected = ("503", *OFFLINE)
    away = lambda route: route.fulfill(status=503)  # noqa: E731
    asked = desk.pictures_asked_for()
    for what in ("**/review/pictures/*/web*", "**/review/api/counts"):
        desk.page.route(what, away)
    desk.sign_in()
    desk.page.goto(f"{desk.app.url}/review/")
    expect(desk.page.locator(".card.on .frame")).to_have_attribute("data-said", "The server does not answer")
    desk.page.wait_for_function("() => performance.now() > 9000")
    assert len([one for one in asked if one.endswith("web")]) > 4
    assert desk.stage.get_attribute("data-state") == "loading"
    desk.page.keyboard.press("a")
    for what in ("**/review/pictures/*/web*", "**/review/api/counts"):
        desk.page.unroute(what)
    desk.wait_ready()
    expect(desk.page.locator(".card.on img.clear")).to_be_visible()
    assert desk.decisions() == []


def test_a_late_picture_lets_the_case_be_skipped_and_not_judged(desk: StagePage) -> None:
    desk.add_cases(2)
    leased: list[Route] = []
    desk.page.route("**/review/pictures/*/web", lambda route: leased.append(route))
    desk.sign_in()
    desk.page.goto(f"{desk.app.url}/review/")
    desk.wait_for(lambda: desk.request_id and leased, what="the stage to ask for a picture")
    desk.page.wait_for_timeout(700)  # half a second makes a picture late
    late = desk.request_id
    for key in ("a", "x", "1"):
        desk.page.keyboard.press(key)
    assert desk.request_id == late
    desk.page.keyboard.press("s")
    desk.wait_for(lambda: desk.request_id != late, what="another case")
    for route in list(leased):
        route.continue_()
    desk.page.unroute("**/review/pictures/*/web")
    desk.wait_ready()
    assert desk.decisions() == []


LONG_MARK = (100, 9500, 500, 9800)


def test_a_picture_of_ten_thousand_rows_is_read_at_its_width_and_boxes_keep_their_place(desk: StagePage) -> None:
    square = [{"id": "o1", "name": "square", "probability": 0.9, "location": list(LONG_MARK)}]
    photo = picture(600, 10_000, mark=LONG_MARK)
    address = desk.host.serve("/long.jpg", photo)
    desk.add_case(img=address, riskDetail={"riskSource": 1002, "objects": square}, allLabels=[])
    desk.sit_down()
    frame = desk.page.locator(".card.on .frame").bounding_box()
    assert frame
    assert frame["width"] > 300, "not a thread"
    table = desk.page.locator("#stage-cards").bounding_box()
    assert table
    desk.page.mouse.move(table["x"] + table["width"] / 2, table["y"] + table["height"] / 2)
    for _ in range(30):
        desk.page.mouse.wheel(0, 1000)
    desk.page.wait_for_timeout(300)
    drawn = box_on_screen(desk, 1)
    assert table["y"] < drawn[1] < drawn[3] < table["y"] + table["height"], "the end of it can be reached"
    seen = mark_on_screen(desk, 1, drawn)
    assert max(abs(here - there) for here, there in zip(drawn, seen, strict=True)) <= 1


def test_an_animation_is_stepped_through_frame_by_frame(desk: StagePage) -> None:
    frames = [Image.new("RGB", (320, 240), colour) for colour in ("red", "green", "blue")]
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:], duration=100)
    desk.add_case(img=desk.host.serve("/moving.gif", file.getvalue(), "image/gif"))
    desk.sit_down()
    at = desk.page.locator(".frames-at")
    expect(at).to_have_text("1 of 3")
    desk.page.click("[data-frame=after]")
    expect(at).to_have_text("2 of 3")
    shown = desk.page.locator("#stage img[data-picture]")
    desk.page.wait_for_function("image => image.complete && image.src.includes('/frame/')", arg=shown.element_handle())
    first = desk.request_id
    desk.press("x")
    desk.wait_for_decisions((first, "REJECT", ""))


def test_two_hundred_labels_and_boxes_move_nothing_else(desk: StagePage) -> None:
    first = desk.add_case(**much(200))
    desk.add_cases(2)
    ReviewTask.objects.filter(case__request_id=first).update(rank_at=dt.datetime(2000, 1, 1, tzinfo=dt.UTC))
    desk.sit_down()
    expect(desk.page.locator("#stage-labels [data-label]")).to_have_count(200)
    expect(desk.page.locator("#stage svg [data-evidence-id]")).to_have_count(200)
    places = [desk.page.locator(part).bounding_box() for part in ("button.pass", "#stage-reasons", ".strip")]
    overflow = "document.documentElement.scrollHeight - innerHeight"
    assert desk.page.evaluate(overflow) <= 0
    desk.page.keyboard.press("o")
    expect(desk.page.locator(".card.on .box.object .line:visible")).to_have_count(0)
    desk.page.keyboard.press("o")
    expect(desk.page.locator(".card.on .box.object .line:visible")).to_have_count(200)
    desk.press("a")
    after = [desk.page.locator(part).bounding_box() for part in ("button.pass", "#stage-reasons", ".strip")]
    assert desk.stage.get_attribute("data-state") == "ready", "there is a case to compare with"
    assert after == places


def test_of_thousands_of_boxes_the_first_are_drawn_and_it_says_so(desk: StagePage) -> None:
    faces = [{"name": f"{n}", "location": [n % 1000, 0, n % 1000 + 99, 9 + n // 1000]} for n in range(8000)]
    labels = [{"riskLabel1": "ad", "riskLabel2": f"kind {n}", "probability": 0.5} for n in range(600)]
    desk.add_case(riskDetail={"riskSource": 1002, "faces": faces}, allLabels=labels)
    desk.sit_down()
    expect(desk.page.locator("#stage svg [data-evidence-id]")).to_have_count(500)
    expect(desk.page.locator("#stage-size")).to_contain_text("first 500 of 8,000 boxes")
    expect(desk.page.locator("#stage-labels")).to_contain_text("The surest 500 of 600 labels.")
    desk.press("a")
