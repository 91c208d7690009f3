"""One key is one complete decision, and a key that is held, typed or pressed too early decides nothing."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Route, expect

from review.models import ReviewTask, Skip
from tests.browser.stage_page import StagePage


def test_a_passes_x_rejects_and_a_digit_rejects_for_its_reason(desk: StagePage) -> None:
    desk.add_cases(4)
    desk.sit_down()
    seen = []
    for key in ("a", "x", "2"):
        seen.append(desk.request_id)
        desk.press(key)
    verdicts = [("PASS", ""), ("REJECT", ""), ("REJECT", "contact")]
    desk.wait_for_decisions(*((request_id, *verdict) for request_id, verdict in zip(seen, verdicts, strict=True)))


def test_backspace_brings_the_last_case_back_and_held(desk: StagePage) -> None:
    desk.add_cases(3)
    desk.sit_down()
    first = desk.request_id
    desk.press("a")
    desk.wait_for_decisions((first, "PASS", ""))
    desk.press("Backspace")
    assert desk.request_id == first
    desk.wait_for_decisions()
    assert ReviewTask.objects.get(case__request_id=first).leased_by == desk.world.alice
    desk.press("x")
    desk.wait_for_decisions((first, "REJECT", ""))


def test_what_is_decided_while_its_undo_is_on_the_way_carries_the_new_hold(desk: StagePage) -> None:
    desk.add_cases(2)
    desk.sit_down()
    first = desk.request_id
    desk.press("a")
    desk.wait_for_decisions((first, "PASS", ""))
    leased: list[Route] = []
    desk.page.route("**/review/api/undo", lambda route: leased.append(route))
    with desk.page.expect_request("**/review/api/undo"):
        desk.press("Backspace")
    desk.press("x")
    (undo,) = leased
    undo.continue_()
    desk.wait_for_decisions((first, "REJECT", ""))


@pytest.mark.parametrize(("key", "said"), [("s", "skipped"), ("e", "escalated"), ("w", "snoozed for an hour")])
def test_backspace_brings_back_what_was_set_aside(desk: StagePage, key: str, said: str) -> None:
    desk.add_cases(3)
    desk.sit_down()
    first = desk.request_id
    desk.press(key)
    expect(desk.page.locator("#stage-undo-line")).to_have_text(re.compile(f"^{said} · can be taken back for . s$"))
    desk.press("Backspace")
    assert desk.request_id == first
    desk.wait_for_calls()
    task = ReviewTask.objects.get(case__request_id=first)
    assert (task.state, task.leased_by) == ("waiting", desk.world.alice)
    assert not Skip.objects.exists()
    desk.press("a")
    desk.wait_for_decisions((first, "PASS", ""))


def test_slash_searches_beside_the_work(desk: StagePage) -> None:
    desk.add_cases(2)
    desk.sit_down()
    first = desk.request_id
    with desk.page.expect_popup() as opened:
        desk.page.keyboard.press("/")
    expect(opened.value.locator("#search")).to_be_visible()
    assert desk.request_id == first
    assert ReviewTask.objects.get(case__request_id=first).leased_by == desk.world.alice


def test_a_case_says_where_it_comes_from(desk: StagePage) -> None:
    desk.add_case(data={"eventId": "profile"})
    desk.sit_down()
    from_where = desk.page.locator("#stage-from")
    queue = ReviewTask.objects.get().queue
    expect(from_where).to_have_text(f" · web / profile · {queue}")
    desk.page.goto(f"{desk.app.url}/review/queues/{queue.slug}/")
    desk.wait_ready()
    expect(from_where).to_have_text(" · web / profile")


def test_holding_a_for_five_seconds_decides_one_case(desk: StagePage) -> None:
    desk.add_cases(8)
    desk.sit_down()
    leased = desk.request_id
    until = time.monotonic() + 5
    while time.monotonic() < until:  # a second `down` without an `up` is a key repeat
        desk.page.keyboard.down("a")
        desk.page.wait_for_timeout(30)
    desk.page.keyboard.up("a")
    desk.wait_for_calls()
    desk.wait_for_decisions((leased, "PASS", ""))


def test_no_key_decides_before_the_picture_is_painted(desk: StagePage) -> None:
    desk.add_cases(2)
    leased: list[Route] = []
    desk.page.route("**/review/pictures/*/web", lambda route: leased.append(route))
    desk.sign_in()
    desk.page.goto(f"{desk.app.url}/review/")
    desk.wait_for(lambda: leased, what="the stage to ask for a picture")
    desk.page.keyboard.press("a")
    desk.page.wait_for_timeout(500)
    assert desk.stage.get_attribute("data-state") == "loading"
    assert desk.decisions() == []
    for route in list(leased):
        route.continue_()
    desk.page.unroute("**/review/pictures/*/web")
    desk.wait_ready()
    first = desk.request_id
    desk.press("a")
    desk.wait_for_decisions((first, "PASS", ""))


def test_keys_are_dead_while_typing_a_note(desk: StagePage) -> None:
    desk.add_cases(2)
    desk.sit_down()
    desk.page.keyboard.press("n")
    desk.page.keyboard.type("a x 1 as seen before")
    desk.wait_for_calls()
    assert desk.decisions() == []


def test_escalating_with_a_note_is_one_key_more_than_the_note(desk: StagePage) -> None:
    desk.add_cases(2)
    desk.sit_down()
    escalated = desk.request_id
    desk.page.keyboard.press("n")
    desk.page.keyboard.type("a lead should see this")
    desk.page.keyboard.press("Enter")
    desk.press("e")
    desk.wait_for_calls()
    task = ReviewTask.objects.get(case__request_id=escalated)
    assert (task.state, task.note) == ("escalated", "a lead should see this")


def test_skipping_hands_the_case_to_others_and_escalating_to_leads(desk: StagePage) -> None:
    desk.add_cases(3)
    desk.sit_down()
    skipped = desk.request_id
    desk.press("s")
    escalated = desk.request_id
    desk.press("e")
    desk.wait_for_calls()
    assert Skip.objects.get().task.case.request_id == skipped
    assert ReviewTask.objects.get(state="escalated").case.request_id == escalated
    assert desk.request_id not in (skipped, escalated)


def test_a_case_somebody_else_decided_is_told_and_the_line_goes_on(desk: StagePage) -> None:
    desk.add_cases(3)
    desk.sit_down()
    lost = desk.request_id
    ReviewTask.objects.filter(case__request_id=lost).update(
        leased_by=desk.world.bob, lease_token="00000000-0000-4000-8000-000000000000"
    )
    desk.expected = ("409",)
    desk.press("a")
    expect(desk.page.locator("#stage-status")).to_contain_text("Bob")
    second = desk.request_id
    desk.press("a")
    desk.wait_for_decisions((second, "PASS", ""))


def test_decisions_made_while_the_network_is_away_are_posted_when_it_is_back(desk: StagePage) -> None:
    desk.add_cases(5)
    desk.sit_down()
    desk.wait_for_calls()  # the pictures that come next are here
    desk.expected = ("ERR_INTERNET_DISCONNECTED", "Failed to load resource", "fetch")
    desk.page.context.set_offline(True)
    made = []
    for _ in range(3):
        made.append((desk.request_id, "PASS", ""))
        desk.press("a")
    expect(desk.page.locator("#stage-pending")).to_be_visible()
    assert desk.decisions() == []
    desk.page.context.set_offline(False)
    desk.wait_for_decisions(*made)


@pytest.mark.parametrize("command", ["Control", "Alt", "Meta"])
def test_keys_are_dead_with_a_command_key(desk: StagePage, command: str) -> None:
    """Ctrl+A selects, Alt+1 changes the tab, ⌘X cuts: none of them is a verdict."""
    desk.add_cases(2)
    desk.sit_down()
    first = desk.request_id
    for key in ("a", "x", "1", "e", "s", "w", "z"):
        desk.page.evaluate(
            """([key, command]) => document.body.dispatchEvent(new KeyboardEvent('keydown',
                   {key, bubbles: true, ctrlKey: command === 'Control', altKey: command === 'Alt',
                    metaKey: command === 'Meta'}))""",
            [key, command],
        )
    desk.wait_for_calls()
    assert desk.request_id == first
    assert ReviewTask.objects.get(case__request_id=first).leased_by == desk.world.alice
    assert desk.decisions() == []
    desk.press("a")
    desk.wait_for_decisions((first, "PASS", ""))


def test_keys_are_dead_on_the_sheet_and_in_every_field(desk: StagePage) -> None:
    desk.add_cases(2)
    desk.sit_down()
    desk.page.keyboard.press("?")
    for key in ("a", "x", "1", "e", "s"):
        desk.page.keyboard.press(key)
    desk.page.keyboard.press("Escape")
    desk.page.click("#stage-blur-button")
    desk.page.locator("[data-category=''] select").focus()
    for key in ("a", "x", "1"):
        desk.page.keyboard.press(key)
    desk.wait_for_calls()
    assert desk.decisions() == []
    assert Skip.objects.count() == 0


def test_no_key_decides_the_next_case_before_its_picture_is_painted(desk: StagePage) -> None:
    """A quick second key is not a second verdict while the next picture is still on its way."""
    desk.add_cases(3)
    leased: list[Route] = []
    served: set[str] = set()

    def first_only(route: Route) -> None:
        served.add(route.request.url)
        if len(served) == 1:
            route.continue_()
        else:
            leased.append(route)

    desk.page.route("**/review/pictures/*/web*", first_only)
    desk.sit_down()
    first = desk.request_id
    desk.page.keyboard.press("a")
    for key in ("a", "x", "1", "2"):
        desk.page.keyboard.press(key)
    desk.wait_for_decisions((first, "PASS", ""))
    assert desk.stage.get_attribute("data-state") == "loading"
    for route in list(leased):
        route.continue_()
    desk.page.unroute("**/review/pictures/*/web*")
    desk.wait_ready()
    desk.wait_for_decisions((first, "PASS", ""))
