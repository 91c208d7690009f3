"""Move open tasks to another queue. What is decided together moves together; nobody's lease is ended under them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from accounts import audit
from accounts.audit import Actor
from accounts.audit_actions import AuditAction
from accounts.models import User
from accounts.permissions import NotAllowed
from accounts.roles import Permission
from review.models import Lease, Queue, ReviewTask
from review.permissions import TAKERS, check_leads_in, takers
from review.refusals import AlreadyDecided, LeaseLost, NotAcceptable
from review.workflow import grouping, leases, ranking
from review.workflow.transitions import WrongState, after

State = ReviewTask.State
MOST = 500  # tasks of one call


class AlreadyThere(Exception):
    """The task is in the queue that it should be moved to."""


@dataclass(frozen=True, slots=True)
class MoveOutcome:
    """`moved` are the tasks that were moved, without those that came along with them. `skipped` says by task why not:
    "gone" (unknown, or closed without a decision), "decided", "leased" (by another person), "there" (it is in that
    queue), "grouped" (it moves with the task that it is decided with), "not-allowed" (its queue is not yours to lead).
    """

    moved: tuple[int, ...] = ()
    skipped: dict[int, str] = field(default_factory=dict)

    @property
    def reasons(self) -> dict[str, int]:
        """How many were skipped, by reason."""
        return dict(Counter(self.skipped.values()))


def move(task_ids: Collection[int], *, to: Queue, by: User) -> MoveOutcome:
    """Move these tasks to the queue `to`, each in a transaction of its own: due by its SLA, ranked by its weights. A
    lead moves between queues they work in, an administrator between all. What is moved to a paused queue waits there.

    Raises NotAllowed for the queue `to`, and NotAcceptable for a closed one or for more than MOST tasks.
    """
    check_leads_in(by, to.pk, Permission.ASSIGN)
    to.refresh_from_db()
    _check_target(to)
    wanted = list(dict.fromkeys(task_ids))
    if len(wanted) > MOST:
        raise NotAcceptable("/tasks", gettext("At most {n} cases are moved at once.").format(n=MOST))
    refused = {task_id: why for task_id in wanted if (why := _refusal_of(task_id, to, by))}
    return MoveOutcome(tuple(task_id for task_id in wanted if task_id not in refused), refused)


def move_locked(task: ReviewTask, *, to: Queue, by: Actor, now: datetime) -> None:
    """The one function by which a task changes queues after it was routed: for a task locked by `leases.locked`. What
    is decided with it comes along. Its assignee stays when they work there too.

    Raises LeaseLost while another person leases it, AlreadyDecided, WrongState, or AlreadyThere.
    """
    leases.check_open(task)
    if task.queue_id == to.pk:
        raise AlreadyThere
    if task.state == State.GROUPED:
        raise WrongState
    _check_free(task, by=by, now=now)
    grouped = grouping.grouped_with(task)
    before = task.queue
    leases.end(task, outcome=Lease.Outcome.RELEASED if task.is_leased(at=now) else Lease.Outcome.EXPIRED)
    for one, terms in _with_terms([task, *grouped], before, to):
        one.queue, one.state = to, after("move", one.state)
        ranking.place(one, terms)
        _keep_assignee(one)
        one.save()
    told = {"from": before.slug, "to_queue": to.slug}
    audit.record_all(AuditAction.CASE_MOVED, [(one.case, told) for one in (task, *grouped)], by=by)


def _refusal_of(task_id: int, to: Queue, by: User) -> str:
    """Move the task, or say why not."""
    try:
        with transaction.atomic():
            task, now = leases.locked(task_id)
            check_leads_in(by, task.queue_id, Permission.ASSIGN)
            move_locked(task, to=to, by=by, now=now)
    except AlreadyThere:
        return "there"
    except AlreadyDecided:
        return "decided"
    except NotAllowed:
        return "not-allowed"
    except WrongState:
        return "grouped"
    except LeaseLost as lost:
        return "leased" if lost.leased_by else "gone"
    except ReviewTask.DoesNotExist:
        return "gone"
    return ""


def _check_target(to: Queue) -> None:
    if to.closed_at is not None:
        raise NotAcceptable("/queue", gettext("This queue is closed. Choose an open one."))


def _check_free(task: ReviewTask, *, by: Actor, now: datetime) -> None:
    if task.is_leased(at=now) and task.leased_by != by:
        raise LeaseLost(str(task.leased_by))


def _with_terms(tasks: Sequence[ReviewTask], before: Queue, to: Queue) -> list[tuple[ReviewTask, ranking.StoredTerms]]:
    """The terms stay, unless one of the two queues weighs them differently from the policy."""
    terms = ranking.anew(tasks, ranking.weights_of(to)) if before.boosts or to.boosts else {}
    return [(task, terms.get(task.pk, task.priority)) for task in tasks]


def _keep_assignee(task: ReviewTask) -> None:
    """Whoever snoozed it keeps it until it returns; an assignee who cannot take it there is none any more."""
    if task.owner_id is None or task.state not in TAKERS:
        return
    if not takers(task.queue_id, state=task.state).filter(pk=task.owner_id).exists():
        task.owner = None
