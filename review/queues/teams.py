"""Teams: named groups of people who work in queues as a whole."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.audit import Actor
from accounts.audit_actions import AuditAction
from accounts.models import User
from accounts.permissions import check
from accounts.roles import Permission
from accounts.versions import Edited
from review.models import Queue, Team
from review.queues import members


def create(name: str, *, people: Iterable[User], queues: Iterable[Queue], by: User | str) -> Team:
    """Raises ValueError for a name that another team has, or IntegrityError when that is made at the same time."""
    _check(by)
    with transaction.atomic():
        _check_name(name)
        team = Team.objects.create(name=name)
        audit.record(AuditAction.TEAM_CREATED, by=by, on=team, name=name)
        _put(team, people=people, queues=queues, by=by)
    return team


def change(
    team: Team,
    *,
    name: str,
    people: Iterable[User],
    queues: Iterable[Queue],
    by: User | str,
    expected_version: str | None = None,
) -> None:
    """Change name, people and queues. Who leaves the team, or whose team leaves a queue, works there no more, unless
    they are named there in person or come through another team.

    Raises Conflict, Team.DoesNotExist, and ValueError for a name that another team has.
    """
    _check(by)
    with transaction.atomic():
        locked = Team.objects.select_for_update(no_key=True).get(pk=team.pk)
        EDITED.check(expected_version, locked)
        _check_name(name, but=locked)
        before = _values(locked)
        if locked.name != name:
            Team.objects.filter(pk=team.pk).update(name=name)
        _put(locked, people=people, queues=queues, by=by)
        locked.name = name
        if before != (after := _values(locked)):
            audit.record(AuditAction.TEAM_CHANGED, by=by, on=locked, before=before, after=after)
    team.refresh_from_db()


def delete(team: Team, *, by: User | str, expected_version: str | None = None) -> None:
    """Raises Conflict or Team.DoesNotExist."""
    _check(by)
    with transaction.atomic():
        locked = Team.objects.select_for_update(no_key=True).get(pk=team.pk)
        EDITED.check(expected_version, locked)
        _put(locked, people=[], queues=[], by=by)
        audit.record(AuditAction.TEAM_DELETED, by=by, on=locked, name=locked.name)
        locked.delete()


def set_teams(queue: Queue, teams: Iterable[Team], *, by: User | str) -> bool:
    """Make exactly these the queue's teams. The caller has locked the queue after the teams, and brings the
    memberships up to date. Returns whether something changed.
    """
    before, wanted = {team.pk: team.name for team in queue.teams.all()}, {team.pk: team.name for team in teams}
    if before == wanted:
        return False
    queue.teams.set(wanted)
    told = {"added": sorted(_names(wanted, before)), "removed": sorted(_names(before, wanted))}
    audit.record(AuditAction.QUEUE_TEAMS_SET, by=by, on=queue, slug=queue.slug, **told)
    return True


def lock(teams: Iterable[Team]) -> None:
    """Teams are locked before queues: else two who put a person into a team and the team into a queue lose one."""
    ids = [team.pk for team in teams]
    list(Team.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))


def _put(team: Team, *, people: Iterable[User], queues: Iterable[Queue], by: Actor) -> None:
    """Change the team, whose row is locked, and bring the queues up to date that have it or had it."""
    wanted = {queue.pk for queue in queues}
    had = set(team.queues.values_list("pk", flat=True))
    concerned = Queue.objects.select_for_update(no_key=True).filter(pk__in=wanted | had).order_by("pk")
    direct = {queue: members.named(queue) for queue in concerned}
    team.people.set([person.pk for person in people])
    team.queues.set(wanted)
    for queue, named in direct.items():
        if changed := members.bring_up_to_date(queue, named, by=by).details():
            audit.record(AuditAction.QUEUE_MEMBERS_SET, by=by, on=queue, **changed, team=team.name)


def _check_name(name: str, *, but: Team | None = None) -> None:
    others = Team.objects.exclude(pk=but.pk) if but else Team.objects.all()
    if others.filter(name=name).exists():
        raise ValueError(gettext("Another team has this name."))


def _names(some: dict[int, str], others: dict[int, str]) -> Iterable[str]:
    return (name for pk, name in some.items() if pk not in others)


def _values(team: Team) -> dict[str, Any]:
    people = {str(pk): email for pk, email in team.people.order_by("email").values_list("pk", "email")}
    queues = {str(pk): name for pk, name in team.queues.order_by("name").values_list("pk", "name")}
    return {"name": team.name, "people": people, "queues": queues}


EDITED = Edited(
    _values,
    recorded_as=[AuditAction.TEAM_CREATED, AuditAction.TEAM_CHANGED],
    labels={"people": _("people"), "queues": _("queues")},
)


def _check(by: User | str) -> None:
    if isinstance(by, User):
        check(by, Permission.ADMINISTER)
