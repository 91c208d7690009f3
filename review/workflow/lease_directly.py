"""Lease one task out of its turn: one assigned to this person, or, for a lead, one escalated to any lead. Waiting tasks
cannot be picked from the queue.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.models import User
from accounts.permissions import NotAllowed
from review.models import ReviewTask
from review.permissions import TAKERS, check_works_in, takers
from review.refusals import LeaseLost, NotAcceptable
from review.workflow import leases

State = ReviewTask.State


def take_up(task_id: int, *, by: User) -> ReviewTask:
    """Lease the task to `by`, whose stage shows it before tasks further down the queue.

    Raises NotAllowed, NotAcceptable, LeaseLost while another person leases it or is assigned, AlreadyDecided, or
    ReviewTask.DoesNotExist.
    """
    with transaction.atomic():
        task, now = leases.locked(task_id)
        check_works_in(by, task.queue_id)
        leases.check_open(task)
        _check_is_for(by, task)
        if task.is_leased(at=now) and task.leased_by_id != by.pk:
            raise LeaseLost(str(task.leased_by))
        if not task.is_leased(at=now):
            leases.take(task, by=by)
            audit.record(AuditAction.CASE_TAKEN_UP, by=by, on=task.case)
    return leases.loaded([task.pk])[0]


def can_take_up(task: ReviewTask, *, by: User) -> bool:
    """Whether `by` may now, as far as can be seen without the lock."""
    try:
        check_works_in(by, task.queue_id)
        _check_is_for(by, task)
    except (NotAllowed, NotAcceptable, LeaseLost):
        return False
    return True


def _check_is_for(by: User, task: ReviewTask) -> None:
    takes = task.state in TAKERS and takers(task.queue_id, state=task.state).filter(pk=by.pk).exists()
    if not takes or (task.owner_id is None and task.state != State.ESCALATED):
        raise NotAcceptable(
            "/taskId", gettext("This case is not assigned to you. The queue hands it out in its order.")
        )
    if task.owner_id not in (None, by.pk):
        raise LeaseLost(str(task.owner))
