"""Hand a task to a named colleague: a lead gives it, or who holds it asks for a second opinion."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from accounts import audit
from accounts.models import User
from accounts.roles import Permission
from review import claims
from review.models import Claim, ReviewTask, Skip
from review.outcomes import HoldLost, NotAcceptable
from review.permissions import check_leads_in, check_works_in, takers
from review.transitions import after


def assign(task_id: int, *, to: User | None, by: User, note: str = "") -> ReviewTask:
    """Only `to` is handed the task from now on, even if they skipped it; with None it is anybody's again.

    Raises NotAllowed, WrongState, HoldLost while somebody else looks at it, AlreadyDecided, NotAcceptable, or
    ReviewTask.DoesNotExist.
    """
    with transaction.atomic():
        task, now = claims.locked(task_id)
        check_leads_in(by, task.queue_id, Permission.ASSIGN)
        claims.check_open(task)
        task.state = after("assign", task.state)
        if to is not None:
            _check_could_take(task, to)
            Skip.objects.filter(task=task, by=to).delete()
        _end_hold(task, to=to, by=by, now=now)
        _hand(task, to=to, note=note, by=by, now=now)
        audit.record("case.assigned", by=by, on=task.case, to=to.email if to else "", note=note)
    return task


def ask_second_opinion(hold: claims.Hold, *, to: User, by: User, note: str = "", view: str = "") -> ReviewTask:
    """Give the held task to a colleague, who decides it. `view` is what the asker would say, PASS or REJECT: kept
    in the history, and not shown to the colleague before they have judged for themselves.

    Raises NotAllowed, HoldLost, AlreadyDecided, NotAcceptable, or ReviewTask.DoesNotExist.
    """
    with transaction.atomic():
        task, now = claims.locked(hold.task_id)
        check_works_in(by, task.queue_id)
        claims.check_held(task, hold, by=by)
        task.state = after("ask", task.state)
        _check_second(task, to, by=by)
        _give_up(task, outcome=Claim.Outcome.ASSIGNED)
        _hand(task, to=to, note=note, by=by, now=now)
        audit.record("case.second-opinion", by=by, on=task.case, to=to.email, note=note, view=view)
    return task


def _check_could_take(task: ReviewTask, to: User) -> None:
    if not takers(task.queue_id, state=task.state).filter(pk=to.pk).exists():
        of_leads = gettext("{to} takes no such cases in this queue. Name a lead who works in it.")
        of_all = gettext("{to} takes no such cases in this queue. Name somebody who works in it.")
        refused = of_leads if task.state == ReviewTask.State.ESCALATED else of_all
        raise NotAcceptable("/to", refused.format(to=to))


def _check_second(task: ReviewTask, to: User, *, by: User) -> None:
    if to.pk == by.pk:
        raise NotAcceptable("/to", gettext("A second opinion is somebody else's. Name a colleague."))
    _check_could_take(task, to)
    if task.skips.filter(by=to).exists():
        refused = gettext("{to} has skipped this case. Name somebody else, or escalate it.")
        raise NotAcceptable("/to", refused.format(to=to))


def _end_hold(task: ReviewTask, *, to: User | None, by: User, now: datetime) -> None:
    """A lead takes no picture from under somebody's eyes: only their own hold ends, or one that ran out."""
    live = task.held_until is not None and task.held_until >= now
    if not live or task.held_by_id == by.pk:
        _give_up(task, outcome=Claim.Outcome.ASSIGNED if live else Claim.Outcome.EXPIRED)
    elif to is None or task.held_by_id != to.pk:
        raise HoldLost(str(task.held_by))


def _give_up(task: ReviewTask, *, outcome: str) -> None:
    claims.end(Claim.objects.filter(task=task), outcome=outcome)
    claims.let_go(task)


def _hand(task: ReviewTask, *, to: User | None, note: str, by: User, now: datetime) -> None:
    task.owner = to
    task.leave_note(note, by=by, at=now)
    task.save()
