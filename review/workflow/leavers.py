"""People who may not work any more: what they have leased or snoozed is returned to the queues at once."""

from __future__ import annotations

from collections.abc import Collection

from accounts.audit import Actor
from accounts.database.statements import Statement
from accounts.models import User
from review.models import Queue
from review.workflow import leases, snoozed

_INACTIVE = Statement(
    """
    SELECT person.id
      FROM accounts_user person
     WHERE NOT person.is_active
       AND person.id IN (SELECT leased_by_id FROM review_reviewtask WHERE leased_by_id IS NOT NULL AND closed_at IS NULL
                          UNION ALL
                         SELECT owner_id FROM review_reviewtask WHERE state = 'snoozed')
    """
)


def access_changed(user: User, *, by: Actor) -> None:
    """The function at settings.PERSON_HANDOVER: `accounts` calls it in the transaction that changes role or access,
    which also ends the person's sessions.
    """
    hand_back([user.pk], by=by)


def removed_from(queue: Queue, users: Collection[int], *, by: Actor) -> None:
    leases.release_all(users, queue=queue)
    snoozed.return_of(users, queue=queue, by=by)


def hand_back(users: Collection[int], *, by: Actor) -> None:
    leases.release_all(users)
    snoozed.return_of(users, by=by)


def hand_back_left() -> int:
    """For people who were deactivated in the database itself. Returns how many had something."""
    left = [pk for (pk,) in _INACTIVE.rows()]
    if left:
        hand_back(left, by="maintenance")
    return len(left)
