"""Who may see which figures: those of a queue its leads and administrators, those of a person that person and the leads
of a queue they both work in. People are never listed beside each other.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext

from accounts.models import User
from accounts.permissions import NotAllowed, check, may
from accounts.roles import Permission
from review.models import Queue
from review.permissions import queues_led_by, queues_of


def queues_told_of(by: User) -> list[Queue]:
    """Queues whose figures this person may see, in the order of their names. Raises NotAllowed for who sees none."""
    check(by, Permission.SEE_REPORTS)
    return list(queues_led_by(by, Permission.SEE_REPORTS))


def queues_of_person(person: User, *, by: User) -> list[Queue]:
    """In which queues this reader may see the person's pace: their own everywhere, that of others where the reader
    leads and works with them. An administrator who works in none of them is no lead. Raises NotAllowed when in none.
    """
    if person == by:
        return list(Queue.objects.filter(members=person))
    found = list(_led(by).filter(members=person))
    if not found:
        refused = gettext("{name}'s figures are shown to {name} and to the leads of their queues.")
        raise NotAllowed(refused.format(name=person))
    return found


def people_told_of(queues: Sequence[Queue], *, by: User) -> list[User]:
    """Whose pace this reader may see in any of these queues, in the order of their names."""
    led = _led(by).filter(pk__in=[one.pk for one in queues])
    return list(User.objects.filter(queues__in=led, is_active=True).distinct().order_by("name", "email"))


def _led(by: User) -> QuerySet[Queue]:
    return queues_of(by) if may(by, Permission.SEE_REPORTS) else Queue.objects.none()
