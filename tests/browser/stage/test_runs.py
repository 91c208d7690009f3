"""A run on the stage: the list's order, its banner, what others did meanwhile, and the way back."""

from __future__ import annotations

from playwright.sync_api import expect

from review import preferences
from review.models import Queue, ReviewTask
from review.workflow import leases
from review.workflow.assign import ask_second_opinion
from tests.browser.stage_page import StagePage
from tests.factories.verdicts import decide, lease_key_of

LIST = "/review/cases/?state=open"


def start(desk: StagePage) -> None:
    desk.sign_in()
    desk.open(LIST)
    desk.page.click("#run button")
    desk.wait_ready()


def task_of(request_id: str) -> ReviewTask:
    return ReviewTask.objects.get(case__request_id=request_id)


def place(desk: StagePage) -> str:
    return desk.page.locator("#stage-run-at").inner_text()


def test_a_list_is_reviewed_in_its_order_five_leased_at_a_time(desk: StagePage) -> None:
    oldest_first = desk.add_cases(7)
    start(desk)
    desk.wait_for_calls()
    assert ReviewTask.objects.filter(leased_by=desk.world.alice).count() == 5
    assert place(desk) == "1 of 7"
    for number, request_id in enumerate(reversed(oldest_first), start=1):
        assert (desk.request_id, place(desk)) == (request_id, f"{number} of 7")
        desk.press("a")
    desk.wait_for_decisions(*((one, "PASS", "") for one in reversed(oldest_first)))
    expect(desk.page.locator(".run-end")).to_contain_text("7 decided by you")


def test_nothing_but_the_run_comes_to_the_table(desk: StagePage) -> None:
    first, second, third = desk.add_cases(3)
    desk.sign_in()
    desk.open(LIST)
    desk.page.check(f'[data-task="{task_of(second).pk}"] input[type=checkbox]')
    desk.page.click('#run-bar button[data-key="r"]')
    desk.wait_ready()
    assert desk.request_id == second
    desk.press("a")
    expect(desk.page.locator(".run-end")).to_be_visible()
    desk.wait_for_decisions((second, "PASS", ""))
    assert not ReviewTask.objects.filter(leased_by=desk.world.alice, case__request_id__in=[first, third]).exists()


def test_escape_leads_back_to_the_same_place_and_gives_back_the_leases(desk: StagePage) -> None:
    cases = desk.add_cases(3)
    start(desk)
    desk.press("a")
    assert desk.request_id == cases[1]
    desk.page.keyboard.press("Escape")
    desk.page.wait_for_url(f"**{LIST}#case-{task_of(cases[1]).case_id}")
    desk.wait_for(lambda: not ReviewTask.objects.filter(leased_by=desk.world.alice).exists(), what="the leases to end")


def test_a_run_survives_a_reload(desk: StagePage) -> None:
    cases = desk.add_cases(4)
    start(desk)
    desk.press("a")
    desk.press("s")
    desk.wait_for_calls()
    desk.page.reload()
    desk.wait_ready()
    assert (desk.request_id, place(desk)) == (cases[1], "3 of 4")
    strip = desk.page.locator("#stage-run-strip li")
    expect(strip.nth(0)).to_have_attribute("aria-label", "Case 1: decided")
    expect(strip.nth(1)).to_have_attribute("aria-label", "Case 2: skipped")
    expect(strip.nth(2)).to_have_attribute("aria-current", "step")


