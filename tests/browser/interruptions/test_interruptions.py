"""What comes between a moderator and the server: another tab, a reload, sleep, a sign-in that ends, a right that is
taken away, a server that dies, a browser that keeps nothing. No decision is lost, none is made twice, all is told.
"""

from __future__ import annotations

import datetime as dt
import re
import time
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, Dialog, Page, Route, expect

from accounts.models import User
from review.models import Decision, Queue, ReviewTask
from review.queues import configure
from tests.browser.interruptions.test_outage import OFFLINE
from tests.browser.moderator import work
from tests.browser.pages.house import browsing
from tests.browser.stage_page import StagePage
from tests.processes import run_app
from tests.world import PASSWORD

REFUSED = ("Failed to load resource", "ERR_", "fetch")
HIDE = """hidden => { Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});
                      document.dispatchEvent(new Event('visibilitychange')) }"""


def open_stage(desk: StagePage) -> Page:
    """The stage once more, in another tab of the same browser."""
    tab = desk.page.context.new_page()
    tab.goto(f"{desk.app.url}/review/")
    expect(tab.locator("#stage[data-state=ready], #stage[data-state=empty]")).to_be_visible()
    return tab


def leased_by(user: User) -> int:
    return ReviewTask.objects.filter(leased_by=user, closed_at=None).count()


def test_two_tabs_show_different_cases_and_closing_one_costs_the_other_nothing(desk: StagePage) -> None:
    desk.add_case()
    desk.add_more(20)
    desk.sit_down()
    tab = open_stage(desk)
    shown = {desk.request_id, tab.locator("#stage").get_attribute("data-request-id")}
    assert len(shown) == 2
    tab.close(run_before_unload=True)
    desk.page.wait_for_timeout(500)
    made = work(desk, decisions=6, every_seconds=0.3).made
    desk.wait_for_decisions(*made)
    expect(desk.page.locator("#stage-status .toast")).to_have_count(0)


def test_what_another_tab_has_is_said_when_nothing_else_waits(desk: StagePage) -> None:
    desk.add_cases(2)
    desk.sit_down()
    tab = open_stage(desk)
    expect(tab.locator("#stage-notice")).to_contain_text("2 are in another tab")
    desk.page.goto(f"{desk.app.url}/")
    expect(tab.locator("#stage[data-state=ready]")).to_be_visible()


def test_neither_a_tab_that_crashed_nor_another_persons_tab_keeps_cases_away(desk: StagePage) -> None:
    desk.add_case()
    desk.sign_in()
    desk.open("/")
    told = "([name, at, task]) => localStorage.setItem(name, JSON.stringify({at: Date.now() - at, taskIds: [task]}))"
    for person, ago in ((desk.world.alice, 3600_000), (desk.world.bob, 0)):
        desk.page.evaluate(told, [f"second-look.tabs.{person.pk}.x", ago, ReviewTask.objects.get().pk])
    desk.page.goto(f"{desk.app.url}/review/")
    desk.wait_ready()


LEAVE_AND_COME_BACK = "event => dispatchEvent(new PageTransitionEvent(event, {persisted: true}))"


def test_a_stage_that_is_brought_back_as_it_was_left_asks_anew(desk: StagePage) -> None:
    """What it showed was given back when it was left; by now other cases come first. The browsers that Playwright
    starts keep no page for "back", so the page is told what a browser that does would tell it.
    """
    desk.add_cases(3)
    desk.sit_down()
    left = desk.request_id
    desk.page.evaluate("window.asItWasLeft = true")
    desk.page.evaluate(LEAVE_AND_COME_BACK, "pagehide")
    desk.wait_for(lambda: not leased_by(desk.world.alice), what="the page to give back its cases")
    ReviewTask.objects.filter(case__request_id=left).update(rank_at=dt.datetime(2100, 1, 1, tzinfo=dt.UTC))
    desk.page.evaluate(LEAVE_AND_COME_BACK, "pageshow")
    desk.page.wait_for_function("() => !window.asItWasLeft")
    desk.wait_ready()
    shown = desk.request_id
    assert shown != left
    desk.press("a")
    desk.wait_for_decisions((shown, "PASS", ""))


