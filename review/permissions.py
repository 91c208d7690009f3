"""What a person may work on and see. `check_…` raises, `can_…` returns a bool. States are checked by `transitions`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext

from accounts import permissions
from accounts.database.statements import Statement
from accounts.models import User
from accounts.permissions import NotAllowed
from accounts.roles import PERMISSIONS, Permission
from moderation.models import Case
from review.models import DecidedCase, Queue, ReviewTask

_NEEDED = {ReviewTask.State.WAITING: Permission.DECIDE, ReviewTask.State.ESCALATED: Permission.TAKE_ESCALATED}
TAKERS: dict[str, list[str]] = {
    state: [role for role, granted in PERMISSIONS.items() if needed in granted] for state, needed in _NEEDED.items()
}
"""The roles that can lease tasks, by the state of the task."""


def queues_of(user: User) -> QuerySet[Queue]:
    """The queues in which a person works, without those in which they still have to practise."""
    if not permissions.may(user, Permission.DECIDE):
        return Queue.objects.none()
    return Queue.objects.filter(memberships__user=user, memberships__practises=False)


_WORKED_IN = Statement(
    """
    SELECT queue.id, queue.slug, queue.paused_at IS NULL AND queue.closed_at IS NULL
      FROM review_membership membership
      JOIN review_queue queue ON queue.id = membership.queue_id
     WHERE membership.user_id = %(user)s AND NOT membership.practises
     ORDER BY queue.name, queue.id
    """
)


def worked_in(user: User) -> list[tuple[int, str, bool]]:
    """The same queues as ids with their slugs, and whether they hand out cases, for whoever leases."""
    if not permissions.may(user, Permission.DECIDE):
        return []
    return [(pk, slug, is_open) for pk, slug, is_open in _WORKED_IN.rows(user=user.pk)]


def queues_seen_by(user: User | AnonymousUser) -> QuerySet[Queue]:
    """The queues whose cases a person may see."""
    if permissions.may(user, Permission.SEE_ALL_QUEUES):
        return Queue.objects.all()
    return Queue.objects.filter(members=user) if user.is_active else Queue.objects.none()


def takers(queue_id: int, *, state: str) -> QuerySet[User]:
    """The users who could lease a task of this state in this queue."""
    working = {"memberships__queue": queue_id, "memberships__practises": False}
    return User.objects.filter(**working, is_active=True, role__in=TAKERS[state])


_PRACTISES = Statement("SELECT practises FROM review_membership WHERE queue_id = %(queue)s AND user_id = %(user)s")


def check_works_in(user: User, queue_id: int) -> None:
    permissions.check(user, Permission.DECIDE)
    membership = _PRACTISES.first(queue=queue_id, user=user.pk)
    if membership == (True,):
        raise NotAllowed(
            gettext("Practice first: you receive cases of this queue after judging the practice pictures.")
        )
    if membership is None:
        refused = gettext("{email} is not a member of this queue. An administrator can add members.")
        raise NotAllowed(refused.format(email=user.email))


def check_leads_in(user: User, queue_id: int, permission: Permission) -> None:
    """`permission` is a lead's; a lead has it in the queues they work in, an administrator everywhere."""
    permissions.check(user, permission)
    if not permissions.may(user, Permission.ADMINISTER):
        check_works_in(user, queue_id)


def can_lead_in(user: User, queue_id: int, permission: Permission) -> bool:
    try:
        check_leads_in(user, queue_id, permission)
    except NotAllowed:
        return False
    return True


def queues_led_by(user: User, permission: Permission) -> QuerySet[Queue]:
    """Those for which `check_leads_in` would not raise."""
    if permissions.may(user, Permission.ADMINISTER):
        return Queue.objects.all()
    return queues_of(user) if permissions.may(user, permission) else Queue.objects.none()


def check_chooses_labels(user: User | AnonymousUser) -> None:
    """Members of a queue choose labels; administrators name them."""
    if permissions.may(user, Permission.ADMINISTER):
        return
    permissions.check(user, Permission.DECIDE)
    if not queues_seen_by(user).exists():
        raise NotAllowed(gettext("Labels are shown to the members of a queue. An administrator can add members."))


def cases_seen_by(user: User | AnonymousUser) -> QuerySet[Case]:
    """All cases for a user who sees all queues; else those that wait or waited in the user's queues, or in queues that
    were closed into one of these, where they are reopened. Whoever may reopen also sees those that policy decided alone
    and that would have waited in these queues. For one case, or a few; for lists see `ways_to_see`.
    """
    if permissions.may(user, Permission.SEE_ALL_QUEUES):
        return Case.objects.all()
    seen, led, _ = _queues_of(user)
    waited = ReviewTask.objects.order_by().filter(queue__in=seen)
    if not _reopens(user):
        return Case.objects.filter(Exists(waited.filter(case=OuterRef("pk"))))
    decided = DecidedCase.objects.order_by().filter(queue__in=led)
    return Case.objects.filter(pk__in=waited.values("case").union(decided.values("case"), all=True))


