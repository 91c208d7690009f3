"""A new moderator is led to practice, makes five verdicts by keyboard, and is then in the real queue."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from accounts.models import User
from moderation.models import Delivery, FinalResult
from review import preferences
from review.models import Decision, Lease, PracticeAnswer, Queue, ReviewTask
from review.queues import configure
from tests.browser.stage_page import StagePage
from tests.factories.endpoints import subscribed
from tests.world import PASSWORD, person

VERDICTS = (
    # key, the case, what the card says
    ("a", "practice-1", "You passed, and so does the guideline."),
    ("a", "practice-2", "You passed; the guideline says: reject for Contact ad."),
    ("x", "practice-3", "You rejected as suggested, and so does the guideline."),
    ("4", "practice-4", "You rejected for Weapon; the guideline says: pass."),
    ("e", "practice-5", "You escalated, and so does the guideline."),
)


def newcomer(desk: StagePage) -> User:
    world = desk.world
    Queue.objects.filter(pk=world.default.pk).update(practice_first=True)
    world.default.refresh_from_db()
    nina = person("nina")
    configure.set_members(world.default, [world.alice, world.bob, world.carol, nina], by=world.dave)
    return nina


def sign_in(desk: StagePage, user: User) -> None:
    desk.page.goto(f"{desk.app.url}/accounts/login/")
    desk.page.fill("input[name=login]", user.email)
    desk.page.fill("input[name=password]", PASSWORD)
    desk.page.keyboard.press("Enter")


def sit_down_to_practise(desk: StagePage, user: User) -> None:
    sign_in(desk, user)
    desk.page.wait_for_url("**/review/practice/")
    expect(desk.page.get_by_role("button", name="Begin")).to_be_focused()
    desk.page.keyboard.press("Enter")
    desk.wait_ready()


def test_a_new_moderator_practises_by_keyboard_and_is_then_in_the_real_queue(desk: StagePage) -> None:
    subscribed()
    nina, waiting = newcomer(desk), desk.add_case()
    asked: list[str] = []
    desk.page.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    sit_down_to_practise(desk, nina)
    for key, case, said in VERDICTS:
        assert desk.request_id == case
        desk.page.keyboard.press(key)
        expect(desk.page.locator("#stage-lesson")).to_be_visible()
        expect(desk.page.locator("#lesson-said")).to_have_text(said)
        assert desk.request_id == case  # the picture it is about is still there
        desk.page.keyboard.press("a")  # a verdict on what was judged counts for nothing
        desk.page.keyboard.press("Enter")
        if case != "practice-5":
            desk.wait_for_another(case)
    desk.page.wait_for_url("**/review/practice/")
    expect(desk.page.locator("[data-agrees=yes]")).to_have_count(3)
    expect(desk.page.locator("[data-agrees=no]")).to_have_count(2)
    answers = PracticeAnswer.objects.order_by("pk").values_list("act", "reason")
    assert list(answers) == [("pass", ""), ("pass", ""), ("reject", ""), ("reject", "weapon"), ("escalate", "")]

    assert [one.objects.count() for one in (Decision, FinalResult, Delivery, Lease)] == [0, 0, 0, 0]
    assert not ReviewTask.objects.exclude(leased_by=None).exists()
    calls = [url for url in asked if "/review/api/" in url]
    assert calls
    assert all("/review/api/practice/" in url for url in calls)

    desk.page.get_by_role("link", name="To my queues").click()
    desk.page.get_by_role("link", name="Review all").click()
    desk.wait_ready()
    assert desk.request_id == waiting
    desk.press("a")
    desk.wait_for_decisions((waiting, "PASS", ""))


def test_a_practice_verdict_can_be_undone_and_given_again(desk: StagePage) -> None:
    sit_down_to_practise(desk, newcomer(desk))
    desk.page.keyboard.press("1")
    expect(desk.page.locator("#lesson-title")).to_have_text("The guideline says otherwise")
    expect(desk.page.locator("#stage-undo-line")).to_have_text("rejected for Nudity")  # nothing of it leaves
    desk.page.keyboard.press("Backspace")
    expect(desk.page.locator("#stage-lesson")).to_be_hidden()
    desk.wait_ready()
    assert desk.request_id == "practice-1"
    desk.page.keyboard.press("a")
    expect(desk.page.locator("#lesson-title")).to_have_text("As the guideline says")
    desk.wait_for_calls()
    assert list(PracticeAnswer.objects.values_list("lesson", "act")) == [("beach", "pass")]


def test_practice_goes_on_where_it_was_left_and_its_pictures_are_not_set_aside(desk: StagePage) -> None:
    nina = newcomer(desk)
    sit_down_to_practise(desk, nina)
    desk.page.keyboard.press("s")
    expect(desk.page.locator(".toast")).to_contain_text("not skipped or snoozed")
    assert desk.request_id == "practice-1"
    desk.page.keyboard.press("a")
    desk.wait_for_calls()
    desk.page.goto(f"{desk.app.url}/")
    expect(desk.page.get_by_role("button", name="Go on: 1 of 5 are judged")).to_be_focused()
    desk.page.keyboard.press("Enter")
    desk.wait_ready()
    assert desk.request_id == "practice-2"


def test_what_was_decided_for_real_and_not_sent_is_never_sent_to_practice(desk: StagePage) -> None:
    """Both stages keep unsent work in this browser; each takes over only its own."""
    desk.expected = ("503",)
    first, _ = desk.add_cases(2)
    desk.page.route("**/review/api/decide", lambda route: route.fulfill(status=503))
    desk.sit_down()
    desk.press("a")
    desk.page.unroute("**/review/api/decide")
    desk.page.goto(f"{desk.app.url}/review/practice/")
    desk.page.get_by_role("button", name="Begin").click()
    desk.wait_ready()
    desk.wait_for_calls(quiet_ms=2500)
    assert desk.decisions() == []
    desk.page.goto(f"{desk.app.url}/review/")
    desk.wait_ready()
    desk.wait_for_decisions((first, "PASS", ""))
    assert not PracticeAnswer.objects.exists()


def test_with_a_blur_a_practice_picture_is_blurred_like_any_other(desk: StagePage) -> None:
    nina = newcomer(desk)
    preferences.save({"filter": {"blur": 2, "grayscale": False, "categories": {}}}, by=nina)
    asked: list[str] = []
    desk.page.on("request", lambda request: asked.extend(re.findall(r"\.(web|blurred)\.", request.url)))
    sit_down_to_practise(desk, nina)
    expect(desk.page.locator("#stage img[data-picture]")).to_have_attribute("src", re.compile("beach.blurred"))
    desk.page.keyboard.press("a")
    expect(desk.page.locator("#stage-lesson")).to_be_visible()
    desk.wait_for_calls()
    assert set(asked) == {"blurred"}
