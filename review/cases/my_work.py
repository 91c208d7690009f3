"""The tasks assigned to, leased or snoozed by a person, and those escalated to leads."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from accounts import permissions
from accounts.models import User
from accounts.roles import Permission
from review.models import Decision, ReviewTask
from review.models.review_task import IS_LEASED
from review.permissions import queues_seen_by

MOST = 100  # of one list
RECENT = 20
State = ReviewTask.State


def leased_by(user: User) -> Sequence[ReviewTask]:
    """The tasks the person has leased now."""
    return _first(_shown().filter(IS_LEASED, leased_by=user, closed_at=None))


def snoozed_by(user: User) -> Sequence[ReviewTask]:
    return _first(_shown().filter(owner=user, state=State.SNOOZED), by="wait_until")


def assigned_to(user: User) -> Sequence[ReviewTask]:
    return _first(_shown().filter(owner=user, state=State.WAITING))


def escalated_to(user: User) -> Sequence[ReviewTask]:
    return _first(_shown().filter(owner=user, state=State.ESCALATED))


def escalated_to_others(user: User) -> Sequence[ReviewTask]:
    """Escalated to any lead or to another one, in the queues whose cases the person may see. Raises NotAllowed for a
    person who leads no queue.
    """
    check_sees_escalated(user)
    queues = list(queues_seen_by(user).order_by().values_list("pk", flat=True))
    tasks = _shown().filter(state=State.ESCALATED, queue__in=queues)
    return _first(tasks.filter(Q(owner=None) | ~Q(owner=user)))


def check_sees_escalated(user: User) -> None:
    if not permissions.may(user, Permission.SEE_ALL_QUEUES):
        permissions.check(user, Permission.TAKE_ESCALATED)


def can_see_escalated(user: User) -> bool:
    try:
        check_sees_escalated(user)
    except permissions.NotAllowed:
        return False
    return True


def recent_decisions_of(user: User) -> Sequence[Decision]:
    """Newest first, each with `now`, to show which can still be undone."""
    decisions = Decision.objects.filter(by=user).select_related("task__queue", "task__case").annotate(now=Now())
    return list(decisions.order_by("-decided_at")[:RECENT])


def _shown() -> QuerySet[ReviewTask]:
    return ReviewTask.objects.select_related("case__picture_fetch__picture", "queue", "owner", "leased_by", "noted_by")


def _first(tasks: QuerySet[ReviewTask], *, by: str = "rank_at") -> Sequence[ReviewTask]:
    return list(tasks.order_by(by, "pk")[:MOST])
