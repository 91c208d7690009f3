"""Do what a lost worker notification should have started, and what has fallen due."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from itertools import islice

from django.db import DatabaseError, connection
from psycopg_pool import PoolTimeout

from accounts import audit_buffers, key_use
from accounts.audit_chain import append, watch
from accounts.auth import password_mail
from moderation import call_tallies
from moderation.gateway import asynchronous, streams, tried
from moderation.media import removals, uploads
from moderation.media.fetch import fetch_due
from moderation.policy_versions import shadow
from moderation.replay import jobs
from moderation.stored_facts import backfill
from moderation.text_locator.locate import give_up_left, locate_due
from moderation.webhooks import endpoint_tests, failing, health, redeliver_all
from review.cases import accounting, decided_by_policy, lease_hours
from review.queues import close, weights
from review.retention import runs, subjects
from review.statistics import latency, sla_alerts
from review.statistics.reports import roll_up
from review.workflow import leavers
from review.workflow.defer import forget_skips, hand_up_left, return_from_snooze

log = logging.getLogger(__name__)

FRESH = timedelta(seconds=3)  # younger work is left to the worker that was notified of it
BUDGET_SECONDS = 20.0  # one round of maintenance ends in time for the next
BACKFILL_SECONDS = 1.0  # about 1,500 cases; the command does nothing else
ERASING_SECONDS = 2.0  # of it, for retention and for subjects each
QUEUE_SECONDS = 4.0  # of it, for each kind of long work on queues


def maintain(*, leave_fresh: bool = True) -> dict[str, int]:
    """One round of all steps. A step that fails keeps no other from its turn; the first failure is raised at the end.
    Returns how much each step has done.
    """
    done: dict[str, int] = {}
    failures: list[Exception] = []
    for name, step in _steps(FRESH if leave_fresh else timedelta()).items():
        try:
            done[name] = step() or 0
        except Exception as failure:
            log.exception("Maintenance: the step “%s” failed.", name)
            failures.append(failure)
            if isinstance(failure, DatabaseError | PoolTimeout) and not _database_answers():
                break
    if failures:
        raise failures[0]
    return done


def _steps(fresh: timedelta) -> dict[str, Callable[[], int | None]]:
    """By what is counted. `fresh` is the age from which on work was forgotten by whom it was given to."""
    return {
        "returned from people who left": leavers.hand_back_left,
        "returned from snooze": return_from_snooze,
        "skips forgotten": forget_skips,
        "handed up": hand_up_left,
        "moved out of closed queues": partial(close.move_left, for_seconds=QUEUE_SECONDS),
        "ranked anew": partial(weights.rank_left, for_seconds=QUEUE_SECONDS),
        "waits forgotten": latency.forget_old,
        "shadows of the policy forgotten": shadow.forget_old,
        "uploads removed": uploads.forget_left,
        "detections in streams forgotten": streams.forget_old,
        "tried pictures forgotten": tried.forget_old,
        "cases erased by retention": partial(runs.work, for_seconds=ERASING_SECONDS),
        "cases of subjects erased": partial(subjects.work, for_seconds=ERASING_SECONDS),
        "files of pictures removed": removals.work,
        "attempts' tallies forgotten": health.forget_old,
        "counts of calls joined and forgotten": call_tallies.forget_old,
        "accounting checked": lambda: int(accounting.check() is not None),
        "decisions counted": roll_up.roll_up_due,
        "SLAs looked at": sla_alerts.check_due,
        "endpoints paused": failing.pause_failing,
        "redelivered": redeliver_all.work,
        "tests of endpoints sent": partial(endpoint_tests.send_waiting, older_than=fresh),
        "tests of endpoints forgotten": endpoint_tests.forget_old,
        "links to new passwords mailed": partial(password_mail.send_waiting, older_than=fresh),
        "hours of leases told": lease_hours.tell,
        "days of keys told": key_use.tell_days,
        "audit events chained": append.append,
        "audit events verified": watch.step,
        "facts of older cases stored": partial(backfill.work, for_seconds=BACKFILL_SECONDS),
        "queues of older decided cases kept": partial(decided_by_policy.keep_older, for_seconds=BACKFILL_SECONDS),
        "replays gone on with": lambda: int(jobs.work(for_seconds=QUEUE_SECONDS)),
        "replays forgotten": jobs.forget_old,
        "pictures of calls moderated": lambda: _work_off(asynchronous.work_due(older_than=fresh)),
        "pictures fetched": lambda: _work_off(fetch_due(older_than=fresh)),
        "texts located": lambda: sum(1 for _ in islice(locate_due(older_than=fresh), 1)),  # seconds each
        "texts no more to be located": give_up_left,
        "counts written": audit_buffers.flush,  # of what this process did itself: no thread of it writes them
    }


def _work_off(work: Iterator[object]) -> int:
    """Until nothing is left, or this round has taken long enough. Returns how many."""
    done, until = 0, time.monotonic() + BUDGET_SECONDS
    for _ in work:
        done += 1
        if time.monotonic() > until:
            break
    return done


def _database_answers() -> bool:
    """Else each step would wait for it in turn."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, PoolTimeout):
        return False
    return True
