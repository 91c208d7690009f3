"""Hand a task to a named colleague: a lead assigns it, or its lease holder asks for a second opinion."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.models import User
from accounts.permissions import NotAllowed, check
from accounts.roles import Permission
from review.models import Lease, ReviewTask, Skip
from review.permissions import TAKERS, check_leads_in, check_works_in, takers
from review.refusals import AlreadyDecided, LeaseLost, NotAcceptable
from review.workflow import leases, load_tasks
from review.workflow.transitions import WrongState, after, back

State = ReviewTask.State

MOST_COLLEAGUES = 500
MOST = 500  # tasks of one call


@dataclass(frozen=True, slots=True)
class AssignOutcome:
    """`skipped` says by task why it was not assigned: "gone" (unknown, or closed without a decision), "decided",
    "leased" (by another person), "snoozed", "grouped" (it is decided with another), "not-taker" (the person does not
    work in its queue, or is no lead and it is escalated), "not-allowed" (its queue is not yours to lead).
    """

    assigned: tuple[int, ...] = ()
    skipped: dict[int, str] = field(default_factory=dict)

    @property
    def reasons(self) -> dict[str, int]:
        """How many were skipped, by reason."""
        return dict(Counter(self.skipped.values()))


@dataclass(frozen=True, slots=True)
class Colleague:
    """A colleague who skipped the task can be assigned it, but not asked for a second opinion."""

    user: User
    has_skipped: bool


def assign(task_id: int, *, to: User | None, by: User, note: str = "") -> ReviewTask:
    """Only `to` can lease the task from now on, even if they skipped it; with None all members can again.

    Raises NotAllowed, WrongState, LeaseLost while another person leases it, AlreadyDecided, NotAcceptable, or
    ReviewTask.DoesNotExist.
    """
    with transaction.atomic():
        task, now = leases.locked(task_id)
        check_leads_in(by, task.queue_id, Permission.ASSIGN)
        leases.check_open(task)
        task.state = after("assign", task.state)
        if to is not None:
            _check_could_take(task, to)
            Skip.objects.filter(task=task, by=to).delete()
        _end_lease(task, to=to, by=by, now=now)
        _hand(task, to=to, note=note, by=by, now=now)
        audit.record(AuditAction.CASE_ASSIGNED, by=by, on=task.case, to=to.email if to else "", note=note)
    return task


def assign_all(task_ids: Collection[int], *, to: User, by: User, note: str = "") -> AssignOutcome:
    """Assign these tasks to one person, each in a transaction of its own, as `assign` does; what cannot be assigned is
    skipped with its reason.

    Raises NotAllowed for a person who assigns nothing, and NotAcceptable for more than MOST tasks.
    """
    check(by, Permission.ASSIGN)
    wanted = list(dict.fromkeys(task_ids))
    if len(wanted) > MOST:
        raise NotAcceptable("/tasks", gettext("At most {n} cases are assigned at once.").format(n=MOST))
    refused = {task_id: why for task_id in wanted if (why := _refusal_of(task_id, to=to, by=by, note=note))}
    return AssignOutcome(tuple(task_id for task_id in wanted if task_id not in refused), refused)


def _refusal_of(task_id: int, *, to: User, by: User, note: str) -> str:
    """Assign the task, or say why not."""
    try:
        assign(task_id, to=to, by=by, note=note)
    except NotAllowed:
        return "not-allowed"
    except NotAcceptable:
        return "not-taker"
    except AlreadyDecided:
        return "decided"
    except LeaseLost as lost:
        return "leased" if lost.leased_by else "gone"
    except WrongState:
        return _state_of(task_id)
    except ReviewTask.DoesNotExist:
        return "gone"
    return ""


def _state_of(task_id: int) -> str:
    state = ReviewTask.objects.values_list("state", flat=True).get(pk=task_id)
    return "snoozed" if state == State.SNOOZED else "grouped"


def ask_second_opinion(lease_key: leases.LeaseKey, *, to: User, by: User, note: str = "", view: str = "") -> ReviewTask:
    """Give the leased task to a colleague, who decides it. `view` is the asker's own verdict, PASS or REJECT: kept
    in the history, and not shown to the colleague before they have judged.

    Raises NotAllowed, LeaseLost, AlreadyDecided, NotAcceptable, or ReviewTask.DoesNotExist.
    """
    with transaction.atomic():
        task, now = leases.locked(lease_key.task_id)
        check_works_in(by, task.queue_id)
        leases.check_leased(task, lease_key, by=by)
        task.state = after("ask", task.state)
        _check_second(task, to, by=by)
        leases.end(task, outcome=Lease.Outcome.ASSIGNED)
        _hand(task, to=to, note=note, by=by, now=now)
        audit.record(AuditAction.CASE_SECOND_OPINION_ASKED, by=by, on=task.case, to=to.email, note=note, view=view)
    return task


def take_back(task_id: int, *, by: User) -> ReviewTask:
    """Undo an action other than a verdict (assignment, skip, escalation, snooze): its author leases the task again,
    unless another person has leased or reassigned it since. Its assignee and the note left with the action are removed.

    Raises NotAllowed, WrongState, LeaseLost, AlreadyDecided, or ReviewTask.DoesNotExist.
    """
    with transaction.atomic():
        task, now = leases.locked(task_id)
        check_works_in(by, task.queue_id)
        leases.check_open(task)
        last = task.leases.order_by("pk").last()
        if last is None or last.by_id != by.pk:
            raise LeaseLost(str(task.leased_by or task.owner or ""))
        if last.ended_at is not None:  # else it was taken back before
            _check_let_go_by(by, task, last)
            _unsay(task, last, by=by, now=now)
            _check_is_for(by, task)
            leases.take(task, by=by)
            audit.record(AuditAction.CASE_TAKEN_BACK, by=by, on=task.case)
    return load_tasks.still_leased_one(task.pk, by=by)


def colleagues(task_id: int, *, by: User) -> list[Colleague]:
    """The colleagues to whom this person could hand the task, by name. Raises NotAllowed or ReviewTask.DoesNotExist."""
    task = ReviewTask.objects.get(pk=task_id)
    check_leads_in(by, task.queue_id, Permission.DECIDE)
    others = takers(task.queue_id, state=task.state).exclude(pk=by.pk) if task.state in TAKERS else User.objects.none()
    skipped = set(task.skips.values_list("by", flat=True))
    return [Colleague(one, one.pk in skipped) for one in others.order_by("name", "email")[:MOST_COLLEAGUES]]


def _check_let_go_by(by: User, task: ReviewTask, last: Lease) -> None:
    """Every assignment, also to None, sets `noted_by`, even with an empty note; so it shows who acted last."""
    untouched = {
        Lease.Outcome.ASSIGNED: task.owner_id is not None and task.noted_by_id == by.pk,
        Lease.Outcome.SKIPPED: task.owner_id is None,
        Lease.Outcome.ESCALATED: task.owner_id is None or task.noted_by_id == by.pk,
        Lease.Outcome.SNOOZED: task.owner_id is None or task.noted_by_id == by.pk,
    }
    if not untouched.get(Lease.Outcome(last.outcome), False):
        raise LeaseLost(str(task.leased_by or task.owner or ""))


def _unsay(task: ReviewTask, last: Lease, *, by: User, now: datetime) -> None:
    """Count the lease as released. A mistaken escalation does not keep the task with the leads."""
    Lease.objects.filter(pk=last.pk).update(outcome=Lease.Outcome.RELEASED)
    task.skips.filter(by=by).delete()
    if _is_what_escalated(last, task):
        task.state, task.escalated_at = after("take back (an escalation)", task.state), None
    else:
        task.state = back("take back", task)
    task.wait_until = None
    if last.outcome == Lease.Outcome.SKIPPED:
        task.save()  # keeps its earlier note
    else:
        _hand(task, to=None, note="", by=by, now=now)


def _is_what_escalated(last: Lease, task: ReviewTask) -> bool:
    """Not when the task was with the leads already, and one of them escalated it to another."""
    was_before = task.escalated_at is None or task.escalated_at < last.leased_at
    return last.outcome == Lease.Outcome.ESCALATED and not was_before


def _check_is_for(by: User, task: ReviewTask) -> None:
    """It may have been escalated since."""
    if not takers(task.queue_id, state=task.state).filter(pk=by.pk).exists():
        raise LeaseLost


def _check_could_take(task: ReviewTask, to: User) -> None:
    """The refusal names nobody: it is the same for who works elsewhere and for who does not exist."""
    if not takers(task.queue_id, state=task.state).filter(pk=to.pk).exists():
        of_leads = gettext("This is no lead who works in this queue. Name one who does.")
        of_all = gettext("This is nobody who works in this queue. Name somebody who does.")
        raise NotAcceptable("/to", of_leads if task.state == ReviewTask.State.ESCALATED else of_all)


def _check_second(task: ReviewTask, to: User, *, by: User) -> None:
    if to.pk == by.pk:
        raise NotAcceptable("/to", gettext("A second opinion is somebody else's. Name a colleague."))
    _check_could_take(task, to)
    if task.skips.filter(by=to).exists():
        refused = gettext("{to} has skipped this case. Name somebody else, or escalate it.")
        raise NotAcceptable("/to", refused.format(to=to))


def _end_lease(task: ReviewTask, *, to: User | None, by: User, now: datetime) -> None:
    """A lead cannot end another person's current lease: only the lead's own ends, or an expired one."""
    leased = task.is_leased(at=now)
    if not leased or task.leased_by_id == by.pk:
        leases.end(task, outcome=Lease.Outcome.ASSIGNED if leased else Lease.Outcome.EXPIRED)
    elif to is None or task.leased_by_id != to.pk:
        raise LeaseLost(str(task.leased_by))


def _hand(task: ReviewTask, *, to: User | None, note: str, by: User, now: datetime) -> None:
    task.owner = to
    task.leave_note(note, by=by, at=now)
    task.save()
