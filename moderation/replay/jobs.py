"""Replay a policy on the last cases, beside the one in force: a job that goes on after whatever ended its process.

A chunk is one transaction: it locks the job's row, counts the next cases and moves the row's cursor behind them. So a
job stops between two chunks, and two processes never work on the same one. A chunk that is too much for the database is
halved until it is not.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from psycopg import errors

from accounts import audit
from accounts.audit import Actor
from accounts.audit_actions import AuditAction
from accounts.models import User
from moderation import labels
from moderation.models import ReplayReport, ResultFacts
from moderation.policy import Policy, read, write
from moderation.policy.serialize import fingerprint
from moderation.policy_versions import store
from moderation.policy_versions.access import check_may_change
from moderation.replay import counted
from moderation.replay.judge import Judge, plan_as_judge
from moderation.replay.report import Queues, as_text, digest, report
from moderation.replay.tally import Tally

log = logging.getLogger(__name__)

LAST = 1_000_000
LAST_AT_MOST = 10_000_000
CHUNK = 100_000  # cases: about a second, and some ten megabytes of each process's memory
SMALLEST_CHUNK = 1_000
TRIES = 5  # of a chunk of the smallest size
KEPT = timedelta(days=30)
LISTED = 50
WHY_AT_MOST = 500  # characters

State = ReplayReport.State

_NEXT = """
SELECT min(case_id), count(*)
  FROM (SELECT case_id FROM moderation_resultfacts WHERE case_id < %s ORDER BY case_id DESC LIMIT %s) newest
