"""The queues in which a person is named: of one person, of several at once, and of those who join. Who works in a queue
through a team is not touched here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Unpack

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import people
from accounts.audit_actions import AuditAction
from accounts.models import User
from accounts.people import Profile
from accounts.versions import Edited
from review.models import Queue
from review.queues import configure, members


def change_person(
    user: User,
    *,
    by: User,
    queues: Collection[int],
    name: str,
    role: str,
    is_active: bool,
    expected_version: str | None = None,
    **profile: Unpack[Profile],
) -> None:
    """Everything that the form of a person has, in one transaction. Raises Conflict and what `people.change` does."""
    with transaction.atomic():
        people.check_administers(by)
        EDITED.check(expected_version, people.lock_with_administrators(user))
        people.change(user, by=by, name=name, role=role, is_active=is_active, **profile)
        before = set(user.memberships.filter(is_direct=True).values_list("queue_id", flat=True))
        for queue in Queue.objects.filter(pk__in=before ^ set(queues)).order_by("pk"):
            _move(queue, [user], into=queue.pk in queues, by=by)


def put_into(queue: Queue, users: Iterable[User], *, by: User) -> None:
    """Make these people members, beside those who are."""
    _move(queue, users, into=True, by=by)


def take_out_of(queue: Queue, users: Iterable[User], *, by: User) -> None:
    """What they have leased or snoozed there is returned to the queue."""
    _move(queue, users, into=False, by=by)


def join(user: User, queue_ids: Collection[int], *, by: User | str) -> None:
    """The function at settings.INVITATION_HANDOVER: `accounts` calls it in the transaction in which somebody joins.
    Queues that are gone by now are left out.
    """
    for queue in Queue.objects.filter(pk__in=list(queue_ids)).order_by("pk"):
        _move(queue, [user], into=True, by=by)


def _move(queue: Queue, users: Iterable[User], *, into: bool, by: User | str) -> None:
    with transaction.atomic():
        locked = Queue.objects.select_for_update(no_key=True).get(pk=queue.pk)
        named, moved = members.named(locked), {user.pk for user in users}
        wanted = named | moved if into else named - moved
        configure.set_members(locked, User.objects.filter(pk__in=wanted), by=by)


def _values(user: User) -> dict[str, Any]:
    named = user.memberships.filter(is_direct=True).order_by("queue__name")
    queues = {str(pk): name for pk, name in named.values_list("queue_id", "queue__name")}
    return {**people.EDITED.values(user), "queues": queues}


EDITED = Edited(
    _values, recorded_as=[AuditAction.USER_CHANGED, AuditAction.QUEUE_MEMBERS_SET], labels={"queues": _("Queues")}
)
