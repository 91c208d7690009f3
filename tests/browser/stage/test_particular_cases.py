"""A link that names cases opens the stage with these, and what a person skipped can be looked at again."""

from __future__ import annotations

from playwright.sync_api import expect

from review.models import ReviewTask
from review.workflow import leases
from review.workflow.assign import assign
from tests.browser.stage_page import StagePage
from tests.factories.verdicts import lease_key_of


def test_judge_it_now_shows_the_case_and_then_the_queue(desk: StagePage) -> None:
    first, second, third, last = desk.add_cases(4)
    task = ReviewTask.objects.get(case__request_id=last)
    leases.lease(queues=[], count=2, by=desk.world.alice)  # of an earlier visit: they come before it in the queue
    assign(task.pk, to=desk.world.alice, by=desk.world.carol)
    desk.sign_in()
    desk.open(f"/review/cases/{task.case_id}/")
    desk.page.click("#lease button")
    desk.wait_ready()
    assert desk.request_id == last
    assert desk.page.url.endswith("/review/queues/default/")
    desk.press("a")
    desk.press("a")
    desk.wait_for_decisions((last, "PASS", ""), (first, "PASS", ""))
    assert desk.request_id in (second, third)


def test_what_was_skipped_can_be_looked_at_again_from_the_empty_stage(desk: StagePage) -> None:
    first, second = desk.add_cases(2)
    desk.sit_down()
    desk.press("s")
    desk.press("s")
    again = desk.page.locator("#stage-look-again")
    expect(again).to_have_text("Look at the 2 you skipped")
    again.focus()
    desk.page.keyboard.press("Enter")
    expect(desk.stage).to_have_attribute("data-request-id", first)
    desk.wait_ready()
    desk.press("a")
    desk.press("a")
    desk.wait_for_decisions((first, "PASS", ""), (second, "PASS", ""))


def test_a_case_that_somebody_else_has_is_told(desk: StagePage) -> None:
    theirs, mine = desk.add_cases(2)
    (task,) = leases.lease(queues=[], count=1, by=desk.world.bob)
    desk.sign_in()
    desk.open(f"/review/?tasks={task.pk}")
    desk.wait_ready()
    expect(desk.page.locator("#stage-status")).to_contain_text("Bob has it")
    assert (desk.request_id, theirs) == (mine, task.case.request_id)
    leases.release([lease_key_of(task)], by=desk.world.bob)
