"""Skip, escalate or snooze a task instead of deciding it. Each needs the lease, like a decision."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext

from accounts import audit
from accounts.audit import Actor
from accounts.audit_actions import AuditAction
from accounts.database.statements import Statement, read_sql
from accounts.models import User
from moderation.messages import Message
from review.models import Lease, ReviewTask, Skip
from review.models.review_task import IS_LEASED_SQL
from review.permissions import TAKERS, check_works_in, takers
from review.refusals import NotAcceptable
from review.workflow import leases
from review.workflow.message_codes import WorkflowCode
from review.workflow.transitions import after

State = ReviewTask.State

MOST_HANDED_UP, MOST_FORGOTTEN = 500, 10_000  # by one round of maintenance
SNOOZE, LONGEST_SNOOZE = timedelta(hours=1), timedelta(days=7)  # when the person names no time; and at most

_LEFT_BEHIND = Statement(read_sql(__file__, "left_behind", is_leased=IS_LEASED_SQL))


def skip(lease_key: leases.LeaseKey, *, by: User) -> None:
    """Return the task to the queue; this person is not offered it again. What the last moderator skips is escalated to
    the leads, and the last lead cannot skip: every case can be leased by at least one person.

    Raises LeaseLost, AlreadyDecided or NotAcceptable.
    """
    with transaction.atomic():
        task, now = _leased_task(lease_key, by)
        Skip.objects.bulk_create([Skip(task=task, by=by, at=now)], ignore_conflicts=True)
        task.owner = None
        audit.record(AuditAction.CASE_SKIPPED, by=by, on=task.case)
        if task.state == State.ESCALATED:
            _check_another_lead(task)
        if task.state == State.ESCALATED or _others_can_take(task):
            _leave(task, "skip", outcome=Lease.Outcome.SKIPPED)
        else:
            _hand_up(task, by=by, at=now)


def escalate(lease_key: leases.LeaseKey, *, by: User, note: str = "", to: User | None = None) -> None:
    """Take the task out of the queue for a lead: `to`, or any lead of the queue. A lead can escalate to another."""
    with transaction.atomic():
        task, now = _leased_task(lease_key, by)
        if to is not None:
            _check_leads(task, to)
            Skip.objects.filter(task=task, by=to).delete()
        task.owner = to
        task.leave_note(note, by=by, at=now)
        _leave_to_leads(task, "escalate", at=now)
        audit.record(AuditAction.CASE_ESCALATED, by=by, on=task.case, note=note, to=to.email if to else "")


def snooze(lease_key: leases.LeaseKey, *, by: User, until: datetime | None, note: str = "") -> None:
    """Take the task out of the queue until a time, by default an hour from now and at most a week; then any member can
    lease it again. It counts as overdue meanwhile, and `snoozed.bring_back` ends it early.
    """
    with transaction.atomic():
        task, now = _leased_task(lease_key, by)
        _check_until(until, now)
        task.owner, task.wait_until = by, until or now + SNOOZE
        task.leave_note(note, by=by, at=now)
        _leave(task, "snooze", outcome=Lease.Outcome.SNOOZED)
        audit.record(AuditAction.CASE_SNOOZED, by=by, on=task.case, note=note, until=task.wait_until.isoformat())


def return_from_snooze() -> int:
    """Return tasks whose snooze has ended to their place in the queue. Returns how many."""
    due = ReviewTask.objects.filter(state=State.SNOOZED, wait_until__lte=Now())
    escalated, others = due.filter(escalated_at__isnull=False), due.filter(escalated_at=None)
    return _return(escalated, "return (was escalated)") + _return(others, "return")


def hand_up_left() -> int:
    """Escalate waiting tasks that every remaining member has skipped, because those who had not left the queue or were
    deactivated, and offer escalated ones to the leads again. Tasks that are leased, or assigned to a person who can
    still take them, stay. Returns how many.
    """
    return sum(_hand_up_left(pk) for state in TAKERS for pk in _left_behind(State(state)))


def forget_skips() -> int:
    """Delete the skips of tasks that have been closed for a day; the leases still record them. Returns how many."""
    over = Now() - timedelta(days=1, seconds=settings.UNDO_SECONDS)
    closed = Skip.objects.filter(task__closed_at__lt=over).values("pk")[:MOST_FORGOTTEN]
    return Skip.objects.filter(pk__in=closed).delete()[0]


def _return(due: QuerySet[ReviewTask], verb: str) -> int:
    return due.update(state=after(verb, State.SNOOZED), wait_until=None, owner=None)


def _left_behind(state: State) -> list[int]:
    leads = TAKERS[State.ESCALATED]
    wanted = leads if state == State.ESCALATED else [role for role in TAKERS[state] if role not in leads]
    rows = _LEFT_BEHIND.rows(state=state, wanted=wanted, takers=TAKERS[state], most=MOST_HANDED_UP)
    return [pk for (pk,) in rows]


def _hand_up_left(task_id: int) -> bool:
    """Checks again under the lock: a member may have returned, or leased it, since."""
    with transaction.atomic():
        task, now = leases.locked(task_id)
        if task.state not in TAKERS or _is_with_somebody(task, now):
            return False
        leases.end(task, outcome=Lease.Outcome.EXPIRED)
        task.owner = None
        if task.state == State.WAITING:
            _hand_up(task, by="maintenance", at=now, why=WorkflowCode.SKIPPED_BY_ALL)
        else:
            _ask_leads_again(task)
            task.save()
    return True


def _is_with_somebody(task: ReviewTask, now: datetime) -> bool:
    """Leased now, assigned to a person who can take it, or available to a member who has not skipped it."""
    if task.is_leased(at=now):
        return True
    if task.owner is not None and takers(task.queue_id, state=task.state).filter(pk=task.owner.pk).exists():
        return True
    return _others_can_take(task) if task.state == State.WAITING else _another_lead_can_take(task)


def _leased_task(lease_key: leases.LeaseKey, by: User) -> tuple[ReviewTask, datetime]:
    task, now = leases.locked(lease_key.task_id)
    check_works_in(by, task.queue_id)
    leases.check_leased(task, lease_key, by=by)
    return task, now


def _leave(task: ReviewTask, verb: str, *, outcome: str) -> None:
    leases.end(task, outcome=outcome)
    task.state = after(verb, task.state)
    task.save()


def _others_can_take(task: ReviewTask) -> bool:
    """Whether a moderator has not skipped it. Leads do not count: for them it is better escalated than waiting."""
    moderators = takers(task.queue_id, state=State.WAITING).exclude(role__in=TAKERS[State.ESCALATED])
    return moderators.exclude(skips__task=task).exists()


def _hand_up(task: ReviewTask, *, by: Actor, at: datetime, why: WorkflowCode = WorkflowCode.SKIPPED_BY_OTHERS) -> None:
    _leave_to_leads(task, "skip (by the last who could take it)", at=at)
    audit.record(AuditAction.CASE_ESCALATED, by=by, on=task.case, why=Message(why))


def _leave_to_leads(task: ReviewTask, verb: str, *, at: datetime) -> None:
    """The only way up: whoever returns the task later reads `escalated_at`."""
    _ask_leads_again(task)
    task.escalated_at = task.escalated_at or at
    _leave(task, verb, outcome=Lease.Outcome.ESCALATED)


def _ask_leads_again(task: ReviewTask) -> None:
    """When every lead skipped it while it waited, forget their skips: once escalated, it must be offered to them."""
    if not _another_lead_can_take(task):
        leads = takers(task.queue_id, state=State.ESCALATED)
        Skip.objects.filter(task=task, by__in=leads).delete()


def _another_lead_can_take(task: ReviewTask) -> bool:
    return takers(task.queue_id, state=State.ESCALATED).exclude(skips__task=task).exists()


def _check_until(until: datetime | None, now: datetime) -> None:
    if until is not None and until <= now:
        raise NotAcceptable("/until", gettext("This time has passed. Give one that is still to come."))
    if until is not None and until > now + LONGEST_SNOOZE:
        refused = gettext("A case can be snoozed for {days} days at most. Give an earlier time.")
        raise NotAcceptable("/until", refused.format(days=LONGEST_SNOOZE.days))


def _check_another_lead(task: ReviewTask) -> None:
    if not _another_lead_can_take(task):
        refused = gettext("No other lead can take this case. Decide it, snooze it, or assign it.")
        raise NotAcceptable("/taskId", refused)


def _check_leads(task: ReviewTask, to: User) -> None:
    """The refusal names nobody: it is the same for who works elsewhere and for who does not exist."""
    if not takers(task.queue_id, state=State.ESCALATED).filter(pk=to.pk).exists():
        raise NotAcceptable("/to", gettext("This is no lead who works in this queue. Name one who does."))
