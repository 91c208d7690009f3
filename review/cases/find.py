"""Find a case, a label, a person or a queue by what one types. Only what the person may see is found.

Cases are found by their whole ids, and by the beginning of a `requestId` in hexadecimal: each by an index of its own,
so that a million cases cost what a thousand do. People and queues are few; labels are searched in memory.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass

from django.db.models import BigIntegerField, ExpressionWrapper, F, Q, QuerySet

from accounts import permissions
from accounts.models import User
from accounts.roles import Permission
from moderation import labels
from moderation.models import Case
from review.cases import bounded_read, search
from review.models import Queue
from review.permissions import queues_led_by, queues_seen_by, sees_cases, ways_to_see

LONGEST = 257  # characters: two ids of a batch, joined
MOST_CASES, MOST_LABELS, MOST_PEOPLE, MOST_QUEUES = 6, 8, 6, 6
MOST_MS = 500
_UNWALKABLE = ExpressionWrapper(F("pk") + 0, BigIntegerField())  # no index has this order, so the ids are looked up
_BEGINNING = re.compile(r"[0-9a-f]{4,31}")
_BEHIND_HEXADECIMAL = "g"  # sorts behind every digit in every collation


@dataclass(frozen=True, slots=True)
class Found:
    """At most the first few of each kind; the cases newest first, with their app and picture."""

    cases: Sequence[Case] = ()
    labels: Sequence[labels.Found] = ()
    people: Sequence[User] = ()
    queues: Sequence[Queue] = ()

    def __bool__(self) -> bool:
        return any((self.cases, self.labels, self.people, self.queues))


def find(text: str, *, user: User) -> Found:
    """Nothing for an empty text, and for one that no name or id can be."""
    wanted = text.strip()
    if not wanted or "\0" in wanted or len(wanted) > LONGEST:
        return Found()
    sees = sees_cases(user)
    return Found(
        cases=_cases(wanted, user) if sees else (),
        labels=labels.matching(wanted[:100], at_most=MOST_LABELS) if sees else (),
        people=list(_people(user).filter(_named(wanted))[:MOST_PEOPLE]),
        queues=list(queues_seen_by(user).filter(_called(wanted)).order_by("name", "pk")[:MOST_QUEUES]),
    )


def _cases(wanted: str, user: User) -> Sequence[Case]:
    """Those that the person may see are counted out, not those that there are."""
    ways = [seen.select_related("app", "picture_fetch__picture") for seen in ways_to_see(user)]
    named = [seen.filter(pk__in=search.of_any_id(wanted)).order_by(_UNWALKABLE.desc()) for seen in ways]
    found = sorted(_first(named), key=lambda case: -case.pk)[:MOST_CASES]
    beginning = wanted.lower()
    if found or not _BEGINNING.fullmatch(beginning):
        return found
    begins = {"request_id__gte": beginning, "request_id__lt": beginning + _BEHIND_HEXADECIMAL}
    begun = _first([seen.filter(**begins).order_by("request_id") for seen in ways])
    return sorted(sorted(begun, key=lambda case: case.request_id)[:MOST_CASES], key=lambda case: -case.pk)


def _first(ways: Sequence[QuerySet[Case]]) -> Collection[Case]:
    """The first few of each, and none where it takes too long to find any."""
    found: dict[int, Case] = {}
    for cases in ways:
        with suppress(bounded_read.TooWide):
            found |= {case.pk: case for case in bounded_read.within(cases[:MOST_CASES], milliseconds=MOST_MS)}
    return found.values()


def _people(user: User) -> QuerySet[User]:
    """Whom this person may look up: administrators everybody, leads the members of their queues."""
    everybody = User.objects.order_by("name", "email")
    if permissions.may(user, Permission.ADMINISTER):
        return everybody
    led = queues_led_by(user, Permission.ASSIGN).order_by().values("pk")
    return everybody.filter(memberships__queue__in=led).distinct()


def _named(wanted: str) -> Q:
    return Q(name__icontains=wanted) | Q(email__icontains=wanted)


def _called(wanted: str) -> Q:
    return Q(name__icontains=wanted) | Q(slug__icontains=wanted)
