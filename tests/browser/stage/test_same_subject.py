"""A subject's other cases, taken along by typing their number."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from playwright.sync_api import Locator, expect

from moderation.models import FinalResult
from review import preferences
from review.models import Decision, ReviewTask
from tests.browser.stage_page import StagePage, picture
from tests.waiting import wait_for

MILD: dict[str, Any] = {"riskLabel1": "ad", "riskLabel2": "contact", "riskLabel3": "", "allLabels": []}


def add(desk: StagePage, count: int, **changes: Any) -> list[str]:
    """Cases of one subject, each with a picture of its own, of which the machine says something mild."""
    return [
        desk.add_case(img=desk.host.serve(f"/{nth}-{len(changes)}.jpg", picture()), **(MILD | changes))
        for nth in range(count)
    ]


def dialog(desk: StagePage) -> Locator:
    return desk.page.locator("#stage-same-subject")


def open_dialog(desk: StagePage) -> None:
    desk.page.keyboard.press("m")
    expect(dialog(desk)).to_be_visible()
    expect(desk.page.locator("#stage-same-subject-verdicts button").first).to_be_visible()


def choose(desk: StagePage, key: str) -> None:
    desk.page.keyboard.press(key)
    expect(desk.page.locator("#stage-same-subject-count")).to_be_focused()
    desk.page.wait_for_timeout(350)  # past the time in which a digit is a second press of the reason's key


def test_the_verdict_and_then_the_number_decide_all_of_them(desk: StagePage) -> None:
    sent = add(desk, 4)
    desk.add_case(requestId=sent[2], **(MILD | {"riskDescription": "of which the machine said more"}))
    desk.sit_down()
    before = desk.request_id
    expect(desk.page.locator("#stage-subject")).to_contain_text("3 more of theirs")
    open_dialog(desk)
    expect(dialog(desk).locator(".tile")).to_have_count(3)
    choose(desk, "2")
    expect(desk.page.locator("#stage-same-subject-says")).to_contain_text("Rejects 3 more for Contact ad")
    desk.page.keyboard.press("3")
    desk.wait_for_another(before)
    expect(dialog(desk)).to_be_hidden()
    desk.wait_for_decisions(*((one, "REJECT", "contact") for one in sent))
    assert FinalResult.objects.filter(voided_at=None).count() == 4
    expect(desk.page.locator("#stage-undo-line")).to_contain_text("with 3 more of theirs")


def test_a_wrong_number_does_nothing_and_escape_leaves(desk: StagePage) -> None:
    add(desk, 3)
    desk.sit_down()
    before = desk.request_id
    open_dialog(desk)
    desk.page.keyboard.press("Control+a")  # is the browser's, and no verdict
    expect(desk.page.locator("#stage-same-subject-count")).to_be_disabled()
    choose(desk, "2")
    for typed in ("3", "9", "1"):
        desk.page.keyboard.press(typed)
        expect(desk.page.locator("#stage-same-subject-said")).to_contain_text(f"{typed} is not 2")
        expect(desk.page.locator("#stage-same-subject-count")).to_have_value("")
    desk.page.keyboard.press("Escape")
    expect(dialog(desk)).to_be_hidden()
    desk.wait_for_calls()
    assert (desk.request_id, Decision.objects.count()) == (before, 0)


def test_the_first_digit_of_ten_and_more_is_no_answer_yet(desk: StagePage) -> None:
    add(desk, 2)
    desk.add_more(9, **MILD)
    desk.sit_down()
    open_dialog(desk)
    choose(desk, "2")
    said = desk.page.locator("#stage-same-subject-said")
    desk.page.keyboard.type("19")
    expect(said).to_contain_text("19 is not 10")
    desk.page.keyboard.press("1")
    expect(said).to_have_text("")
    expect(desk.page.locator("#stage-same-subject-count")).to_have_value("1")
    desk.wait_for_calls()
    assert Decision.objects.count() == 0
    desk.page.keyboard.press("0")
    wait_for(lambda: Decision.objects.count() == 11, what="all of them to be decided")


def test_a_held_digit_is_a_reason_and_no_number(desk: StagePage) -> None:
    """Two others wait and 2 is a reason: one key held down must not decide three cases."""
    add(desk, 3)
    desk.sit_down()
    open_dialog(desk)
    desk.page.keyboard.down("2")
    for _ in range(20):
        desk.page.keyboard.down("2")
        desk.page.wait_for_timeout(30)
    desk.page.keyboard.up("2")
    expect(dialog(desk)).to_be_visible()
    desk.wait_for_calls()
    assert Decision.objects.count() == 0


def test_pressed_twice_in_a_hurry_it_is_no_number_either(desk: StagePage) -> None:
    add(desk, 3)
    desk.sit_down()
    open_dialog(desk)
    desk.page.keyboard.press("2")
    desk.page.keyboard.press("2")
    desk.wait_for_calls()
    expect(dialog(desk)).to_be_visible()
    assert Decision.objects.count() == 0


def test_one_undo_takes_all_of_them_back(desk: StagePage) -> None:
    add(desk, 4)
    desk.sit_down()
    first = desk.request_id
    open_dialog(desk)
    choose(desk, "x")
    desk.page.keyboard.press("3")
    desk.wait_for_another(first)
    desk.page.keyboard.press("Backspace")
    desk.wait_ready()
    assert desk.request_id == first
    desk.wait_for_decisions()
    expect(desk.page.locator("#stage-status")).to_contain_text("3 cases of the same subject are back in the queue")
    assert Decision.objects.exclude(undone_at=None).count() == 4
    for _ in range(4):  # each is judged by itself after all
        desk.press("a")
    assert desk.stage.get_attribute("data-state") == "empty"
    desk.wait_for_calls()
    assert Decision.objects.filter(undone_at=None).exclude(seen__has_key="alongWith").count() == 4


def test_what_is_pressed_out_is_not_taken(desk: StagePage) -> None:
    _, *others = add(desk, 3)
    desk.sit_down()
    first = desk.request_id
    open_dialog(desk)
    dialog(desk).locator(".tile").first.click()
    dialog(desk).locator(".tile").last.click()
    dialog(desk).get_by_role("button", name=re.compile("Contact ad")).click()
    expect(desk.page.locator("#stage-same-subject-count")).to_be_disabled()  # nobody takes none along
    dialog(desk).locator(".tile").last.click()
    expect(desk.page.locator("#stage-same-subject-heading")).to_have_text("1 more of theirs")
    dialog(desk).get_by_role("button", name=re.compile("Contact ad")).click()
    desk.page.wait_for_timeout(350)
    desk.page.keyboard.press("1")
    desk.wait_for_decisions((first, "REJECT", "contact"), (others[1], "REJECT", "contact"))
    desk.wait_ready()
    assert desk.request_id == others[0]


def test_what_somebody_took_meanwhile_is_left_and_told(desk: StagePage) -> None:
    _, second, third = add(desk, 3)
    desk.sit_down()
    first = desk.request_id
    open_dialog(desk)
    ReviewTask.objects.filter(case__request_id=second).update(
        leased_by=desk.world.bob, lease_token=UUID(int=4), leased_until="2100-01-01T00:00Z"
    )
    choose(desk, "a")
    desk.page.keyboard.press("2")
    expect(desk.page.locator("#stage-status .toast")).to_contain_text("1 more decided. Not taken: 1 × Bob has it")
    desk.wait_for_decisions((first, "PASS", ""), (third, "PASS", ""))


def test_what_cannot_be_shown_is_not_taken(desk: StagePage) -> None:
    first, second, third = add(desk, 3)
    unseen = ReviewTask.objects.get(case__request_id=second).case_id
    desk.expected = ("Failed to load resource",)
    desk.page.route(f"**/review/pictures/{unseen}/thumbnail*", lambda route: route.fulfill(status=503))
    desk.sit_down()
    open_dialog(desk)
    expect(dialog(desk).locator(".tile")).to_have_count(1)
    expect(desk.page.locator("#stage-same-subject-left")).to_contain_text("1 is left out")
    choose(desk, "a")
    desk.page.keyboard.press("1")
    desk.wait_for_decisions((first, "PASS", ""), (third, "PASS", ""))


def test_under_blur_only_blurred_copies_are_asked_for(desk: StagePage) -> None:
    add(desk, 3)
    preferences.save({"filter": {"blur": 2, "grayscale": False, "categories": {}}}, by=desk.world.alice)
    asked = desk.pictures_asked_for()
    desk.sit_down()
    open_dialog(desk)
    desk.wait_for_calls()
    assert len(asked) >= 3
    assert {rendition.partition("/")[2] for rendition in asked} == {"blurred"}
    shown = [tile.get_attribute("src") or "" for tile in dialog(desk).locator(".tile img").all()]
    assert [src.rpartition("/")[2] for src in shown] == ["blurred?strength=2"] * 2


def test_nothing_critical_and_nothing_without_a_picture_is_offered(desk: StagePage) -> None:
    add(desk, 2)
    desk.add_case(**(MILD | {"riskLabel1": "minor"}))
    ReviewTask.objects.filter(top_label__startswith="minor").update(rank_at="2100-01-01T00:00Z")  # it would come first
    desk.add_case(img=f"{desk.host.url}/nothing.jpg", **MILD)
    desk.sit_down()
    open_dialog(desk)
    expect(dialog(desk).locator(".tile")).to_have_count(1)
    expect(desk.page.locator("#stage-same-subject-left")).to_contain_text("2 are left out")
