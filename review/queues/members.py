"""Who works in a queue: people named there, and the people of its teams. A membership is a row in either case, so that
leasing asks one table.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from accounts.audit import Actor
from accounts.models import User
from review.models import Membership, Queue, Team
from review.queues import onboarding
from review.workflow import leavers


@dataclass(frozen=True, slots=True)
class MembersChanged:
    """The ids of those who work there now and did not before, and the other way round; and of those who worked there
    before and are `named` in person now, or no more.
    """

    added: list[int]
    removed: list[int]
    named: list[int]
    unnamed: list[int]

    def details(self) -> dict[str, list[int]]:
        """Of the audit event; empty when nothing changed."""
        changed = {name: ids for name in ("named", "unnamed") if (ids := getattr(self, name))}
        return {"added": self.added, "removed": self.removed} | changed if self.added or self.removed or changed else {}


def named(queue: Queue) -> set[int]:
    """Those who are named in the queue in person."""
    return set(queue.memberships.filter(is_direct=True).values_list("user_id", flat=True))


def bring_up_to_date(queue: Queue, direct: Collection[int], *, by: Actor) -> MembersChanged:
    """Make the memberships those of the people named (`direct`) and of the queue's teams. What somebody who leaves has
    leased or snoozed there is returned to the queue. The caller has locked the queue's row.
    """
    before = dict(queue.memberships.values_list("user_id", "is_direct"))
    through = set(User.objects.filter(teams__queues=queue).values_list("pk", flat=True))
    wanted = {pk: pk in direct for pk in (*direct, *through)}
    added, removed = sorted(wanted.keys() - before.keys()), sorted(before.keys() - wanted.keys())
    Membership.objects.filter(queue=queue, user_id__in=removed).delete()
    changed = {pk: wanted[pk] for pk in sorted(before) if pk in wanted and wanted[pk] != before[pk]}
    named, unnamed = ([pk for pk, is_direct in changed.items() if is_direct is way] for way in (True, False))
    for is_direct, people in ((True, named), (False, unnamed)):
        Membership.objects.filter(queue=queue, user_id__in=people).update(is_direct=is_direct)
    new = onboarding.among(added, queue=queue)
    Membership.objects.bulk_create(
        Membership(queue=queue, user_id=pk, practises=pk in new, is_direct=wanted[pk]) for pk in added
    )
    if removed:
        leavers.removed_from(queue, removed, by=by)
    return MembersChanged(added, removed, named, unnamed)


def teams_of(queue: Queue) -> dict[int, list[Team]]:
    """By person, the teams of the queue through which they work there. Prefetch `teams__people`."""
    found: dict[int, list[Team]] = {}
    for team in queue.teams.all():
        for person in team.people.all():
            found.setdefault(person.pk, []).append(team)
    return found


def teams_by_queue(user: User) -> dict[int, list[Team]]:
    """By queue, the teams through which this person works there."""
    found: dict[int, list[Team]] = {}
    for team in user.teams.prefetch_related("queues"):
        for queue in team.queues.all():
            found.setdefault(queue.pk, []).append(team)
    return found
