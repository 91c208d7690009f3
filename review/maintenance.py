"""Do what a lost worker notification should have started, and what has fallen due."""

from __future__ import annotations

import time
from datetime import timedelta

from moderation.media import uploads
from moderation.media.fetch import fetch_due
from moderation.webhooks import endpoint_tests, failing, health, redeliver_all
from review.cases import accounting
from review.statistics import latency
from review.workflow import leavers
from review.workflow.defer import forget_skips, hand_up_left, return_from_snooze

FRESH = timedelta(seconds=3)  # younger work is left to the worker that was notified of it
BUDGET_SECONDS = 20.0  # one round of maintenance ends in time for the next


def maintain(*, leave_fresh: bool = True) -> dict[str, int]:
    """One round. Returns how much of each kind was done."""
    leavers.hand_back_left()
    returned = return_from_snooze()
    forget_skips()
    handed_up = hand_up_left()
    latency.forget_old()
    uploads_removed = uploads.forget_left()
    health.forget_old()
    accounting.check()
    endpoints_paused = failing.pause_failing()
    redelivered = redeliver_all.work()
    endpoint_tests.send_waiting(older_than=FRESH if leave_fresh else timedelta())
    fetched, until = 0, time.monotonic() + BUDGET_SECONDS
    for _ in fetch_due(older_than=FRESH if leave_fresh else timedelta()):
        fetched += 1
        if time.monotonic() > until:
            break
    return {
        "returned from snooze": returned,
        "handed up": handed_up,
        "pictures fetched": fetched,
        "uploads removed": uploads_removed,
        "endpoints paused": endpoints_paused,
        "redelivered": redelivered,
    }
