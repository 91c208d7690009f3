"""Not deciding: pass a task over, hand it up, or keep it for later. Each needs the hold, like a decision."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext

from accounts import audit
from accounts.models import User
from accounts.permissions import may
from accounts.roles import Permission
from review import claims
from review.models import Claim, ReviewTask, Skip
from review.outcomes import NotAcceptable
from review.permissions import TAKERS, check_works_in, takers
from review.transitions import after

State = ReviewTask.State

HOLD = timedelta(hours=1)  # how long, when the person does not say


def skip(hold: claims.Hold, *, by: User) -> None:
    """Back into the line for others; this person is not handed it again. What the last moderator skips goes up to
    the leads, and the last lead cannot skip: a case is always with somebody.

    Raises HoldLost, AlreadyDecided or NotAcceptable.
    """
    with transaction.atomic():
        task, now = _held(hold, by)
        Skip.objects.bulk_create([Skip(task=task, by=by, at=now)], ignore_conflicts=True)
        task.owner = None
        audit.record("case.skipped", by=by, on=task.case)
        if task.state == State.ESCALATED:
            _check_another_lead(task)
        if task.state == State.ESCALATED or _others_can_take(task):
            _leave(task, "skip", outcome=Claim.Outcome.SKIPPED)
        else:
            _hand_up(task, by=by)


def escalate(hold: claims.Hold, *, by: User, note: str = "", to: User | None = None) -> None:
    """Out of the line and up to a lead: `to`, or any lead of the queue. A lead can hand it on to another."""
    with transaction.atomic():
        task, now = _held(hold, by)
        if to is not None:
            _check_leads(task, to)
            Skip.objects.filter(task=task, by=to).delete()
        task.owner = to
        task.leave_note(note, by=by, at=now)
        _ask_leads_again(task)
        _leave(task, "escalate", outcome=Claim.Outcome.ESCALATED)
        audit.record("case.escalated", by=by, on=task.case, note=note, to=to.email if to else "")


def put_on_hold(hold: claims.Hold, *, by: User, until: datetime | None, note: str = "") -> None:
    """Out of the line until a time, an hour from now when none is given; then it is anybody's again."""
    with transaction.atomic():
        task, now = _held(hold, by)
        if until is not None and until <= now:
            raise NotAcceptable("/until", gettext("This time has passed. Give one that is still to come."))
        task.owner, task.wait_until = by, until or now + HOLD
        task.leave_note(note, by=by, at=now)
        _leave(task, "hold", outcome=Claim.Outcome.ON_HOLD)
        audit.record("case.on_hold", by=by, on=task.case, note=note, until=task.wait_until.isoformat())


def return_from_hold() -> int:
    """Put tasks whose time has come back in their place in the line. Returns how many."""
    due = ReviewTask.objects.filter(state=State.ON_HOLD, wait_until__lte=Now())
    was_escalated = Exists(Claim.objects.filter(task=OuterRef("pk"), outcome=Claim.Outcome.ESCALATED))
    return _return(due.filter(was_escalated), "return (was escalated)") + _return(due.exclude(was_escalated), "return")


def _return(due: QuerySet[ReviewTask], verb: str) -> int:
    return due.update(state=after(verb, State.ON_HOLD), wait_until=None, owner=None)


def _held(hold: claims.Hold, by: User) -> tuple[ReviewTask, datetime]:
    task, now = claims.locked(hold.task_id)
    check_works_in(by, task.queue_id)
    claims.check_held(task, hold, by=by)
    return task, now


def _leave(task: ReviewTask, verb: str, *, outcome: str) -> None:
    claims.end(Claim.objects.filter(task=task.pk), outcome=outcome)
    claims.let_go(task)
    task.state = after(verb, task.state)
    task.save()


def _others_can_take(task: ReviewTask) -> bool:
    """A moderator who has not skipped it. Leads alone do not count: for them it is better escalated than in line."""
    moderators = takers(task.queue_id, state=State.WAITING).exclude(role__in=TAKERS[State.ESCALATED])
    return moderators.exclude(skips__task=task).exists()


def _hand_up(task: ReviewTask, *, by: User) -> None:
    _ask_leads_again(task)
    _leave(task, "skip (by the last who could take it)", outcome=Claim.Outcome.ESCALATED)
    audit.record("case.escalated", by=by, on=task.case, why="everybody else has skipped it")


def _ask_leads_again(task: ReviewTask) -> None:
    """When every lead has passed it over in the line: as an escalated case it is theirs all the same."""
    leads = takers(task.queue_id, state=State.ESCALATED)
    if not leads.exclude(skips__task=task).exists():
        Skip.objects.filter(task=task, by__in=leads).delete()


def _check_another_lead(task: ReviewTask) -> None:
    if not takers(task.queue_id, state=State.ESCALATED).exclude(skips__task=task).exists():
        refused = gettext("No other lead can take this case. Decide it, hold it, or assign it.")
        raise NotAcceptable("/taskId", refused)


def _check_leads(task: ReviewTask, to: User) -> None:
    if not may(to, Permission.TAKE_ESCALATED) or not task.queue.memberships.filter(user=to).exists():
        refused = gettext("{to} takes no escalated cases in this queue. Name a lead who works in it.")
        raise NotAcceptable("/to", refused.format(to=to))
