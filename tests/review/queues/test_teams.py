"""A team works in its queues as a whole: who joins it works there, who leaves it does not."""

from __future__ import annotations

import pytest

from accounts.models import AuditEvent
from accounts.permissions import NotAllowed
from accounts.versions import Conflict
from review.models import Membership, Team
from review.queues import configure, teams
from tests.factories import tasks
from tests.factories.verdicts import take_lease
from tests.world import World


def night(world: World) -> Team:
    return teams.create("Night", people=[world.mallory, world.bob], queues=[world.nudity], by=world.dave)


def change(team: Team, world: World, **changes: object) -> None:
    told = {"name": team.name, "people": team.people.all(), "queues": team.queues.all()} | changes
    teams.change(team, **told, by=world.dave)  # type: ignore[arg-type] # as given


def direct(world: World) -> dict[str, bool]:
    rows = Membership.objects.filter(queue=world.nudity).values_list("user__name", "is_direct")
    return dict(rows)


def test_its_people_work_in_its_queues(world: World) -> None:
    team = night(world)
    assert direct(world) == {"Alice": True, "Bob": True, "Carol": True, "Mallory": False}
    change(team, world, queues=[world.default])
    assert "Mallory" not in direct(world)
    assert world.default.members.contains(world.mallory)
    assert direct(world)["Bob"]  # who is named there in person


def test_who_leaves_the_team_returns_what_they_leased(world: World) -> None:
    team = night(world)
    tasks.waiting(world.nudity, app=world.web)
    leased = take_lease(world.nudity, by=world.mallory)
    change(team, world, people=[world.bob])
    leased.refresh_from_db()
    assert leased.leased_by is None


def test_who_is_no_longer_named_stays_through_the_team(world: World) -> None:
    night(world)
    configure.set_members(world.nudity, [world.alice, world.carol], by=world.dave)
    assert direct(world) == {"Alice": True, "Bob": False, "Carol": True, "Mallory": False}
    assert AuditEvent.objects.latest("pk").details == {"added": [], "removed": [], "unnamed": [world.bob.pk]}
    configure.set_members(world.nudity, [world.carol, world.mallory], by=world.dave)
    assert direct(world) == {"Bob": False, "Carol": True, "Mallory": True}
    told = {"added": [], "removed": [world.alice.pk], "named": [world.mallory.pk]}
    assert AuditEvent.objects.latest("pk").details == told


def test_saving_a_team_as_it_is_is_no_change(world: World) -> None:
    team = night(world)
    seen = AuditEvent.objects.count()
    change(team, world)
    assert AuditEvent.objects.count() == seen
    change(team, world, name="Late")
    assert AuditEvent.objects.count() == seen + 1


def test_a_deleted_team_leaves_its_queues(world: World) -> None:
    teams.delete(night(world), by=world.dave)
    assert direct(world) == {"Alice": True, "Bob": True, "Carol": True}
    actions = list(AuditEvent.objects.order_by("-pk").values_list("action", flat=True)[:2])
    assert actions == ["team.deleted", "queue.members-set"]


def test_two_who_change_a_team_undo_nothing(world: World) -> None:
    team = night(world)
    opened = teams.EDITED.version(team)
    change(team, world, people=[world.alice])
    with pytest.raises(Conflict, match=r"alice@example\.test"):
        teams.change(team, name="Day", people=[], queues=[], by=world.dave, expected_version=opened)
    assert set(team.people.all()) == {world.alice}


def test_names_are_one_teams(world: World) -> None:
    night(world)
    with pytest.raises(ValueError, match="Another team"):
        night(world)


def test_only_administrators_change_teams(world: World) -> None:
    team = night(world)
    for person in (world.alice, world.carol, world.erin):
        with pytest.raises(NotAllowed):
            teams.create("Mine", people=[person], queues=[world.nudity], by=person)
        with pytest.raises(NotAllowed):
            teams.change(team, name="Mine", people=[], queues=[], by=person)
        with pytest.raises(NotAllowed):
            teams.delete(team, by=person)
