"""Members who must practise before a queue hands them tasks.

The flag is on the membership, so that leasing needs no additional query.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext

from accounts import audit, permissions
from accounts.audit_actions import AuditAction
from accounts.models import User
from accounts.permissions import NotAllowed
from accounts.roles import Permission, Role
from review.models import Decision, Membership, PracticeSession, Queue


def among(users: Collection[int], *, queue: Queue) -> set[int]:
    """Those of these people who practise first in this queue: moderators who never decided anything, nor practised."""
    if not queue.practice_first:
        return set()
    decided = Decision.objects.filter(by=OuterRef("pk"))
    practised = PracticeSession.objects.filter(user=OuterRef("pk"), finished_at__isnull=False)
    waived = Membership.objects.filter(user=OuterRef("pk"), practises=False)
    new = User.objects.filter(~Exists(decided), ~Exists(practised), ~Exists(waived), role=Role.MODERATOR, pk__in=users)
    return set(new.values_list("pk", flat=True))


def practise_first(user: User, *, slug: str = "") -> bool:
    """Whether the person is to practise before this queue hands them anything, or before any of their queues does."""
    return is_first(by_queue(user, slug=slug))


def by_queue(user: User, *, slug: str = "") -> dict[int, bool]:
    """Whether the person still has to practise, by the id of each of their queues, or of this one."""
    mine = Membership.objects.filter(user=user, **({"queue__slug": slug} if slug else {}))
    return dict(mine.values_list("queue", "practises"))


def is_first(practises: Mapping[int, bool]) -> bool:
    """Whether none of these queues hands them anything yet."""
    return bool(practises) and all(practises.values())


def seen_by(lead: User) -> QuerySet[Membership]:
    """Members who still practise in the queues where this person may waive it."""
    practising = Membership.objects.filter(practises=True, user__is_active=True).select_related("user", "queue")
    practising = practising.order_by("user__name", "user__email", "queue__name")
    if permissions.may(lead, Permission.ADMINISTER):
        return practising
    leads = permissions.may(lead, Permission.WAIVE_PRACTICE)
    return practising.filter(queue__members=lead) if leads else practising.none()


def waive(user: User, *, by: User | str) -> None:
    """Let a person begin without practice: everywhere for an administrator, in their own queues for a lead.

    Raises NotAllowed, also where there is nothing to waive.
    """
    practising = Membership.objects.filter(user_id=user.pk, practises=True)
    if isinstance(by, User):
        permissions.check(by, Permission.WAIVE_PRACTICE)
        practising = practising.filter(pk__in=seen_by(by).values("pk"))
    with transaction.atomic():
        queues = sorted(practising.values_list("queue__slug", flat=True))
        if not queues and isinstance(by, User):
            raise NotAllowed(gettext("This is nobody who is in practice in a queue that you lead."))
        Membership.objects.filter(user_id=user.pk, queue__slug__in=queues).update(practises=False)
        if queues:
            audit.record(AuditAction.PRACTICE_WAIVED, by=by, on=user, queues=queues)


def over(user: User) -> None:
    """Record that the person has practised: all their queues hand them cases from now on."""
    Membership.objects.filter(user=user, practises=True).update(practises=False)
