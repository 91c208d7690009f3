"""Ten minutes at one decision a second, once as it should be and once with the network away for half a minute.

Run by `make bench ONLY=moderator`. Nothing may be lost, nothing decided twice, and no decision may keep
its moderator waiting.
"""

from __future__ import annotations

from collections import Counter

import pytest

from benchmarks.drawn.photos import SCENES, photos
from review.models import Decision, Lease
from tests.browser.interruptions.test_outage import OFFLINE
from tests.browser.moderator import STALL_MS, work
from tests.browser.stage_page import StagePage

DECISIONS = 600
CUT_AT_SECONDS = 285
SIZE = (2000, 1500)


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("cut_seconds", [0, 30])
def test_ten_minutes_at_a_decision_a_second(desk: StagePage, cut_seconds: int) -> None:
    desk.expected = OFFLINE if cut_seconds else ()
    desk.add_photos(photos(len(SCENES), SIZE))
    desk.add_more(DECISIONS + 50)
    desk.sit_down()
    desk.page.wait_for_timeout(2000)
    network = desk.page.context.set_offline
    cut = {CUT_AT_SECONDS: lambda: network(True), CUT_AT_SECONDS + cut_seconds: lambda: network(False)}
    shift = work(desk, decisions=DECISIONS, at=cut if cut_seconds else None)
    desk.page.wait_for_timeout(5000)
    standing = Counter(desk.decisions())
    made = Counter(shift.made)
    lost, double = made - standing, Decision.objects.count() - len({request_id for request_id, _, _ in shift.made})
    expired = Lease.objects.filter(outcome=Lease.Outcome.EXPIRED).count()
    longest = max(shift.late + [wait for wait, _ in shift.waits])
    print(
        f"\n{DECISIONS} decisions in ten minutes, network away for {cut_seconds} s: {standing.total()} stand,"
        f" {lost.total()} lost, {double} double, {expired} holds ran out;"
        f" {len(shift.stalls)} stalls over {STALL_MS} ms, longest wait {longest:.0f} ms; prefetched {shift.hits:.1%}"
    )
    assert standing == made
    assert (lost.total(), double, expired) == (0, 0, 0)
    assert shift.stalls == []
