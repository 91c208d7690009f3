"""The pages of teams."""

from __future__ import annotations

import re

import pytest

from accounts import people
from review.models import Team
from review.queues import close, teams
from tests.pages import inline_code
from tests.stage import signed_in
from tests.world import World

PAGE = "/manage/teams/"


@pytest.fixture
def team(world: World) -> Team:
    return teams.create("Night", people=[world.bob], queues=[world.nudity], by="tests")


def test_a_team_is_made_changed_and_deleted(world: World) -> None:
    dave = signed_in(world.dave)
    assert (
        dave.post(PAGE, {"name": "Night", "people": [world.mallory.pk], "queues": [world.nudity.pk]}).status_code == 302
    )
    team = Team.objects.get()
    assert world.nudity.members.contains(world.mallory)
    assert dave.post(PAGE, {"name": "Night"}).status_code == 422
    opened = dave.get(f"{PAGE}{team.pk}/").content.decode()
    assert inline_code(opened) == []
    version = teams.EDITED.version(team)
    sent = {"name": "Late", "people": [world.mallory.pk, world.bob.pk], "version": version}
    assert dave.post(f"{PAGE}{team.pk}/", sent).status_code == 302
    assert not world.nudity.members.contains(world.mallory)
    dave.post(f"{PAGE}{team.pk}/delete", {"version": version})
    assert Team.objects.exists()  # the page was older
    dave.post(f"{PAGE}{team.pk}/delete", {"version": teams.EDITED.version(Team.objects.get())})
    assert not Team.objects.exists()


def test_a_stale_form_keeps_a_colleagues_change(world: World, team: Team) -> None:
    dave = signed_in(world.dave)
    version = teams.EDITED.version(team)
    teams.change(team, name="Night", people=[world.bob, world.alice], queues=[world.nudity], by="tests")
    sent = {"name": "Late", "people": [world.bob.pk], "queues": [world.nudity.pk], "version": version}
    answer = dave.post(f"{PAGE}{team.pk}/", sent)
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "alice@example.test" in html
    assert html.count("checked") == 3  # two people and a queue
    assert Team.objects.get().name == "Night"


def test_saving_keeps_who_is_deactivated_and_what_is_closed(world: World) -> None:
    team = teams.create("Night", people=[world.bob, world.mallory], queues=[world.nudity, world.default], by="tests")
    for person in (world.bob, world.alice):
        people.change(person, by="tests", name=person.name, role=person.role, is_active=False)
    close.close(world.nudity, into=world.default, by="tests")
    dave = signed_in(world.dave)
    html = dave.get(f"{PAGE}{team.pk}/").content.decode()
    assert (html.count("checked"), html.count("deactivated"), html.count("closed")) == (4, 1, 1)
    ticked = {name: re.findall(rf'name="{name}" value="(\d+)"[^>]* checked', html) for name in ("people", "queues")}
    sent = {"name": "Late", "version": teams.EDITED.version(team), **ticked}
    assert dave.post(f"{PAGE}{team.pk}/", sent).status_code == 302
    assert set(team.people.all()) == {world.bob, world.mallory}
    assert set(team.queues.all()) == {world.nudity, world.default}
    assert "closed" not in dave.get(PAGE).content.decode()  # a new team cannot have it


@pytest.mark.parametrize("path", ["", "1/", "1/delete"])
def test_they_are_for_administrators(world: World, path: str) -> None:
    for person in (world.alice, world.carol, world.erin):
        for method in ("get", "post"):
            assert getattr(signed_in(person), method)(PAGE + path).status_code in (403, 405)
