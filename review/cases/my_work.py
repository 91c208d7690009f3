"""The tasks assigned to, leased or snoozed by a person, and those escalated to leads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from accounts import permissions, times
from accounts.models import User
from accounts.roles import Permission
from review.models import Decision, ReviewTask, Skip, Verdict
from review.models.review_task import IS_LEASED
from review.permissions import queues_seen_by

MOST = 100  # of one list
MOST_SKIPPED, MOST_COMPARED = 12, 300
RECENT = 24
State = ReviewTask.State


@dataclass(frozen=True, slots=True)
class DecidedToday:
    passed: int
    rejected: int
    undone: int


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


def skipped_by(user: User) -> Sequence[ReviewTask]:
    """What the person skipped today and nobody has decided since, the latest first, in queues they still see."""
    today, queues = times.midnight(times.today()), queues_seen_by(user).order_by().values("pk")
    skips = Skip.objects.filter(by=user, at__gte=today, task__closed_at=None, task__queue__in=queues)
    order = {
        task: place for place, task in enumerate(skips.order_by("-at").values_list("task", flat=True)[:MOST_SKIPPED])
    }
    tasks = _shown().filter(pk__in=list(order))
    return sorted(tasks, key=lambda task: order[task.pk])


def decided_today(user: User) -> DecidedToday:
    """How many the person decided since their midnight; an index by person and time holds them."""
    counts = Decision.objects.filter(by=user, decided_at__gte=times.midnight(times.today())).aggregate(
        passed=Count("pk", filter=Q(verdict=Verdict.PASS, undone_at=None)),
        rejected=Count("pk", filter=Q(verdict=Verdict.REJECT, undone_at=None)),
        undone=Count("pk", filter=Q(undone_at__isnull=False)),
    )
    return DecidedToday(**counts)


def decided_otherwise(user: User) -> Sequence[int]:
    """Cases of which another verdict stands now than the one the person gave, of their last few hundred decisions."""
    last = Decision.objects.filter(by=user, undone_at=None).order_by("-decided_at").values("pk")[:MOST_COMPARED]
    later = Decision.objects.filter(
        task__case=OuterRef("task__case"), task__round__gt=OuterRef("task__round"), undone_at=None
    ).exclude(verdict=OuterRef("verdict"))
    mine = Decision.objects.filter(pk__in=last).filter(Exists(later))
    return list(mine.order_by("-decided_at").values_list("task__case", flat=True)[:RECENT])


def recent_decisions_of(user: User) -> Sequence[Decision]:
    """Newest first, in queues the person still sees, each with `now`, to show which can still be undone."""
    shown = ("task__queue", "task__case__app", "task__case__picture_fetch__picture")
    queues = queues_seen_by(user).order_by().values("pk")
    decisions = Decision.objects.filter(by=user, task__queue__in=queues).select_related(*shown).annotate(now=Now())
    return list(decisions.order_by("-decided_at")[:RECENT])


def _shown() -> QuerySet[ReviewTask]:
    return ReviewTask.objects.select_related(
        "case__app", "case__picture_fetch__picture", "queue", "owner", "leased_by", "noted_by"
    )


def _first(tasks: QuerySet[ReviewTask], *, by: str = "rank_at") -> Sequence[ReviewTask]:
    return list(tasks.order_by(by, "pk")[:MOST])