def test_what_others_decided_or_have_is_told_and_not_dropped_in_silence(desk: StagePage) -> None:
    *_, theirs, decided, mine = desk.add_cases(9)
    desk.sign_in()
    desk.open(LIST)
    taken = {one.case.request_id: one for one in leases.lease(queues=[], count=9, by=desk.world.bob)}
    decide(taken.pop(decided), by=desk.world.bob)
    kept = taken.pop(theirs)
    leases.release(map(lease_key_of, taken.values()), by=desk.world.bob)
    desk.page.click("#run button")
    desk.wait_ready()
    assert desk.request_id == mine
    strip = desk.page.locator("#stage-run-strip li")
    expect(strip.nth(1)).not_to_have_attribute("aria-label", "Case 2: decided")  # it was no part of the run any more
    expect(strip.nth(1)).to_have_attribute("aria-label", "Case 2: leased by Bob")
    leases.release([lease_key_of(kept)], by=desk.world.bob)
    for _ in range(7):
        desk.press("a")
    expect(desk.page.locator("#stage[data-state=ready]")).to_be_visible()
    assert desk.request_id == theirs
    desk.press("a")
    expect(desk.page.locator(".run-end")).to_contain_text("8 decided by you")


def test_a_case_that_is_decided_by_another_while_the_run_is_open_is_told(desk: StagePage) -> None:
    cases = desk.add_cases(7)
    start(desk)
    desk.wait_for_calls()
    (free, *_) = leases.lease(queues=[], count=1, by=desk.world.bob)  # one that this stage has not leased yet
    decide(free, by=desk.world.bob)
    for _ in range(5):
        desk.press("a")
    expect(desk.page.locator("#stage-status")).to_contain_text("Bob")
    desk.press("a")
    end = desk.page.locator(".run-end")
    expect(end).to_contain_text("6 decided by you")
    expect(end).to_contain_text("1 decided by somebody else meanwhile")
    assert free.case.request_id in cases


def test_undo_brings_a_case_of_the_run_back(desk: StagePage) -> None:
    cases = desk.add_cases(2)
    start(desk)
    desk.press("a")
    desk.press("a")
    expect(desk.page.locator(".run-end")).to_be_visible()
    desk.page.keyboard.press("Backspace")
    desk.wait_ready()
    assert (desk.request_id, place(desk)) == (cases[0], "2 of 2")
    desk.press("x")
    desk.wait_for_decisions((cases[1], "PASS", ""), (cases[0], "REJECT", ""))


def test_the_banner_tells_who_sent_the_case_and_why(desk: StagePage) -> None:
    (request_id,) = desk.add_cases(1)
    (task,) = leases.lease(queues=[], count=1, by=desk.world.bob)
    ask_second_opinion(lease_key_of(task), to=desk.world.alice, by=desk.world.bob, note="sport?", view="REJECT")
    desk.sign_in()
    desk.open("/review/my-work/")
    desk.page.click("#opinions button:has-text('Review this one')")
    desk.wait_ready()
    assert desk.request_id == request_id
    banner = desk.page.locator(".run-banner")
    expect(banner).to_contain_text("Bob")
    expect(banner).to_contain_text("sport?")
    assert "reject" not in banner.inner_text().lower()


def test_the_strip_shows_no_more_than_the_filter_allows(desk: StagePage) -> None:
    blur = {"blur": 0, "grayscale": False, "categories": {"porn": {"blur": 3, "grayscale": False}}}
    preferences.save({"filter": blur}, by=desk.world.alice)
    assert shown_in_a_run(desk) == {"blurred"}


def test_the_strip_shows_no_more_than_the_queue_allows(desk: StagePage) -> None:
    Queue.objects.update(blur=2)
    assert shown_in_a_run(desk) == {"blurred"}


def shown_in_a_run(desk: StagePage) -> set[str]:
    """The renditions that a run of eight cases asks for."""
    desk.add_cases(8)
    asked = desk.pictures_asked_for()
    start(desk)
    desk.wait_for_calls()
    return {one.partition("/")[2] for one in asked}


def test_what_was_handed_on_is_marked(desk: StagePage) -> None:
    desk.add_cases(2)
    start(desk)
    desk.press("w")
    expect(desk.page.locator("#stage-run-strip li").nth(0)).to_have_attribute("aria-label", "Case 1: handed on")
    desk.wait_for_calls()
    assert ReviewTask.objects.filter(state="snoozed").count() == 1