def ways_to_see(
    user: User | AnonymousUser, *, with_task: bool = False, by_policy: bool = False, queue: Queue | None = None
) -> list[QuerySet[Case]]:
    """The same, one query for each way in which this person may see a case, which can be in both. Together they would
    be planned as one list of all that the person may see; apart, each stops at the newest. Of cases `with_task`, or
    with one in this `queue`, the first way may find all: then there is no other. A case that was decided `by_policy`
    alone has no tasks but closed ones, which are few.
    """
    if permissions.may(user, Permission.SEE_ALL_QUEUES):
        return [Case.objects.all()]
    seen, led, number = _queues_of(user)
    tasks = ReviewTask.objects.order_by().filter(queue__in=seen)
    ways: list[QuerySet[Any]] = [tasks.filter(state=ReviewTask.State.CLOSED) if by_policy else tasks]
    finds_all = queue.pk in seen if queue else with_task and len(seen) == number
    if _reopens(user) and not finds_all:
        ways.append(DecidedCase.objects.order_by().filter(queue__in=led))
    return [Case.objects.filter(Exists(rows.filter(case=OuterRef("pk")))) for rows in ways]


def _queues_of(user: User | AnonymousUser) -> tuple[list[int], list[int], int]:
    """Those whose cases this person sees, those in which the person reopens, each with those that were closed into one
    of them, directly or through another, and how many there are of all. One query; as numbers, so that the planner
    knows which queues these are and how long.
    """
    led = queues_led_by(user, Permission.REOPEN) if isinstance(user, User) else Queue.objects.none()
    own = {"seen": _is_in(queues_seen_by(user)), "led": _is_in(led)}
    rows = list(Queue.objects.order_by().annotate(**own).values_list("pk", "closed_into", *own))
    seen = _and_closed((pk, into, is_seen) for pk, into, is_seen, _ in rows)
    return seen, _and_closed((pk, into, is_led) for pk, into, _, is_led in rows), len(rows)


def _reopens(user: User | AnonymousUser) -> bool:
    return permissions.may(user, Permission.REOPEN)


def sees_cases(user: User | AnonymousUser) -> bool:
    """Whether this person may see cases of any queue."""
    return permissions.may(user, Permission.SEE_ALL_QUEUES) or queues_seen_by(user).exists()


def check_sees_cases(user: User) -> None:
    if not sees_cases(user):
        refused = gettext("{email} works in no queue. An administrator can add members.")
        raise NotAllowed(refused.format(email=user.email))


_SEEN = Statement(
    """
    WITH RECURSIVE seen (id) AS (
        SELECT queue_id FROM review_membership WHERE user_id = %(user)s
         UNION
        SELECT closed.id FROM review_queue closed JOIN seen ON seen.id = closed.closed_into_id
    )
    SELECT task.id
      FROM review_reviewtask task
     WHERE task.case_id = %(case)s AND task.queue_id IN (SELECT id FROM seen)
     LIMIT 1
    """
)


_SEEN_DECIDED = Statement(
    """
    WITH RECURSIVE led (id) AS (
        SELECT queue_id FROM review_membership WHERE user_id = %(user)s AND NOT practises
         UNION
        SELECT closed.id FROM review_queue closed JOIN led ON led.id = closed.closed_into_id
    )
    SELECT decided.case_id
      FROM review_decidedcase decided
     WHERE decided.case_id = %(case)s AND decided.queue_id IN (SELECT id FROM led)
    """
)


def can_see_case(user: User | AnonymousUser, case_id: int) -> bool:
    """The same for one existing case: the check made with every picture."""
    if permissions.may(user, Permission.SEE_ALL_QUEUES):
        return True
    statements = [_SEEN, _SEEN_DECIDED] if permissions.may(user, Permission.REOPEN) else [_SEEN]
    return user.is_active and any(one.first(case=case_id, user=user.pk) is not None for one in statements)


def _is_in(queues: QuerySet[Queue]) -> Exists:
    return Exists(queues.order_by().filter(pk=OuterRef("pk")))


def _and_closed(queues: Iterable[tuple[int, int | None, bool]]) -> list[int]:
    rows = list(queues)
    found = {pk for pk, _, is_own in rows if is_own}
    while more := {pk for pk, into, _ in rows if into in found and pk not in found}:
        found |= more
    return sorted(found)
