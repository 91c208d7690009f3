"""Not deciding: pass a task over, hand it up, or keep it for later. Each needs the hold, like a decision."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now

from accounts import audit
from accounts.models import User
from accounts.permissions import may
from accounts.roles import Permission
from review import claims
from review.models import Claim, ReviewTask, Skip
from review.outcomes import NotAcceptable
from review.permissions import check_works_in
from review.transitions import after

HOLD = timedelta(hours=1)  # how long, when the person does not say


def skip(hold: claims.Hold, *, by: User) -> None:
    """Back into the line for others; this person is not handed it again. Raises HoldLost or AlreadyDecided."""
    with transaction.atomic():
        task, now = _held(hold, by)
        Skip.objects.bulk_create([Skip(task=task, by=by, at=now)], ignore_conflicts=True)
        _leave(task, "skip", outcome=Claim.Outcome.SKIPPED, by=by)


def escalate(hold: claims.Hold, *, by: User, note: str = "", to: User | None = None) -> None:
    """Out of the line and up to a lead: `to`, or any lead of the queue. A lead can hand it on to another."""
    with transaction.atomic():
        task, _ = _held(hold, by)
        if to is not None:
            _check_leads(task, to)
        task.owner, task.note = to, note
        _leave(task, "escalate", outcome=Claim.Outcome.ESCALATED, by=by)


def put_on_hold(hold: claims.Hold, *, by: User, until: datetime | None, note: str = "") -> None:
    """Out of the line until a time, an hour from now when none is given; then it is anybody's again."""
    with transaction.atomic():
        task, now = _held(hold, by)
        if until is not None and until <= now:
            raise NotAcceptable("/until", "This time has passed. Give one that is still to come.")
        task.owner, task.note, task.wait_until = by, note, until or now + HOLD
        _leave(task, "hold", outcome=Claim.Outcome.ON_HOLD, by=by)


def return_from_hold() -> int:
    """Put tasks whose time has come back in their place in the line. Returns how many."""
    due = ReviewTask.objects.filter(state=ReviewTask.State.ON_HOLD, wait_until__lte=Now())
    was_escalated = Exists(Claim.objects.filter(task=OuterRef("pk"), outcome=Claim.Outcome.ESCALATED))
    return _return(due.filter(was_escalated), "return (was escalated)") + _return(due, "return")


def _return(due: QuerySet[ReviewTask], verb: str) -> int:
    return due.update(state=after(verb, ReviewTask.State.ON_HOLD), wait_until=None, owner=None)


def _held(hold: claims.Hold, by: User) -> tuple[ReviewTask, datetime]:
    task, now = claims.locked(hold.task_id)
    check_works_in(by, task.queue_id)
    claims.check_held(task, hold, by=by)
    return task, now


def _leave(task: ReviewTask, verb: str, *, outcome: str, by: User) -> None:
    claims.end(Claim.objects.filter(task=task.pk), outcome=outcome)
    claims.let_go(task)
    task.state = after(verb, task.state)
    task.save()
    audit.record(f"case.{outcome}", by=by, on=task.case, note=task.note)


def _check_leads(task: ReviewTask, to: User) -> None:
    if not may(to, Permission.TAKE_ESCALATED) or not task.queue.memberships.filter(user=to).exists():
        raise NotAcceptable("/to", f"{to} takes no escalated cases in this queue. Name a lead who works in it.")