def test_a_reload_amid_a_stall_sends_what_was_decided_once(desk: StagePage) -> None:
    desk.add_cases(5)
    desk.sit_down()
    desk.expected = REFUSED
    desk.page.route("**/review/api/decide", lambda route: route.abort())
    made = work(desk, decisions=3, every_seconds=0.3).made
    desk.page.reload()
    desk.wait_ready()
    assert desk.request_id not in [request_id for request_id, _, _ in made]
    assert desk.decisions() == []
    desk.page.unroute("**/review/api/decide")
    desk.page.reload()
    desk.wait_for_decisions(*made)


def test_an_answer_that_got_lost_is_not_a_second_decision(desk: StagePage) -> None:
    desk.add_cases(3)
    desk.sit_down()
    desk.expected = REFUSED
    answered: list[int] = []

    def lose(route: Route) -> None:
        answered.append(route.fetch().status)
        route.abort()

    desk.page.route("**/review/api/decide", lose, times=1)
    first = desk.request_id
    desk.press("x")
    desk.wait_for_decisions((first, "REJECT", ""))
    desk.page.wait_for_timeout(1500)
    expect(desk.page.locator("#stage-pending")).to_be_hidden()
    assert answered == [200]
    assert Decision.objects.count() == 1


def test_who_comes_back_after_others_took_their_cases_is_told_and_goes_on(desk: StagePage) -> None:
    Queue.objects.update(lease_seconds=6)
    desk.add_cases(8)
    desk.sit_down()
    taken = desk.request_id
    desk.page.evaluate(HIDE, True)
    desk.page.wait_for_timeout(7000)
    assert not ReviewTask.objects.filter(leased_until__gt=dt.datetime.now(dt.UTC)).exists(), (
        "a hidden page renews nothing"
    )
    ReviewTask.objects.filter(case__request_id=taken).update(
        leased_by=desk.world.bob, lease_token="00000000-0000-4000-8000-000000000000"
    )
    desk.page.evaluate(HIDE, False)
    expect(desk.page.locator("#stage-status .toast")).to_be_visible()
    desk.wait_ready()
    following = desk.request_id
    assert following != taken
    desk.press("a")
    desk.wait_for_decisions((following, "PASS", ""))


def test_a_sign_in_that_ended_keeps_what_was_decided_until_the_next(desk: StagePage) -> None:
    desk.add_cases(6)
    desk.sit_down()
    desk.wait_for_calls()  # the next pictures are there: without one, nobody could decide
    desk.expected = REFUSED
    Session.objects.all().delete()
    made = work(desk, decisions=2, every_seconds=0.5).made
    expect(desk.page.locator("#stage-session")).to_be_visible()
    assert desk.decisions() == []
    tab = desk.page.context.new_page()
    sign_in(tab, desk, desk.world.alice)
    tab.close()
    desk.page.click("#stage-session-again")
    desk.wait_for_decisions(*made)
    expect(desk.page.locator("#stage-session")).to_be_hidden()


def test_what_one_person_decided_is_never_sent_as_another(desk: StagePage) -> None:
    """Bob signs in where Alice's stage is still open."""
    desk.add_cases(6)
    desk.sit_down()
    desk.expected = REFUSED
    Session.objects.all().delete()
    work(desk, decisions=1)
    tab = desk.page.context.new_page()
    sign_in(tab, desk, desk.world.bob)
    tab.close()
    desk.page.click("#stage-session-again")
    desk.wait_for_calls()
    assert desk.decisions() == []
    expect(desk.page.locator("#stage-session")).to_be_visible()
    expect(desk.page.locator("#stage-pending")).to_contain_text("1")


def test_a_right_that_is_taken_away_is_told_and_nothing_more_is_decided(desk: StagePage) -> None:
    desk.add_cases(4)
    desk.sit_down()
    desk.expected = REFUSED
    for queue in Queue.objects.all():
        configure.set_members(queue, [desk.world.bob], by="tests")
    desk.page.keyboard.press("a")
    expect(desk.page.locator("#stage-session")).to_contain_text("administrator")
    expect(desk.page.locator("#stage-session-discard")).to_be_visible()
    assert desk.decisions() == []
    assert leased_by(desk.world.alice) == 0


