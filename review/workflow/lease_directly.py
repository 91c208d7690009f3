"""Lease tasks out of their turn. The pages offer it for a task that is assigned to the person or that they have leased
or skipped, and to a lead for an escalated one; the call takes any open task of the person's queues.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from accounts import audit, permissions
from accounts.audit_actions import AuditAction
from accounts.models import User
from accounts.permissions import NotAllowed
from accounts.roles import Permission
from review.models import Queue, ReviewTask, Skip
from review.models.review_task import IS_LEASED
from review.permissions import TAKERS, check_works_in, takers
from review.refusals import AlreadyDecided, LeaseLost, NotAcceptable
from review.workflow import leases, load_tasks

State = ReviewTask.State
MOST_SKIPPED = 500  # that are looked for


@dataclass(frozen=True, slots=True)
class Unavailable:
    """A task that could not be leased. `outcome` is "leased" (or assigned, to `by`), "decided" (by `by`), "not-member",
    "paused" (its queue hands out nothing), or "gone": unknown, closed, snoozed, or decided with another.
    """

    task_id: int
    outcome: str
    by: str = ""


def lease_these(task_ids: Sequence[int], *, by: User) -> tuple[list[ReviewTask], list[Unavailable]]:
    """Lease exactly these open tasks, in this order, also those that the person had skipped.

    Raises NotAllowed, and NotAcceptable for more than one person leases at once.
    """
    permissions.check(by, Permission.DECIDE)
    wanted = list(dict.fromkeys(task_ids))
    _check_room(wanted, by)
    unavailable = {task_id: refused for task_id in wanted if (refused := _refusal_of(task_id, by))}
    leased = {task.pk: task for task in load_tasks.still_leased([pk for pk in wanted if pk not in unavailable], by=by)}
    for task_id in wanted:
        if task_id not in leased:
            unavailable.setdefault(task_id, Unavailable(task_id, "gone"))
    return [leased[pk] for pk in wanted if pk in leased], list(unavailable.values())


def _check_room(wanted: Sequence[int], by: User) -> None:
    others = ReviewTask.objects.filter(IS_LEASED, leased_by=by).exclude(pk__in=wanted)
    if others.count() + len(wanted) > leases.MOST_LEASED:
        refused = gettext("At most {n} cases can be leased at once. Decide or release some first.")
        raise NotAcceptable("/tasks", refused.format(n=leases.MOST_LEASED))


def _refusal_of(task_id: int, by: User) -> Unavailable | None:
    """Lease the task, or say why not."""
    try:
        _lease(task_id, by)
    except ReviewTask.DoesNotExist:
        return Unavailable(task_id, "gone")
    except NotAllowed:
        return Unavailable(task_id, "not-member")
    except NotAcceptable:
        return Unavailable(task_id, "paused")
    except AlreadyDecided as decided:
        return Unavailable(task_id, "decided", decided.by)
    except LeaseLost as lost:
        return Unavailable(task_id, "leased" if lost.leased_by else "gone", lost.leased_by)
    return None


@transaction.atomic
def _lease(task_id: int, by: User) -> None:
    task, now = leases.locked(task_id)
    check_works_in(by, task.queue_id)
    leases.check_open(task)
    if task.state not in TAKERS:
        raise LeaseLost
    if not takers(task.queue_id, state=task.state).filter(pk=by.pk).exists():
        raise NotAllowed
    if task.owner_id not in (None, by.pk) and takers(task.queue_id, state=task.state).filter(pk=task.owner_id).exists():
        raise LeaseLost(str(task.owner))
    _take(task, by=by, is_leased=task.is_leased(at=now))


def _take(task: ReviewTask, *, by: User, is_leased: bool) -> None:
    _check_free(task, by=by, is_leased=is_leased)
    Skip.objects.filter(task=task, by=by).delete()
    if is_leased and task.lease_token:
        leases.renew([leases.LeaseKey(task.pk, task.lease_token)], by=by)
    else:
        leases.take(task, by=by)
        audit.record(AuditAction.CASE_TAKEN_UP, by=by, on=task.case)


def _check_free(task: ReviewTask, *, by: User, is_leased: bool) -> None:
    """One's own lease is free to keep, also in a queue that hands out nothing."""
    if not is_leased:
        _check_hands_out(task.queue)
    elif task.leased_by_id != by.pk:
        raise LeaseLost(str(task.leased_by))


def _check_hands_out(queue: Queue) -> None:
    if queue.closed_at is not None:
        raise NotAcceptable("/taskId", gettext("This queue is closed. Its cases are being moved to another one."))
    if queue.paused_at is not None:
        refused = gettext("This queue is paused: {reason}")
        raise NotAcceptable("/taskId", refused.format(reason=queue.pause_reason or gettext("no reason was given")))


def skipped_by(user: User, queues: Collection[int]) -> dict[int, list[int]]:
    """The open tasks that the person skipped and could lease now, by queue, in its order."""
    states = [state for state, roles in TAKERS.items() if user.role in roles]
    free = ReviewTask.objects.filter(Q(owner=None) | Q(owner=user), Q(leased_by=user) | ~IS_LEASED)
    are_open = Q(queue__paused_at=None, queue__closed_at=None)
    mine = free.filter(are_open, skips__by=user, queue__in=queues, state__in=states).order_by("rank_at", "pk")
    found: dict[int, list[int]] = {}
    for pk, queue in mine.values_list("pk", "queue")[:MOST_SKIPPED]:
        found.setdefault(queue, []).append(pk)
    return found


def lease_one(task_id: int, *, by: User) -> ReviewTask:
    """Lease the task to `by`; their stage shows it first when it is opened with it (`?tasks=`).

    Raises NotAllowed, NotAcceptable, LeaseLost while another person leases it or is assigned, AlreadyDecided, or
    ReviewTask.DoesNotExist.
    """
    with transaction.atomic():
        task, now = leases.locked(task_id)
        check_works_in(by, task.queue_id)
        leases.check_open(task)
        _check_is_for(by, task)
        _take(task, by=by, is_leased=task.is_leased(at=now))
    return load_tasks.still_leased_one(task.pk, by=by)


def can_lease(task: ReviewTask, *, by: User) -> bool:
    """Whether `by` may now, as far as can be seen without the lock. Whom the task is for works in its queue."""
    try:
        _check_is_for(by, task)
        _check_free(task, by=by, is_leased=task.is_leased(at=timezone.now()))
    except (NotAcceptable, LeaseLost):
        return False
    return True


def _takes(by: User, task: ReviewTask) -> bool:
    return task.state in TAKERS and takers(task.queue_id, state=task.state).filter(pk=by.pk).exists()


def _check_is_for(by: User, task: ReviewTask) -> None:
    is_handed_out = task.owner_id or task.leased_by_id == by.pk or task.state == State.ESCALATED
    if not (is_handed_out or task.skips.filter(by=by).exists()) or not _takes(by, task):
        raise NotAcceptable(
            "/taskId", gettext("This case is not assigned to you. The queue hands it out in its order.")
        )
    if task.owner_id not in (None, by.pk):
        raise LeaseLost(str(task.owner))
