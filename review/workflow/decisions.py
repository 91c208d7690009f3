"""Decide a task, and undo a decision: under the lock of the task's row, in one transaction with the final result."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.database.statements import Statement
from accounts.database.write_batch import WriteBatch, placeholders
from accounts.models import User
from moderation.intake.placing import apply_late
from moderation.models import Case, MachineResult
from moderation.results import TooLate, finalise, withdraw
from moderation.webhooks.payloads import Review
from review.models import Decision, Lease, ReviewTask
from review.permissions import TAKERS, check_works_in, worked_in
from review.refusals import NotAcceptable, ResultChanged, WindowClosed
from review.workflow import grouping, leases, load_tasks
from review.workflow.grid_eligibility import GridPosition, check_may_stand
from review.workflow.transitions import after, back
from review.workflow.verdicts import Judgement, check_acceptable, in_the_contracts_words

_KNOWN = Statement("SELECT {decision} FROM review_decision decision WHERE decision.id = %(id)s", decision=Decision)
_CLOSE = """
UPDATE review_reviewtask SET state = %s, closed_at = %s, leased_by_id = NULL, leased_until = NULL, lease_token = NULL
 WHERE id IN ({ids})
"""


def decide(
    *,
    decision_id: UUID,
    lease_key: leases.LeaseKey,
    judgement: Judgement,
    by: User,
    along_with: UUID | None = None,
    grid_position: GridPosition | None = None,
) -> Decision:
    """Record what a person said and finalise the case. The same `decision_id` again is the same decision.
    `along_with` is the decision that this one follows, its picture seen only as a thumbnail; `grid_position` is where
    the picture was when it was judged in a grid.

    Raises LeaseLost, AlreadyDecided, ResultChanged, NotAcceptable, NotForGrid, NotAllowed, or ReviewTask.DoesNotExist;
    then nothing is decided.
    """
    try:
        return _decide(decision_id, lease_key, judgement, by=by, along_with=along_with, grid_position=grid_position)
    except _Outdated:
        raise ResultChanged(leases.show_newest(lease_key, by=by)) from None


class _Outdated(Exception):
    """The machine result that was judged is not the one that the task stands for now."""


def _decide(
    decision_id: UUID,
    lease_key: leases.LeaseKey,
    judgement: Judgement,
    *,
    by: User,
    along_with: UUID | None,
    grid_position: GridPosition | None,
) -> Decision:
    with transaction.atomic():
        task, now = leases.locked(lease_key.task_id)
        check_works_in(by, task.queue_id)
        if known := _KNOWN.first(id=decision_id):
            return _repeated(known[0], task=task, by=by)
        leases.check_leased(task, lease_key, by=by)
        grouped = grouping.grouped_with(task)
        judged = grouping.judged([task, *grouped])
        machine, seen = judged[0].machine, _end_lease(task, judgement)
        if grid_position:
            check_may_stand(task, [one.machine for one in judged], grid_position, shown=seen["machineRevision"])
            seen["grid"] = {"label": grid_position.label, "tile": grid_position.tile}
        _check_seen(task, seen)
        reason = check_acceptable(judgement, queue=task.queue, machine=machine)
        seen |= {"alongWith": str(along_with)} if along_with else {}
        page = grid_position.page_id if grid_position else None
        decision = _decision(task, decision_id, judgement, machine, by=by, now=now, seen=seen, grid_page=page)
        with WriteBatch() as batch:
            batch.insert_models([decision])
            _close(task, grouped, decision, batch=batch)
            finalise(
                judged,
                in_the_contracts_words(judgement, reason, machine),
                review=Review(decision.pk, task.queue.slug, decision.decided_at, judgement.reason, judgement.note),
                release_at=decision.undo_until,
                by=by,
                batch=batch,
            )
    return decision


def undo(decision_id: UUID, *, by: User) -> ReviewTask:
    """Undo one's own decision before its result is released to the customer. The task is leased again, unless what
    arrived since the decision closed it or moved it to a queue in which the person does not work.

    Raises WindowClosed, NotAllowed, or Decision.DoesNotExist (also for another person's decision).
    """
    with transaction.atomic():
        task, now = leases.locked(Decision.objects.get(pk=decision_id, by=by).task_id)
        check_works_in(by, task.queue_id)
        decision = Decision.objects.get(pk=decision_id)
        if decision.undone_at is None:
            _take_back(task, decision, by, now)
        elif task.leased_by_id not in (by.pk, None):
            raise WindowClosed
    return load_tasks.loaded([task.pk])[0]


def _take_back(task: ReviewTask, decision: Decision, by: User, now: datetime) -> None:
    try:
        cases = withdraw(decision.pk, by=by)
    except TooLate:
        raise WindowClosed from None
    Decision.objects.filter(pk=decision.pk).update(undone_at=Now())
    task.state, task.closed_at = back("undo", task), None
    task.save(update_fields=["state", "closed_at"])
    together = task.grouped.filter(case__in=cases, state=ReviewTask.State.DECIDED)
    together.update(state=after("undo with another", ReviewTask.State.DECIDED), closed_at=None)
    audit.record_all(AuditAction.DECISION_UNDONE, [(case, {"decision_id": str(decision.pk)}) for case in cases], by=by)
    undecided = [case for case in cases if case.state == Case.State.QUEUED]
    apply_late(undecided, since=decision.decided_at, at=now, by=by)
    task.refresh_from_db()
    if task.state in TAKERS and task.queue_id in [pk for pk, *_ in worked_in(by)]:
        leases.take(task, by=by)


def _repeated(decision: Decision, *, task: ReviewTask, by: User) -> Decision:
    if (decision.task_id, decision.by_id) != (task.pk, by.pk):
        raise NotAcceptable("/decisionId", gettext("This id belongs to another decision. Send a new UUID."))
    return decision


def _decision(
    task: ReviewTask,
    decision_id: UUID,
    judgement: Judgement,
    machine: MachineResult,
    *,
    by: User,
    now: datetime,
    seen: dict[str, Any],
    grid_page: UUID | None,
) -> Decision:
    return Decision(
        id=decision_id,
        task=task,
        by=by,
        verdict=judgement.verdict,
        reason=judgement.reason,
        note=judgement.note,
        labels=list(judgement.labels),
        policy_version=machine.policy_version.number if machine.policy_version else 0,
        seen=seen,
        grid_page=grid_page,
        elapsed_ms=judgement.elapsed_ms,
        decided_at=now,
        undo_until=now + timedelta(seconds=settings.UNDO_SECONDS),
    )


def _end_lease(task: ReviewTask, judgement: Judgement) -> dict[str, Any]:
    """End the lease. Returns what the person judged by."""
    shown = leases.end(task, outcome=Lease.Outcome.DECIDED)
    judged = judgement.machine_revision or shown
    return {"machineRevision": judged, "pictureSha256": task.case.picture_fetch.picture_id}


def _check_seen(task: ReviewTask, seen: dict[str, Any]) -> None:
    """A verdict goes out with the result that its person was shown, or not at all."""
    if seen["machineRevision"] != task.machine_revision:
        raise _Outdated


def _close(task: ReviewTask, grouped: Sequence[ReviewTask], decision: Decision, *, batch: WriteBatch) -> None:
    task.state = after("decide", task.state)
    task.closed_at = decision.decided_at
    for one in grouped:
        one.state = after("decide with another", one.state)
    closed = [one.pk for one in (task, *grouped)]
    batch.execute(_CLOSE.format(ids=placeholders(closed)), task.state, decision.decided_at, *closed)
    told = {"verdict": decision.verdict, "reason": decision.reason, "decision_id": str(decision.pk)}
    audit.record_all(
        AuditAction.CASE_DECIDED, [(one.case, told) for one in (task, *grouped)], by=decision.by, batch=batch
    )