def test_the_next_key_of_somebody_who_is_deactivated_decides_nothing(desk: StagePage, browser: Browser) -> None:
    desk.add_cases(4)
    desk.sit_down()
    desk.wait_for_calls()
    assert leased_by(desk.world.alice) > 0
    desk.expected = REFUSED
    with browsing(browser, desk, "dave") as admin:
        admin.goto(f"{desk.app.url}/manage/people/?person={desk.world.alice.pk}")
        admin.locator("#person").get_by_label("Active").uncheck()
        admin.locator("#person").get_by_role("button", name="Save").click()
        expect(admin.get_by_text("Alice is saved.")).to_be_visible()
        saved = time.monotonic()
        desk.wait_for(lambda: not leased_by(desk.world.alice), what="the leases to be released")
        assert time.monotonic() - saved < 5
    desk.page.keyboard.press("a")
    notice = desk.page.locator("#stage-session")
    expect(notice).to_contain_text("You are signed out.")
    notice.get_by_role("link", name="Sign in").click()
    expect(desk.page).to_have_url(re.compile(r"/accounts/login/\?next="))
    assert desk.decisions() == []
    assert leased_by(desk.world.alice) == 0


def test_a_server_that_is_killed_and_comes_back_has_every_decision_once(desk: StagePage) -> None:
    desk.add_cases(6)
    desk.sit_down()
    desk.expected = REFUSED
    made = work(desk, decisions=1).made
    desk.app.kill("web")
    made += work(desk, decisions=3, every_seconds=0.3).made
    expect(desk.page.locator("#stage-pending")).to_contain_text("3")
    desk.app.start_web()
    desk.wait_for_decisions(*made)
    assert Decision.objects.count() == 4


def test_without_redis_everything_a_moderator_does_goes_on(desk: StagePage, tmp_path: Path) -> None:
    pictures = desk.app.environment["MEDIA_STORAGE"]
    with run_app(tmp_path / "logs", MEDIA_STORAGE=pictures, REDIS_URL="redis://127.0.0.1:9/0") as alone:
        desk.app = alone
        desk.add_cases(4)
        desk.sit_down()
        made = work(desk, decisions=3, every_seconds=0.3).made
        desk.wait_for_decisions(*made)
        desk.page.goto("about:blank")


@pytest.mark.parametrize("hours", [-1, 1])
def test_countdowns_are_the_servers_whatever_this_computers_clock_says(desk: StagePage, hours: int) -> None:
    desk.add_cases(2)
    desk.page.add_init_script(f"const now = Date.now; Date.now = () => now() + {hours} * 3600e3")
    desk.sit_down()
    left = (ReviewTask.objects.get(case__request_id=desk.request_id).due_at - dt.datetime.now(dt.UTC)).total_seconds()
    text = desk.page.locator("#stage-due-text").inner_text()
    told = sum(int(part) * 60**place for place, part in enumerate(reversed(text.split()[-1].split(":"))))
    assert abs(told - left) < 120, text
    expect(desk.page.locator("#stage-lease")).to_be_hidden()


NOTHING_IS_KEPT = {
    "forbidden": """for (const name of ['localStorage', 'sessionStorage'])
        Object.defineProperty(window, name, {get() { throw new DOMException('no', 'SecurityError') }})""",
    "full": "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }",
}


@pytest.mark.parametrize("how", NOTHING_IS_KEPT)
def test_a_browser_that_keeps_nothing_still_decides_and_asks_before_it_forgets(desk: StagePage, how: str) -> None:
    desk.add_cases(4)
    desk.page.add_init_script(NOTHING_IS_KEPT[how])
    desk.expected = OFFLINE
    desk.sit_down()
    made = work(desk, decisions=1).made
    desk.wait_for_decisions(*made)
    desk.page.context.set_offline(True)
    made += work(desk, decisions=1).made
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    desk.page.on("dialog", stay)
    desk.page.close(run_before_unload=True)
    desk.page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    desk.page.context.set_offline(False)
    desk.wait_for_decisions(*made)
    desk.wait_for_calls()


def sign_in(tab: Page, desk: StagePage, person: User) -> None:
    tab.goto(f"{desk.app.url}/accounts/login/")
    tab.fill("input[name=login]", person.email)
    tab.fill("input[name=password]", PASSWORD)
    tab.keyboard.press("Enter")
    tab.wait_for_url(f"{desk.app.url}/")
