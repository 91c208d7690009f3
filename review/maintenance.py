"""Do what a lost worker notification should have started, and what has fallen due."""

from __future__ import annotations

import time
from datetime import timedelta

from accounts import key_use
from accounts.audit_chain import append, watch
from moderation.media import uploads
from moderation.media.fetch import fetch_due
from moderation.webhooks import endpoint_tests, failing, health, redeliver_all
from review.cases import accounting, lease_hours
from review.queues import close, weights
from review.statistics import latency, sla_alerts
from review.statistics.reports import roll_up
from review.workflow import leavers
from review.workflow.defer import forget_skips, hand_up_left, return_from_snooze

FRESH = timedelta(seconds=3)  # younger work is left to the worker that was notified of it
BUDGET_SECONDS = 20.0  # one round of maintenance ends in time for the next
QUEUE_SECONDS = 4.0  # of it, for each kind of long work on queues


def maintain(*, leave_fresh: bool = True) -> dict[str, int]:
    """One round. Returns how much of each kind was done."""
    leavers.hand_back_left()
    returned = return_from_snooze()
    forget_skips()
    handed_up = hand_up_left()
    moved = close.move_left(for_seconds=QUEUE_SECONDS)
    ranked = weights.rank_left(for_seconds=QUEUE_SECONDS)
    latency.forget_old()
    uploads_removed = uploads.forget_left()
    health.forget_old()
    accounting.check()
    roll_up.roll_up_due()
    sla_alerts.check_due()
    endpoints_paused = failing.pause_failing()
    redelivered = redeliver_all.work()
    endpoint_tests.send_waiting(older_than=FRESH if leave_fresh else timedelta())
    linked = _keep_audit()
    fetched, until = 0, time.monotonic() + BUDGET_SECONDS
    for _ in fetch_due(older_than=FRESH if leave_fresh else timedelta()):
        fetched += 1
        if time.monotonic() > until:
            break
    return {
        "returned from snooze": returned,
        "handed up": handed_up,
        "moved out of closed queues": moved,
        "ranked anew": ranked,
        "pictures fetched": fetched,
        "uploads removed": uploads_removed,
        "endpoints paused": endpoints_paused,
        "redelivered": redelivered,
        "audit events chained": linked,
    }


def _keep_audit() -> int:
    """Gather what is told by the hour and by the day, then link and verify."""
    lease_hours.tell()
    key_use.tell_days()
    linked = append.append()
    watch.step()
    return linked
