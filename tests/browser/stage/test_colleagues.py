"""A colleague's note, and handing a case to a colleague, by keys alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from playwright.sync_api import expect

from accounts import people
from accounts.roles import Role
from moderation.models import FinalResult
from review.cases import my_work
from review.models import ReviewTask
from review.workflow import assign, defer, leases, reopen
from review.workflow.verdicts import Judgement
from tests.browser.stage_page import StagePage
from tests.factories.verdicts import decide, lease_key_of


def boxes(desk: StagePage) -> list[Any]:
    return [
        desk.page.locator(part).bounding_box()
        for part in (".verdict", ".reason-section", "#stage-lower", "#stage-table")
    ]


def test_a_note_is_seen_beside_the_verdicts_and_nothing_moves_for_it(desk: StagePage) -> None:
    desk.add_cases(2)
    first = ReviewTask.objects.order_by("rank_at").first()
    assert first
    (leased,) = leases.lease(queues=[], count=1, by=desk.world.bob)
    note = "look at the <b>badge</b>\nit is small"
    assign.ask_second_opinion(lease_key_of(leased), to=desk.world.alice, by=desk.world.bob, note=note)
    desk.sit_down()
    told = desk.page.locator("#stage-origin")
    expect(told).to_be_visible()
    expect(told).to_contain_text("Bob asked for a second opinion")
    expect(told).to_contain_text("look at the <b>badge</b>")
    expect(desk.page.locator("#stage-colleague-note")).to_be_hidden()
    line, picture = told.bounding_box(), desk.page.locator(".card.on .frame").bounding_box()
    assert line
    assert picture
    assert line["y"] + line["height"] <= picture["y"]  # above the picture, over none of its evidence
    with_note = boxes(desk)
    told.click()
    expect(desk.page.locator("#stage-origin-note")).to_have_text(note)
    desk.page.keyboard.press("Escape")
    desk.press("a")
    expect(told).to_be_hidden()
    assert boxes(desk) == with_note


def test_a_reopened_case_tells_who_opened_it_why_and_the_verdict_before(desk: StagePage) -> None:
    people.change(desk.world.alice, by=desk.world.dave, name="Alice", role=Role.LEAD, is_active=True)
    desk.add_case()
    (leased,) = leases.lease(queues=[], count=1, by=desk.world.bob)
    decide(leased, by=desk.world.bob, judgement=Judgement(verdict="REJECT", reason="contact"))
    FinalResult.objects.update(release_at="2020-01-01T00:00Z")
    reopen.reopen(leased.case_id, by=desk.world.alice, note="their user complained")
    desk.sit_down()
    told = desk.page.locator("#stage-origin")
    expect(told).to_be_visible()
    expect(told).to_contain_text("Reopened by Alice")
    expect(told).to_contain_text("their user complained")
    expect(told).to_contain_text("earlier verdict: rejected: Contact ad, by Bob")
    desk.page.goto(f"{desk.app.url}/review/cases/{leased.case_id}/")
    expect(desk.page.locator("#case-note")).to_contain_text("earlier verdict: reject for Contact ad, by Bob")
    desk.page.goto(f"{desk.app.url}/review/my-work/")
    expect(desk.page.locator("#assigned, #leased").get_by_text("Reopened by Alice").first).to_be_visible()
    desk.page.goto(f"{desk.app.url}/review/cases/?requestId={leased.case.request_id}")
    expect(desk.page.locator("#found")).to_contain_text("Reopened by Alice")


def test_the_note_of_an_escalation_is_seen_by_the_lead_and_on_the_case_page(desk: StagePage) -> None:
    people.change(desk.world.alice, by=desk.world.dave, name="Alice", role=Role.LEAD, is_active=True)
    desk.add_case()
    (leased,) = leases.lease(queues=[], count=1, by=desk.world.bob)
    defer.escalate(lease_key_of(leased), by=desk.world.bob, note="is this a weapon?")
    desk.sit_down()
    expect(desk.page.locator("#stage-origin")).to_be_visible()
    expect(desk.page.locator("#stage-origin")).to_contain_text("Escalated by Bob")
    expect(desk.page.locator("#stage-origin")).to_contain_text("is this a weapon?")
    desk.page.goto(f"{desk.app.url}/review/cases/{leased.case_id}/")
    expect(desk.page.locator("#case-note")).to_contain_text("Escalated by Bob")
    expect(desk.page.locator("#case-note")).to_contain_text("is this a weapon?")


def test_asking_by_keys_hands_it_on_with_the_note_and_the_line_goes_on(desk: StagePage) -> None:
    first, second = desk.add_cases(2)
    desk.sit_down()
    desk.page.keyboard.press("n")
    desk.page.keyboard.type("which ad is it?")
    desk.page.keyboard.press("Enter")
    desk.page.keyboard.press("d")
    expect(desk.page.locator("#stage-assign-to [role=option]")).to_have_count(2)
    desk.page.keyboard.press("ArrowUp")  # round to the last; what is typed makes another list, whose first is chosen
    expect(desk.page.locator("#stage-assign-to [aria-selected=true]")).to_contain_text("Carol")
    desk.page.keyboard.type("bo")
    expect(desk.page.locator("#stage-assign-to [role=option]")).to_have_count(1)
    desk.press("Enter")
    assert desk.request_id == second
    desk.wait_for_calls()
    (task,) = my_work.assigned_to(desk.world.bob)
    assert (task.case.request_id, task.note, task.noted_by) == (first, "which ad is it?", desk.world.alice)
    desk.press("a")
    desk.wait_for_calls()
    assert desk.stage.get_attribute("data-state") == "empty", "it is not handed to who gave it away"


def test_typing_and_entering_at_once_chooses_what_was_typed(desk: StagePage) -> None:
    desk.add_cases(2)
    desk.sit_down()
    before = desk.request_id
    desk.page.keyboard.press("d")
    desk.page.keyboard.type("carol")
    desk.page.keyboard.press("Enter")
    desk.wait_for_another(before)
    desk.wait_for_calls()
    assert [task.case.request_id for task in my_work.assigned_to(desk.world.carol)] == [before]


def test_handing_over_is_undone_while_nobody_has_looked(desk: StagePage) -> None:
    desk.add_cases(2)
    desk.sit_down()
    before = desk.request_id
    desk.page.keyboard.press("d")
    desk.page.keyboard.type("bob")
    desk.press("Enter")
    expect(desk.page.locator("#stage-undo-line")).to_contain_text("asked Bob")
    desk.page.keyboard.press("Backspace")
    desk.wait_ready()
    assert desk.request_id == before
    desk.wait_for_calls()
    assert my_work.assigned_to(desk.world.bob) == []
    desk.press("a")
    desk.wait_for_decisions((before, "PASS", ""))


def test_once_the_colleague_looks_at_it_undo_says_so_and_the_line_goes_on(desk: StagePage) -> None:
    _, second = desk.add_cases(2)
    desk.sit_down()
    before = desk.request_id
    desk.page.keyboard.press("d")
    desk.page.keyboard.type("bob")
    desk.press("Enter")
    desk.wait_for_calls()
    assert leases.lease(queues=[], count=1, by=desk.world.bob)
    desk.expected = ("409",)
    desk.page.keyboard.press("Backspace")
    expect(desk.page.locator("#stage-status .toast")).to_contain_text("Bob")
    desk.wait_for_another(before)
    assert desk.request_id == second


def test_only_leads_assign_and_what_they_assign_is_in_that_persons_list(desk: StagePage) -> None:
    desk.add_cases(2)
    desk.sit_down()
    desk.page.keyboard.press("c")
    expect(desk.page.locator("#stage-status")).to_contain_text("Only leads assign")
    expect(desk.page.locator("#stage-assign")).to_be_hidden()
    people.change(desk.world.alice, by=desk.world.dave, name="Alice", role=Role.LEAD, is_active=True)
    desk.page.context.clear_cookies()
    desk.sit_down()
    before = desk.request_id
    desk.page.keyboard.press("c")
    desk.page.keyboard.type("carol")
    desk.press("Enter")
    desk.wait_for_calls()
    assert [task.case.request_id for task in my_work.assigned_to(desk.world.carol)] == [before]


def test_a_hold_that_was_lost_before_asking_names_who_has_it_and_keeps_the_note(desk: StagePage) -> None:
    first, second = desk.add_cases(2)
    desk.sit_down()
    desk.expected = ("409",)
    desk.page.keyboard.press("n")
    desk.page.keyboard.type("half a thought")
    desk.page.keyboard.press("Escape")
    ReviewTask.objects.filter(case__request_id=first).update(
        leased_by=desk.world.bob, lease_token=UUID(int=4), leased_until=timezone.now() + timedelta(minutes=5)
    )
    desk.page.keyboard.press("d")
    desk.page.keyboard.type("carol")
    desk.press("Enter")
    expect(desk.page.locator("#stage-status .toast")).to_contain_text("Bob has leased the picture")
    expect(desk.page.locator("#stage-status .kept")).to_have_text("half a thought")
    desk.wait_ready()
    assert desk.request_id == second


def test_escape_leaves_everything_as_it_was(desk: StagePage) -> None:
    desk.add_case()
    desk.sit_down()
    desk.page.keyboard.press("d")
    desk.page.keyboard.type("bob")
    desk.page.keyboard.press("Escape")
    expect(desk.page.locator("#stage-assign")).to_be_hidden()
    expect(desk.stage).to_be_focused()
    assert ReviewTask.objects.get().owner is None
    assert desk.stage.get_attribute("data-state") == "ready"
    desk.press("a")
