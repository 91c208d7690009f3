"""May this person work on this? `check_…` raises, `can_…` asks. Whether the state allows it is `transitions`."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from accounts import permissions
from accounts.models import User
from accounts.permissions import NotAllowed
from accounts.roles import Permission
from moderation.models import Case
from review.models import Queue, ReviewTask


def queues_of(user: User) -> QuerySet[Queue]:
    """The queues in which a person works."""
    return Queue.objects.filter(members=user) if permissions.may(user, Permission.DECIDE) else Queue.objects.none()


def queues_seen_by(user: User | AnonymousUser) -> QuerySet[Queue]:
    """The queues whose cases a person may see."""
    if permissions.may(user, Permission.SEE_ALL_QUEUES):
        return Queue.objects.all()
    return Queue.objects.filter(members=user) if user.is_active else Queue.objects.none()


def check_works_in(user: User, queue_id: int) -> None:
    permissions.check(user, Permission.DECIDE)
    if not Queue.members.through.objects.filter(queue_id=queue_id, user=user).exists():
        raise NotAllowed(f"{user.email} is not a member of this queue. An administrator can add members.")


def can_see_case(user: User | AnonymousUser, case: Case) -> bool:
    """Members of a queue that the case waits or waited in, and those who see all queues."""
    if not isinstance(user, User):
        return False
    return ReviewTask.objects.filter(case=case, queue__in=queues_seen_by(user)).exists() or permissions.may(
        user, Permission.ADMINISTER
    )


def check_chooses_labels(user: User | AnonymousUser) -> None:
    """Who works in a queue says which label is right; who administers names them."""
    if permissions.may(user, Permission.ADMINISTER):
        return
    permissions.check(user, Permission.DECIDE)
    if not queues_seen_by(user).exists():
        raise NotAllowed("Labels are shown to the members of a queue. An administrator can add members.")
