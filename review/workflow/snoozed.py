"""Bring snoozed tasks back before their time."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.audit import Actor
from accounts.audit_actions import AuditAction
from accounts.models import User
from accounts.roles import Permission
from review.models import ReviewTask
from review.permissions import can_lead_in, check_leads_in, check_works_in
from review.workflow import leases
from review.workflow.transitions import back, can


def bring_back(task_id: int, *, by: User) -> ReviewTask:
    """Return a snoozed task to its place in the queue: by the person who snoozed it, or by a lead.

    Raises NotAllowed, WrongState, AlreadyDecided, LeaseLost when it was closed, or ReviewTask.DoesNotExist.
    """
    with transaction.atomic():
        task, _ = leases.locked(task_id)
        _check_may(by, task)
        leases.check_open(task)
        put_back(task)
        task.save()
        audit.record(AuditAction.CASE_BROUGHT_BACK, by=by, on=task.case)
    return task


def can_bring_back(task: ReviewTask, *, by: User) -> bool:
    """Whether `by` may now, as far as can be seen without the lock."""
    return can("return", task.state) and (task.owner_id == by.pk or can_lead_in(by, task.queue_id, Permission.ASSIGN))


def put_back(task: ReviewTask) -> None:
    """Change the row, which the caller has locked and saves. Raises WrongState."""
    task.state = back("return", task)
    task.owner = task.wait_until = None


def return_of(users: Collection[int], *, by: Actor, **where: Any) -> int:
    """Return what these people have snoozed, where the task is as `where` says. Returns how many."""
    snoozed = ReviewTask.objects.filter(state=ReviewTask.State.SNOOZED, owner__in=users, **where)
    with transaction.atomic():
        found = list(snoozed.select_for_update(no_key=True, of=["self"]).select_related("case").order_by("pk"))
        for task in found:
            put_back(task)
            task.save(update_fields=["state", "owner", "wait_until"])
        audit.record_all(AuditAction.CASE_BROUGHT_BACK, [(task.case, {}) for task in found], by=by)
    return len(found)


def _check_may(by: User, task: ReviewTask) -> None:
    if task.owner_id == by.pk:
        check_works_in(by, task.queue_id)
    else:
        check_leads_in(by, task.queue_id, Permission.ASSIGN)
