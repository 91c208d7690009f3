"""A network that is away for a while costs a quick moderator nothing, and no decision."""

from __future__ import annotations

import pytest

from review.models import Decision, Lease, ReviewTask
from tests.browser.moderator import Shift, work
from tests.browser.stage_page import StagePage, picture

OFFLINE = ("ERR_INTERNET_DISCONNECTED", "Failed to load resource", "fetch")


@pytest.fixture
def quick(desk: StagePage) -> tuple[StagePage, Shift]:
    """Alice has decided thirty cases of a long line, quickly."""
    desk.add_photos([picture(), picture()])
    desk.add_more(250)
    desk.sit_down()
    shift = work(desk, decisions=30, every_seconds=0.3)
    desk.wait_for_calls()
    return desk, shift


def test_a_quick_moderator_works_on_while_the_network_is_away(quick: tuple[StagePage, Shift]) -> None:
    desk, before = quick
    desk.expected = OFFLINE
    desk.page.context.set_offline(True)
    during = work(desk, decisions=25, every_seconds=0.3)
    assert Decision.objects.count() == len(before.made)
    desk.page.context.set_offline(False)
    after = work(desk, decisions=10, every_seconds=0.3)
    made = [*before.made, *during.made, *after.made]
    desk.wait_for_decisions(*made)
    assert len({request_id for request_id, _, _ in made}) == len(made)
    assert not Lease.objects.filter(outcome=Lease.Outcome.EXPIRED).exists()


def test_a_short_line_is_shared(desk: StagePage) -> None:
    desk.add_photos([picture()])
    desk.add_more(45)
    desk.sit_down()
    work(desk, decisions=15, every_seconds=0.3)
    desk.wait_for_calls()
    assert ReviewTask.objects.filter(leased_by=desk.world.alice).count() <= 45 // 5