"""
# Of a chunk that takes too long (statement_timeout, transaction_timeout) or more room than there is.
_TOO_MUCH = (errors.QueryCanceled, errors.TransactionTimeout, errors.DiskFull, errors.OutOfMemory)


def start(body: Any, *, queues: Queues, by: Actor, last: int = LAST) -> ReplayReport:
    """A job for this policy on the `last` cases, or the one that is under way for it. Raises PolicyRefused. The door
    that calls this notifies a worker; maintenance finds the job too.
    """
    check_may_change(by)
    policy = read(0, body)
    number, in_force = _in_force()
    sha256, last = sha256_of(policy), max(1, min(last, LAST_AT_MOST))
    same: dict[str, Any] = {"body_sha256": sha256, "in_force": number, "last": last, "state": State.RUNNING}
    with transaction.atomic():
        newest = ResultFacts.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        figures = {"default": queues.default, "slugs": sorted(queues.slugs), "seconds": dict(queues.seconds)}
        bodies = {"body": write(policy), "in_force_body": write(in_force), "figures": figures}
        facts = bodies | {"cursor": newest + 1, "chunk": CHUNK, "created_by": _person(by)}
        job, is_new = ReplayReport.objects.get_or_create(**same, defaults=facts)
        if is_new:
            audit.record(AuditAction.POLICY_REPLAY_STARTED, by=by, on=job, last=last, before=number)
    return job


def cancel(job: ReplayReport, *, by: Actor) -> None:
    """Stop after the chunk that is under way. Nothing changes when it is over."""
    check_may_change(by)
    with transaction.atomic():
        if locked := _running(job.pk):
            _end(locked, State.CANCELLED)
            audit.record(AuditAction.POLICY_REPLAY_CANCELLED, by=by, on=locked, done=locked.done)
    job.refresh_from_db()


def latest(*, by: Actor) -> Sequence[ReplayReport]:
    """The newest jobs with who asked for them, without their bodies and reports."""
    check_may_change(by)
    jobs = ReplayReport.objects.select_related("created_by").defer("body", "in_force_body", "tally", "report")
    return list(jobs[:LISTED])


def of_policy(policy: Policy, *, against: int) -> QuerySet[ReplayReport]:
    """The replays of exactly this policy against the one with the number `against`, the newest first."""
    found = ReplayReport.objects.filter(body_sha256=sha256_of(policy), in_force=against)
    return found.defer("body", "in_force_body", "tally")


def sha256_of(policy: Policy) -> str:
    """The same for policies that are written alike, whatever their numbers."""
    return fingerprint(policy)


def forget_old() -> int:
    """Delete reports that are older than KEPT, none that is under way. Returns how many."""
    return ReplayReport.objects.filter(created_at__lt=Now() - KEPT).exclude(state=State.RUNNING).delete()[0]


def work(*, for_seconds: float = 5.0) -> bool:
    """Do chunks of the jobs under way, the oldest first. Returns whether something is left to do."""
    until = monotonic() + for_seconds
    for pk in ReplayReport.objects.filter(state=State.RUNNING).order_by("pk").values_list("pk", flat=True):
        worker = _Worker(pk)
        while worker.chunk():
            if monotonic() > until:
                return True
    return False


@dataclass
class _Worker:
    """Remembers from chunk to chunk what the policies say of labels and requests."""

    pk: int
    judge: Judge | None = field(default=None, init=False)

    def chunk(self) -> bool:
        """One chunk. Returns whether more is to do for this job here: not where another process is at it."""
        try:
            return self._chunk()
        except Exception as error:
            if isinstance(error.__cause__, _TOO_MUCH):
                return _do_less(self.pk, str(error))
            if isinstance(error, OperationalError):
                log.exception("A chunk of replay %s failed; it is done again.", self.pk)
            else:
                log.exception("Replay %s failed.", self.pk)
                _fail(self.pk, f"{type(error).__name__}: {error}")
        return False

    def _chunk(self) -> bool:
        is_outermost = not connection.in_atomic_block
        with transaction.atomic():
            if is_outermost:  # what a chunk counts must not change under it
                _execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            running = ReplayReport.objects.select_for_update(skip_locked=True).filter(pk=self.pk, state=State.RUNNING)
            if (job := running.first()) is None:
                return False
            plan_as_judge()
            if job.cases is None:
                job.cases = _execute(_NEXT, job.cursor, job.last)[1]
            low, found = _execute(_NEXT, job.cursor, min(job.chunk, job.cases - job.done))
            self._count(job, low, found)
            job.tries = 0
            if job.done >= job.cases or not found:
                self._finish(job)
            job.save()
            return job.state == State.RUNNING

    def _count(self, job: ReplayReport, low: int | None, found: int) -> None:
        judge = self._judge(job)
        if low is None:
            return
        tally = Tally.read(job.tally)
        tally.add(counted.count(judge, low, job.cursor - 1), judge)
        job.tally, job.cursor, job.done = tally.as_json(), low, job.done + found

    def _finish(self, job: ReplayReport) -> None:
        before, after = self._judge(job).policies
        queues = Queues(job.figures["default"], frozenset(job.figures["slugs"]), job.figures["seconds"])
        job.report = as_text(report(Tally.read(job.tally), before, after, queues))
        job.sha256 = digest(job.report)
        _end(job, State.FINISHED)

    def _judge(self, job: ReplayReport) -> Judge:
        if self.judge is None:
            before, after = read(job.in_force, job.in_force_body), read(0, job.body)
            self.judge = Judge(before, after, labels.in_force())
        return self.judge


def _do_less(pk: int, error: str) -> bool:
    """Halve the chunks of a job, one of which was too much. Returns whether another try is worth while."""
    with transaction.atomic():
        job = _running(pk)
        if job is None:
            return False
        if job.chunk <= SMALLEST_CHUNK and job.tries + 1 >= TRIES:
            why = f"The database did not manage {job.chunk} cases at once, in {TRIES} tries: {error}"
            _end(job, State.FAILED, why=why[:WHY_AT_MOST])
            return False
        job.tries += job.chunk <= SMALLEST_CHUNK
        job.chunk = max(min(SMALLEST_CHUNK, job.chunk), job.chunk // 2)
        job.save(update_fields=["chunk", "tries"])
    log.warning("A chunk of replay %s was too much for the database; it goes on with %s cases.", pk, job.chunk)
    return True


def _fail(pk: int, why: str) -> None:
    with transaction.atomic():
        if job := _running(pk):  # and not cancelled since
            _end(job, State.FAILED, why=why[:WHY_AT_MOST])


def _running(pk: int) -> ReplayReport | None:
    return ReplayReport.objects.select_for_update().filter(pk=pk, state=State.RUNNING).first()


def _end(job: ReplayReport, state: State, *, why: str = "") -> None:
    job.state, job.why, job.ended_at, job.tally = state, why, Now(), {}
    job.save()


def _execute(statement: str, *values: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchone() if cursor.description else None


def _in_force() -> tuple[int, Policy]:
    version, policy = store.in_force()
    return (version.number if version else 0), policy


def _person(by: Actor) -> User | None:
    return by if isinstance(by, User) else None
